import type { Disposable } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';
import type { ChannelEvent } from '#shared/domain/call-channel.ts';
import type { SipOrder } from '#shared/desk-contract/areas/sip.ts';
import type { Desk } from '#renderer/app/desk.ts';
import { MediaRescue } from '#renderer/telephony/media-rescue.ts';
import { countsOf, MediaWatch } from '#renderer/telephony/media-watch.ts';
import { PeerMedia, type PeerStart } from '#renderer/telephony/peer-media.ts';
import type { SipCall } from '#renderer/telephony/sip-call.ts';
import type { IncomingSipCall, SipLine } from '#renderer/telephony/sip-line.ts';
import { tapBothSides } from '#renderer/telephony/sound/both-sides.ts';
// A file of its own and never inlined: our CSP allows no blob: and no data: scripts.
import worklet from '#renderer/telephony/sound/both-sides-worklet.ts?worker&url';
import { bytesOfSamples } from '#renderer/telephony/sound/pcm16.ts';
import { VoiceGraph, type GraphPlayback } from '#renderer/telephony/voice-graph.ts';
import { base64FromBytes } from '#renderer/ui/base64.ts';
import { browserClock } from '#renderer/ui/index.ts';

type CallOrder = Exclude<SipOrder, { do: 'use' } | { do: 'clip' } | { do: 'reconnect' }>;

interface SipDeskDeps {
  readonly desk: Desk;
  /** @throws DOMException of getUserMedia */
  readonly openMicrophone: () => Promise<MediaStream>;
}

/** One call of this window, under the engine's id. */
interface Carried {
  readonly id: string;
  readonly call: SipCall;
  answered: boolean;
  /** We end it because nothing has been heard for long: the person has not hung up. */
  dead: boolean;
  remote: MediaStream | null;
  /** Chromium gives the graph nothing of a stream that no element plays, and cancels no echo of what it does not play. */
  readonly speaker: HTMLAudioElement;
  tap: Promise<Disposable> | null;
  watch: Disposable | null;
}

const clipRate = 8000;

/** The calls of the window that has the line: the engine's orders to sip.js, and back. */
export class SipDesk {
  private readonly deps: SipDeskDeps;
  private readonly calls = new Map<string, Carried>();
  private graph: VoiceGraph | null = null;
  private line: SipLine | null = null;
  private clip: Int16Array | null = null;
  private playback: GraphPlayback | null = null;
  private microphone: Promise<void> | null = null;
  /** Calls of which the engine knows before we do. */
  private readonly arriving = new Set<Promise<void>>();

  constructor(deps: SipDeskDeps) {
    this.deps = deps;
  }

  get ids(): string[] {
    return [...this.calls.keys()];
  }

  useLine(line: SipLine | null): void {
    this.line = line;
  }

  /** The opener of the calls to come: 16-bit mono at 8 kHz. */
  useClip(clip: Int16Array | null): void {
    this.clip = clip;
  }

  mediaOf(call: SipCall, start: PeerStart): PeerMedia {
    return new PeerMedia({
      ...start,
      voice: () => this.sound.track(),
      onRemote: (stream) => this.hear(call, stream),
      onConnection: () => undefined,
    });
  }

  /** Somebody calls: the engine writes it down before the call can be taken. What happens meanwhile is told after that. */
  async rings(incoming: IncomingSipCall): Promise<void> {
    const arriving = this.arrives(incoming).finally(() => this.arriving.delete(arriving));
    this.arriving.add(arriving);
    await arriving;
  }

  /** @throws AppError in what the order could not be done */
  async obey(order: CallOrder): Promise<void> {
    if (order.do === 'dial') return this.dial(order.callId, order.number);
    // An engine that answers by itself may ask for that before it has told the call's id.
    if (!this.calls.has(order.callId)) await Promise.allSettled(this.arriving);
    const carried = this.calls.get(order.callId);
    if (!carried) throw new AppError('call.gone');
    const { call } = carried;
    switch (order.do) {
      case 'answer':
        return this.answer(carried);
      case 'reject':
        return call.reject(486);
      case 'hang-up':
        return call.hangUp();
      case 'hold':
        return this.hold(carried);
      case 'resume':
        return this.resume(carried);
      case 'digit':
        return call.sendDtmf(order.digit);
      case 'mute':
        return this.sound.setMuted(order.muted);
      case 'open':
        this.playback?.stop();
        return this.sound.setOpen(true);
      case 'play':
        return this.play(order.callId);
      case 'stop-clip':
        return this.playback?.stop();
    }
  }

  hangUpAll(): void {
    for (const { call } of this.calls.values()) call.dispose();
  }

  private async arrives({ call, number, name, asksAnswer, replaces }: IncomingSipCall): Promise<void> {
    const early: ChannelEvent[] = [];
    const listening = call.onEvent((event) => early.push(event));
    const takesPlace = replaces !== null;
    const answer = await this.deps.desk.attempt('sip.incoming', { number, name, takesPlace, asksAnswer });
    listening.dispose();
    if (!answer.ok) return call.reject(480);
    if (answer.value.refuse !== null) return call.reject(answer.value.refuse);
    if (!replaces) call.ring();
    const carried = this.carry(answer.value.callId, call);
    for (const event of early) this.happened(carried, event);
  }

  private async dial(id: string, number: string): Promise<void> {
    if (!this.line) throw new AppError('sip.no-account');
    const call = this.line.call(number);
    this.carry(id, call);
    this.quiet();
    // Together: a device takes longer to open than the INVITE to leave.
    try {
      await Promise.all([this.openMicrophone(), call.invite()]);
    } catch (error) {
      call.dispose();
      throw error;
    }
  }

  private async answer(carried: Carried): Promise<void> {
    await this.holdOthers(carried);
    this.quiet();
    try {
      await this.openMicrophone();
      await carried.call.answer();
    } catch (error) {
      carried.call.reject(480);
      throw error;
    }
  }

  private async hold({ call }: Carried): Promise<void> {
    if (!call.media?.onHold) await call.hold();
  }

  /** One is spoken at a time. */
  private async holdOthers(carried: Carried): Promise<void> {
    for (const other of this.calls.values()) if (other !== carried && other.answered) await this.hold(other);
  }

  private async resume(carried: Carried): Promise<void> {
    await this.holdOthers(carried);
    await carried.call.resume();
    this.sound.setOpen(true);
  }

  private play(id: string): void {
    if (!this.clip) throw new AppError('opener.not-in-phone');
    const playback = this.sound.play(this.clip, clipRate);
    this.playback = playback;
    void playback.finished.then(() => {
      if (this.playback === playback) void this.deps.desk.attempt('sip.played', { callId: id });
    });
  }

  private carry(id: string, call: SipCall): Carried {
    const speaker = new Audio();
    const carried: Carried = { id, call, answered: false, dead: false, remote: null, speaker, tap: null, watch: null };
    this.calls.set(id, carried);
    call.onEvent((event) => this.happened(carried, event));
    return carried;
  }

  private happened(carried: Carried, event: ChannelEvent): void {
    if (event.type === 'answered') {
      carried.answered = true;
      this.tap(carried);
      carried.watch = this.watch(carried);
    }
    this.told(carried, event);
  }

  private told(carried: Carried, event: ChannelEvent): void {
    // sip.js knows no `in-progress` and nothing stuck.
    if (event.type === 'in-progress' || event.type === 'stuck') return;
    const told = event.type === 'ended' && carried.dead ? ({ ...event, cause: 'network-failure' } as const) : event;
    void this.deps.desk.attempt('sip.event', { callId: carried.id, event: told });
    if (event.type === 'ended') this.drop(carried.id);
  }

  private hear(call: SipCall, stream: MediaStream): void {
    const carried = [...this.calls.values()].find((one) => one.call === call);
    if (!carried) return;
    carried.remote = stream;
    carried.speaker.srcObject = stream;
    carried.speaker.play().catch(() => undefined);
    if (carried.answered) this.tap(carried);
  }

  /** From the answer on, and anew where the other end has become another. */
  private tap(carried: Carried): void {
    const { remote, id } = carried;
    if (!remote) return;
    void carried.tap?.then((before) => before.dispose());
    carried.tap = tapBothSides({
      context: this.sound.context,
      worklet,
      remote,
      sent: this.sound.sent,
      onPart: (both) =>
        void this.deps.desk.attempt('sip.sound', { callId: id, pcm: base64FromBytes(bytesOfSamples(both)) }),
    });
  }

  /** How it is heard is told to the engine once a second; what does not sound is seen to. */
  private watch(carried: Carried): Disposable | null {
    const { call } = carried;
    const { media } = call;
    if (!media) return null;
    const rescue = new MediaRescue({
      restart: () => call.restartMedia(),
      giveUp: () => {
        carried.dead = true;
        call.hangUp();
      },
    });
    return new MediaWatch({
      clock: browserClock,
      counts: () => countsOf(media.peer),
      expected: () => media.expectsSound,
      onReading: (reading) => {
        void this.deps.desk.attempt('sip.quality', { callId: carried.id, reading });
        rescue.take(reading);
      },
    });
  }

  private drop(id: string): void {
    const carried = this.calls.get(id);
    this.calls.delete(id);
    void carried?.tap?.then((tap) => tap.dispose());
    carried?.watch?.dispose();
    if (carried) carried.speaker.srcObject = null;
    if (this.calls.size > 0) return;
    this.playback?.stop();
    this.playback = null;
    this.sound.setOpen(false);
    this.sound.setMuted(false);
    this.sound.closeMicrophone();
    this.microphone = null;
  }

  /** Nobody new hears the agent before the engine says so. */
  private quiet(): void {
    if (this.calls.size > 1) return;
    this.sound.setMuted(false);
    this.sound.setOpen(false);
  }

  private openMicrophone(): Promise<void> {
    this.microphone ??= this.useMicrophone();
    return this.microphone;
  }

  private async useMicrophone(): Promise<void> {
    try {
      await this.sound.context.resume();
      this.sound.useMicrophone(await this.deps.openMicrophone());
    } catch {
      this.microphone = null;
      throw new AppError('microphone.unavailable');
    }
  }

  /** Made with the first call: a page may not make sound before somebody has clicked. */
  private get sound(): VoiceGraph {
    this.graph ??= new VoiceGraph();
    return this.graph;
  }
}
