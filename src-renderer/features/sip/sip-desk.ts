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
import { loadBothSides, tapBothSides, type BothSidesTap } from '#renderer/telephony/sound/both-sides.ts';
// A file of its own and never inlined: our CSP allows no blob: and no data: scripts.
import worklet from '#renderer/telephony/sound/both-sides-worklet.ts?worker&url';
import { bytesOfSamples } from '#renderer/telephony/sound/pcm16.ts';
import { elementPlayer, type MicrophoneLease, type OutputPlacer } from '#renderer/features/voice/index.ts';
import type { TransferRequest } from '#renderer/telephony/transfer-request.ts';
import { VoiceGraph, type GraphPlayback } from '#renderer/telephony/voice-graph.ts';
import type { VoiceOutlet } from '#renderer/telephony/voice-outlet.ts';
import { base64FromBytes } from '#renderer/ui/base64.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { Conference, type Party } from './conference.ts';
import type { LineSet } from './line-set.ts';
import { TransferDesk } from './transfer-desk.ts';

type CallOrder = Exclude<SipOrder, { do: 'use' | 'clip' | 'reconnect' | 'tell-state' }>;

export interface SipDeskDeps {
  readonly desk: Desk;
  /** Opens the agent's microphone while it is held, and hands over each that takes its place. */
  readonly holdMicrophone: (onStream: (stream: MediaStream | null) => void) => MicrophoneLease;
  /** Where customers are heard. */
  readonly listening: OutputPlacer;
  readonly lines: Pick<LineSet<SipLine>, 'all' | 'find' | 'dtmfOf'>;
}

/** One call of this window, under the engine's id. */
interface Carried {
  readonly id: string;
  /** By whose line it goes. */
  readonly accountId: string;
  readonly call: SipCall;
  answered: boolean;
  remote: MediaStream | null;
  /** Chromium gives the graph nothing of a stream that no element plays, and cancels no echo of what it does not play. */
  readonly speaker: HTMLAudioElement;
  readonly placed: Disposable;
  tap: Promise<BothSidesTap> | null;
  watch: Disposable | null;
}

type Begun = Pick<Carried, 'id' | 'accountId' | 'call'>;

const clipRate = 8000;

/** The calls of the window that has the lines, whichever they go by: the engine's orders to sip.js, and back. */
export class SipDesk {
  private readonly deps: SipDeskDeps;
  private readonly calls = new Map<string, Carried>();
  private graph: VoiceGraph | null = null;
  private clip: Int16Array | null = null;
  private playback: GraphPlayback | null = null;
  private microphone: MicrophoneLease | null = null;
  private allowed = false;
  private readonly outlets = new WeakMap<PeerMedia, VoiceOutlet>();
  private readonly conference = new Conference();
  private readonly transfers: TransferDesk;
  /** Calls of which the engine knows before we do. */
  private readonly arriving = new Set<Promise<void>>();

  constructor(deps: SipDeskDeps) {
    this.deps = deps;
    this.transfers = new TransferDesk(deps.desk);
  }

  get carried(): { readonly callId: string; readonly accountId: string }[] {
    return [...this.calls.values()].map(({ id, accountId }) => ({ callId: id, accountId }));
  }

  /** The opener of the calls to come: 16-bit mono at 8 kHz. */
  useClip(clip: Int16Array | null): void {
    this.clip = clip;
  }

  mediaOf(call: SipCall, start: PeerStart): PeerMedia {
    const outlet = this.sound.outlet();
    const media = new PeerMedia({
      ...start,
      voice: () => outlet.track,
      onRemote: (stream) => this.hear(call, stream),
      onConnection: () => undefined,
    });
    this.outlets.set(media, outlet);
    outlet.onTrack((track) => media.speak(track));
    call.onEvent(({ type }) => type === 'ended' && outlet.dispose());
    return media;
  }

  /** The other side of a call wants us to call somebody in its place: the agent decides. */
  asks(accountId: string, request: TransferRequest): Promise<void> {
    return this.transfers.ask(accountId, request, this.carrierOf(request.call)?.id ?? null);
  }

  /** Somebody calls: the engine writes it down before the call can be taken. What happens meanwhile is told after that. */
  async rings(accountId: string, incoming: IncomingSipCall): Promise<void> {
    const arriving = this.arrives(accountId, incoming).finally(() => this.arriving.delete(arriving));
    this.arriving.add(arriving);
    await arriving;
  }

  /** @throws AppError in what the order could not be done */
  async obey(order: CallOrder): Promise<void> {
    if (order.do === 'dial') return this.dial(order);
    if (order.do === 'accept-transfer') return this.takeOver(order.callId, order.requestId);
    if (order.do === 'decline-transfer') return this.transfers.decline(order.requestId);
    // An engine that answers by itself may ask for that before it has told the call's id.
    if (!this.calls.has(order.callId)) await Promise.allSettled(this.arriving);
    const carried = this.need(order.callId);
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
        return call.sendDtmf(order.digit, this.deps.lines.dtmfOf(carried.accountId));
      case 'mute':
        return this.sound.setMuted(order.muted);
      case 'open':
        this.playback?.stop();
        return this.sound.setOpen(true);
      case 'play':
        return this.play(order.callId);
      case 'stop-clip':
        return this.playback?.stop();
      case 'transfer':
        return call.transfer(order.number);
      case 'connect':
        return call.transferTo(this.need(order.otherId).call);
      case 'join':
        return this.join(carried, this.need(order.otherId));
    }
  }

  /** All that go by that account's line. */
  hangUp(accountId: string): void {
    for (const carried of this.calls.values()) if (carried.accountId === accountId) carried.call.dispose();
  }

  private async arrives(accountId: string, incoming: IncomingSipCall): Promise<void> {
    const { call, number, name, asksAnswer, replaces } = incoming;
    const early: ChannelEvent[] = [];
    const listening = call.onEvent((event) => early.push(event));
    const takesPlace = replaces !== null;
    const answer = await this.deps.desk.attempt('sip.incoming', { accountId, number, name, takesPlace, asksAnswer });
    listening.dispose();
    if (!answer.ok) return call.reject(480);
    if (answer.value.refuse !== null) return call.reject(answer.value.refuse);
    if (!replaces) call.ring();
    const carried = this.carry(answer.value.callId, accountId, call);
    for (const event of early) this.happened(carried, event);
  }

  private async dial({ callId: id, accountId, number, ...shown }: Extract<CallOrder, { do: 'dial' }>): Promise<void> {
    const call = this.deps.lines.find(accountId)?.call(number, shown);
    if (!call) throw new AppError('sip.no-account');
    await this.begin({ id, accountId, call }, () => this.holdOthers(call));
  }

  /** Whom the other side of a call has named; it may have hung up by now, or wants no hold any more. */
  private async takeOver(id: string, requestId: string): Promise<void> {
    const { accountId, call } = this.transfers.accept(requestId);
    await this.begin({ id, accountId, call }, () => this.holdOthers(call).catch(() => undefined));
  }

  /** Whoever is spoken is held first, or they would hear what is not meant for them. */
  private async begin({ id, accountId, call }: Begun, holdOthers: () => Promise<void>): Promise<void> {
    this.carry(id, accountId, call);
    try {
      if (this.calls.size > 1) await holdOthers();
      this.quiet();
      // Together: a device takes longer to open than the INVITE to leave.
      await Promise.all([this.openMicrophone(), call.invite()]);
    } catch (error) {
      // The engine hears of it by its order: an end that is told besides would be taken for a person's.
      this.drop(id);
      call.dispose();
      throw error;
    }
  }

  private async answer(carried: Carried): Promise<void> {
    await this.holdOthers(carried.call);
    this.quiet();
    try {
      await this.openMicrophone();
      await carried.call.answer();
    } catch (error) {
      carried.call.reject(480);
      throw error;
    }
  }

  private async hold({ id, call }: Carried): Promise<void> {
    if (this.conference.has(id)) this.conference.split();
    if (!call.media?.onHold) await call.hold();
  }

  /** One is spoken at a time. */
  private async holdOthers(call: SipCall): Promise<void> {
    for (const other of this.calls.values()) if (other.call !== call && other.answered) await this.hold(other);
  }

  private async resume(carried: Carried): Promise<void> {
    await this.holdOthers(carried.call);
    await carried.call.resume();
    this.sound.setOpen(true);
  }

  private async join(one: Carried, other: Carried): Promise<void> {
    for (const { call } of [one, other]) if (call.media?.onHold) await call.resume();
    const party = (carried: Carried): Party => ({
      id: carried.id,
      get remote() {
        return carried.remote;
      },
      outlet: this.outletOf(carried),
    });
    this.conference.join(party(one), party(other));
    this.sound.setOpen(true);
  }

  private outletOf({ call }: Carried): VoiceOutlet | null {
    return (call.media && this.outlets.get(call.media)) ?? null;
  }

  private carrierOf(call: SipCall): Carried | undefined {
    return [...this.calls.values()].find((one) => one.call === call);
  }

  private need(id: string): Carried {
    const carried = this.calls.get(id);
    if (!carried) throw new AppError('call.gone');
    return carried;
  }

  private play(id: string): void {
    if (!this.clip) throw new AppError('opener.not-in-phone');
    const playback = this.sound.play(this.clip, clipRate);
    this.playback = playback;
    void playback.finished.then(() => {
      if (this.playback === playback) void this.deps.desk.attempt('sip.played', { callId: id });
    });
  }

  private carry(id: string, accountId: string, call: SipCall): Carried {
    const speaker = new Audio();
    const placed = this.deps.listening.add(elementPlayer(speaker));
    const nothing = { answered: false, remote: null, tap: null, watch: null };
    const carried: Carried = { id, accountId, call, speaker, placed, ...nothing };
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
    if (event.type === 'held' || event.type === 'resumed') this.outletOf(carried)?.setOpen(event.type === 'resumed');
    this.told(carried, event);
  }

  private told(carried: Carried, event: ChannelEvent): void {
    // sip.js knows no `in-progress` and nothing stuck.
    if (event.type === 'in-progress' || event.type === 'stuck' || !this.calls.has(carried.id)) return;
    void this.deps.desk.attempt('sip.event', { callId: carried.id, event });
    if (event.type === 'ended') this.drop(carried.id);
  }

  private hear(call: SipCall, stream: MediaStream): void {
    const carried = this.carrierOf(call);
    if (!carried) return;
    carried.remote = stream;
    carried.speaker.srcObject = stream;
    carried.speaker.play().catch(() => undefined);
    if (carried.answered) this.tap(carried);
    if (this.conference.has(carried.id)) this.conference.renew();
  }

  /** From the answer on, whoever the other end becomes: a part that is broken off would make the recording shorter. */
  private tap(carried: Carried): void {
    const { id } = carried;
    const outlet = this.outletOf(carried);
    if (!outlet) return;
    const { context } = this.sound;
    carried.tap ??= tapBothSides({
      context,
      worklet,
      since: context.currentTime,
      sent: outlet.sent,
      onPart: ({ both, lackMs }) =>
        void this.deps.desk.attempt('sip.sound', { callId: id, pcm: base64FromBytes(bytesOfSamples(both)), lackMs }),
    });
    void carried.tap.then((tap) => carried.remote && tap.hear(carried.remote));
  }

  /** How it is heard is told to the engine once a second; what does not sound is seen to. */
  private watch(carried: Carried): Disposable | null {
    const { call } = carried;
    const { media } = call;
    if (!media) return null;
    const rescue = new MediaRescue({
      restart: () => call.restartMedia(),
      giveUp: () => call.giveUp(),
      wayLost: () => media.wayLost,
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
    if (this.conference.has(id)) this.conference.split();
    void carried?.tap?.then((tap) => tap.dispose());
    carried?.watch?.dispose();
    carried?.placed.dispose();
    if (carried) carried.speaker.srcObject = null;
    if (this.calls.size > 0) return;
    this.playback?.stop();
    this.playback = null;
    this.sound.setOpen(false);
    this.sound.setMuted(false);
    this.microphone?.dispose();
    this.microphone = null;
  }

  /** Nobody new hears the agent before the engine says so. */
  private quiet(): void {
    if (this.calls.size > 1) return;
    this.sound.setMuted(false);
    this.sound.setOpen(false);
  }

  /** No call begins without one. One that is lost later ends none: it comes back by itself, and the dock says that it is away. */
  private async openMicrophone(): Promise<void> {
    this.microphone ??= this.deps.holdMicrophone((stream) => this.sound.useMicrophone(stream));
    await this.sound.context.resume();
    if (await this.microphone.ready()) throw new AppError('microphone.unavailable');
    this.microphoneAllowed();
  }

  /** What was offered before had no addresses of ours: browsers keep them from whoever may not listen (research/sip §7). */
  private microphoneAllowed(): void {
    if (this.allowed) return;
    this.allowed = true;
    for (const line of this.deps.lines.all) line.prepareOffer();
  }

  /** Made with the first call: a page may not make sound before somebody has clicked. */
  private get sound(): VoiceGraph {
    if (!this.graph) {
      this.graph = new VoiceGraph();
      // Whoever needs it hears of what goes wrong.
      loadBothSides(this.graph.context, worklet).catch(() => undefined);
    }
    return this.graph;
  }
}
