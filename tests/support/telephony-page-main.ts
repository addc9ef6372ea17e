/** The browser's side of a page that is nothing but our SIP agent, for tests and figures; `telephony-page.ts` drives it. */
import type { UserAgent } from 'sip.js';
import { AppError } from '#shared/base/errors.ts';
import { browserClock } from '#renderer/ui/clock.ts';
import { MediaRescue } from '#renderer/telephony/media-rescue.ts';
import { countsOf, MediaWatch } from '#renderer/telephony/media-watch.ts';
import { PeerMedia, type PeerStart } from '#renderer/telephony/peer-media.ts';
import type { SipCall } from '#renderer/telephony/sip-call.ts';
import { SipLine } from '#renderer/telephony/sip-line.ts';
import type { TransferRequest } from '#renderer/telephony/transfer-request.ts';
import { VoiceGraph, type GraphPlayback } from '#renderer/telephony/voice-graph.ts';
import { tone } from './tone-power.ts';
import type { MediaReading } from '#shared/domain/voice-quality.ts';
import type { DtmfWay, SipAccount } from '#shared/domain/sip-account.ts';

export interface Told {
  /** performance.now() */
  readonly at: number;
  /** `line:registered`, `c1:answered`, `c1:ended:busy` … */
  readonly what: string;
}

const graph = new VoiceGraph();
const calls = new Map<string, SipCall>();
const ears = new Map<string, AnalyserNode>();
const transfers = new Map<string, TransferRequest>();
const readings = new Map<string, MediaReading>();
const told: Told[] = [];
let line: SipLine | null = null;

const note = (what: string): void => void told.push({ at: performance.now(), what });

/** Of this machine's wall clock, ms with parts: what a test can compare with its own. */
const wall = (): number => performance.timeOrigin + performance.now();

/** When a request leaves for the wire: `wire:INVITE`. */
const { send } = WebSocket.prototype;
WebSocket.prototype.send = function (this: WebSocket, data: string) {
  const [method] = /^[A-Z]+(?= )/.exec(data) ?? [];
  if (method) note(`wire:${method}`);
  send.call(this, data);
};
let playback: GraphPlayback | null = null;
let answering = false;

/** Everything that a call takes, to see that it gives it back. */
const peers = new Set<RTCPeerConnection>();
/** Of the connections to come: no way but by a TURN server. */
let relayOnly = false;
const tracks = new Set<MediaStreamTrack>();
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super({ ...configuration, ...(relayOnly && { iceTransportPolicy: 'relay' }) });
    peers.add(this);
  }
};
const { clone } = MediaStreamTrack.prototype;
MediaStreamTrack.prototype.clone = function (this: MediaStreamTrack) {
  const cloned = clone.call(this);
  tracks.add(cloned);
  return cloned;
};

function listen(id: string, stream: MediaStream): void {
  // Chromium gives the graph nothing of a stream that no element plays (research/sip §7).
  const element = new Audio();
  element.srcObject = stream;
  void element.play();
  const ear = new AnalyserNode(graph.context, { fftSize: 4096, smoothingTimeConstant: 0 });
  new MediaStreamAudioSourceNode(graph.context, { mediaStream: stream }).connect(ear);
  ears.set(id, ear);
}

const idOf = (call: SipCall): string => [...calls].find(([, other]) => other === call)?.[0] ?? '?';

function watch(id: string, call: SipCall): void {
  const { media } = call;
  if (!media) return;
  let flow = 'flowing';
  const rescue = new MediaRescue({
    restart: () => call.restartMedia(),
    giveUp: () => call.giveUp(),
    wayLost: () => media.wayLost,
  });
  const watching = new MediaWatch({
    clock: browserClock,
    counts: () => countsOf(media.peer),
    expected: () => media.expectsSound,
    onReading: (reading) => {
      readings.set(id, reading);
      if (reading.flow !== flow) note(`${id}:${reading.flow}`);
      flow = reading.flow;
      rescue.take(reading);
    },
  });
  call.onEvent(({ type }) => type === 'ended' && watching.dispose());
}

function follow(id: string, call: SipCall): void {
  calls.set(id, call);
  call.onEvent(({ type }) => type === 'answered' && watch(id, call));
  call.onEvent((event) => note(`${id}:${event.type}${event.type === 'ended' ? `:${event.cause}` : ''}`));
}

function mediaOf(call: SipCall | null, start: PeerStart): PeerMedia {
  const outlet = graph.outlet();
  call?.onEvent(({ type }) => type === 'ended' && outlet.dispose());
  return new PeerMedia({
    ...start,
    voice: () => outlet.track,
    onRemote: (stream) => call && listen(idOf(call), stream),
    onConnection: (state) => call && note(`${idOf(call)}:media-${state}`),
  });
}

/** Of a browser's statistics what tells the way of a call's sound (webrtc-stats §7). */
interface Way {
  readonly nominated?: boolean;
  readonly state?: string;
  readonly localCandidateId?: string;
  readonly candidateType?: string;
}

/** What the line keeps to itself. */
const agentIn = (of: SipLine | null): UserAgent => (of as unknown as { agent: UserAgent }).agent;

const need = (id: string): SipCall => {
  const call = calls.get(id);
  if (!call) throw new Error(`no call ${id}`);
  return call;
};

const refusalOf = (done: Promise<void>): Promise<string | null> =>
  done.then(
    () => null,
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

const phone = {
  told: () => told,
  useRelayOnly: () => void (relayOnly = true),
  /** Opens the microphone and registers. */
  async start(account: SipAccount, iceServers: RTCIceServer[] = []): Promise<void> {
    const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    graph.useMicrophone(await navigator.mediaDevices.getUserMedia({ audio: plain }));
    await graph.context.resume();
    line = new SipLine({
      clock: browserClock,
      random: Math.random,
      account,
      iceServers,
      media: mediaOf,
    });
    line.onChange(({ phase, status }) => note(`line:${phase}${status === null ? '' : `:${status}`}`));
    line.onIncoming(({ call, number, name, replaces }) => {
      follow(`in${calls.size + 1}`, call);
      note(`${idOf(call)}:incoming:${number ?? ''}:${name}`);
      if (!replaces) call.ring();
      if (answering) call.answer().catch(() => undefined);
      if (replaces) note(`${idOf(call)}:replaces:${idOf(replaces)}`);
    });
    line.onTransferRequest((request) => {
      const id = idOf(request.call);
      transfers.set(id, request);
      note(`${id}:asks:${request.number ?? ''}${request.attended ? ':attended' : ''}`);
    });
    line.start();
  },
  stop: () => line?.dispose(),
  wake: () => line?.wake(),
  async dial(id: string, number: string): Promise<void> {
    if (!line) throw new Error('not started');
    const call = line.call(number);
    follow(id, call);
    note(`${id}:asked`);
    await call.invite();
  },
  /** A feature code. @returns the code of the refusal; null = the PBX has taken it */
  tell: (code: string, limitMs?: number) => (line ? refusalOf(line.tell(code, limitMs)) : 'not started'),
  answer: (id: string) => need(id).answer(),
  /** From now on whoever calls is answered in the same moment. */
  answerAtOnce: () => void (answering = true),
  /** What all calls so far hold on to: open connections (one is the next call's), live tracks of ours, sip.js's sessions. */
  left: () => ({
    connections: [...peers].filter(({ connectionState }) => connectionState !== 'closed').length,
    tracks: [...tracks].filter(({ readyState }) => readyState === 'live').length,
    sessions: Object.keys(agentIn(line)._sessions).length,
    dialogs: agentIn(line).userAgentCore.dialogs.size,
  }),
  reject: (id: string, status: number) => need(id).reject(status),
  hangUp: (id: string) => need(id).hangUp(),
  /** @returns the code of the refusal; null = done */
  hold: (id: string) => refusalOf(need(id).hold()),
  resume: (id: string) => refusalOf(need(id).resume()),
  digits: (id: string, digits: string, way?: DtmfWay) => refusalOf(need(id).sendDtmf(digits, way)),
  transfer: (id: string, number: string, limitMs?: number) => refusalOf(need(id).transfer(number, limitMs)),
  transferTo: (id: string, other: string) => refusalOf(need(id).transferTo(need(other))),
  /** What the other side of that call has asked for. @param made the name of the new call; null = declined */
  async decide(id: string, made: string | null): Promise<void> {
    const request = transfers.get(id);
    if (!request) throw new Error(`${id} asks for nothing`);
    if (made === null) return request.decline();
    const call = request.accept();
    follow(made, call);
    await call.invite();
  },
  setOpen: (open: boolean) => graph.setOpen(open),
  setMuted: (muted: boolean) => graph.setMuted(muted),
  /** An opener of one tone. */
  play(hz: number, seconds: number): void {
    playback = graph.play(tone(hz, seconds, 12_000), 8000);
  },
  heardMs: () => playback?.heardMs ?? 0,
  /** @returns when, by the wall clock */
  cutIn(): number {
    const at = wall();
    playback?.stop();
    graph.setOpen(true);
    return at;
  },
  /** ms from a fresh socket to the server's 200, and gone again. */
  async registerOnce(account: SipAccount): Promise<number> {
    const once = new SipLine({
      clock: browserClock,
      random: Math.random,
      account,
      iceServers: [],
      media: (_call, start) => mediaOf(null, start),
    });
    const begun = performance.now();
    const took = await new Promise<number>((resolve, reject) => {
      once.onChange(({ phase }) => {
        if (phase === 'registered') resolve(performance.now() - begun);
        else if (phase === 'waiting') reject(new Error('not registered'));
      });
      once.start();
    });
    once.dispose();
    return took;
  },
  /**
   * The kinds of address that a call has offered, by name: `host`, `relay` (by TURN), `srflx` (by STUN). An offer lists
   * them as they were found, which says nothing: their priorities do (RFC 8839 §5.1).
   */
  offered: (id: string) => {
    const { sdp = '' } = need(id).media?.peer.localDescription ?? {};
    return [...new Set([...sdp.matchAll(/^a=candidate:.* typ (\w+)/gm)].map(([, kind]) => kind))].toSorted();
  },
  /** The kind of our own address over which its sound goes. */
  async wayOf(id: string): Promise<string | undefined> {
    const stats = [...((await need(id).media?.peer.getStats()) ?? [])].map(([, one]) => one as RTCStats & Way);
    const pair = stats.find(
      ({ type, nominated, state }) => type === 'candidate-pair' && nominated && state === 'succeeded',
    );
    return stats.find(({ id: one }) => one === pair?.localCandidateId)?.candidateType;
  },
  reading: (id: string) => readings.get(id) ?? null,
  /** ms from now on to the first sound that is played of that call, which may be on its way yet. */
  async firstSound(id: string): Promise<number> {
    const begun = performance.now();
    const sounds = (): boolean =>
      calls
        .get(id)
        ?.media?.peer.getReceivers()
        .some((one) => one.getSynchronizationSources().length > 0) ?? false;
    while (!sounds()) await new Promise((resolve) => setTimeout(resolve, 2));
    return performance.now() - begun;
  },
  /** dB of that tone in what came last; about −20 is loud, −100 silence. */
  hears(id: string, hz: number): number {
    const ear = ears.get(id);
    if (!ear) return -Infinity;
    const bins = new Float32Array(ear.frequencyBinCount);
    ear.getFloatFrequencyData(bins);
    return bins[Math.round((hz * ear.fftSize) / graph.context.sampleRate)] ?? -Infinity;
  },
};
export type TestPhone = typeof phone;
Object.assign(globalThis, { phone });
