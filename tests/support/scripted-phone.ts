import type { Clock } from '#shared/base/clock.ts';
import { disposable, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type {
  CallSound,
  CallTransfers,
  ChannelEvent,
  DialRequest,
  IncomingCall,
  LineRef,
  Playback,
  SoundFrame,
  Stamp,
} from '#shared/domain/call-channel.ts';
import type { MediaReading } from '#shared/domain/voice-quality.ts';
import type { Channel } from '#shared/domain/vocabulary.ts';
import type { PhoneState } from '#shared/desk-contract/areas/phone.ts';
import type { DeskPhone } from '#engine/devices/face.ts';
import { PhoneTrace } from '#engine/devices/phone/phone-trace.ts';

/** A playback that a test moves by hand. */
export class ScriptedPlayback implements Playback {
  heardMs = 0;
  cutIns = 0;
  stops = 0;
  /** Set to make the next cut-in fail. */
  refusal: AppError | null = null;
  private readonly ended = new Emitter<'finished' | 'failed'>();

  onEnd(listener: (reason: 'finished' | 'failed') => void): Disposable {
    return this.ended.on(listener);
  }

  cutIn(): Promise<void> {
    if (this.refusal) return Promise.reject(this.refusal);
    this.cutIns += 1;
    return Promise.resolve();
  }

  stop(): void {
    this.stops += 1;
  }

  end(reason: 'finished' | 'failed'): void {
    this.ended.emit(reason);
  }
}

export class ScriptedSound implements CallSound {
  route: CallSound['route'] = 'handset';
  recordable = true;
  uplink: CallSound['uplink'] = null;
  opened = 0;
  readonly frames = new Emitter<SoundFrame>();
  readonly plays: ScriptedPlayback[] = [];
  refusal: AppError | null = null;

  onFrame(listener: (frame: SoundFrame) => void): Disposable {
    return this.frames.on(listener);
  }

  openVoice(): Promise<void> {
    this.opened += 1;
    return Promise.resolve();
  }

  play(): Promise<Playback> {
    if (this.refusal) return Promise.reject(this.refusal);
    const playback = new ScriptedPlayback();
    this.plays.push(playback);
    return Promise.resolve(playback);
  }

  get playback(): ScriptedPlayback {
    const last = this.plays.at(-1);
    if (!last) throw new Error('nothing was played');
    return last;
  }
}

const healthySlot = (slot: number): PhoneState['slots'][number] => ({
  slot,
  condition: 'ready',
  iccidTail: `000${slot}`,
  operator: slot % 2 ? '中国移动' : '中国联通',
  ownNumber: null,
  signalBars: 4,
  voice: 'yes',
  roamingAllowed: false,
  todayDials: 0,
  todayTalkMs: 0,
  use: null,
  card: null,
  problem: null,
  signalDbm: -73,
  pinTriesLeft: null,
  offAir: false,
});

/** A desk phone without a device: a test says what the line does, and sees what the engine asked for. */
export class ScriptedPhone implements DeskPhone {
  readonly channel: Channel;
  transfers: CallTransfers | null = null;
  readonly trace = new PhoneTrace();
  readonly dialled: DialRequest[] = [];
  readonly hungUp: string[] = [];
  readonly digits: string[] = [];
  /** answer, reject, hold, resume, force-end with the call's id, in order. */
  readonly asked: string[] = [];
  /** Set to make those fail. */
  refusal: AppError | null = null;
  readonly obstacles = new Map<number, AppError>();
  /** ICCID per slot; null = the phone cannot tell. A test swaps cards here. */
  readonly cards = new Map<number, string | null>([1, 2, 3, 4, 5].map((slot) => [slot, `8986010000000000000${slot}`]));
  /** Set to make dialling fail. */
  dialRefusal: AppError | null = null;
  hangUpRefusal: AppError | null = null;
  /** What dialling waits for, e.g. a slot switch. */
  beforeDial: () => Promise<void> = () => Promise.resolve();
  /** Calls that the phone still carries when the engine comes back; null = it never answers. */
  carried: readonly string[] | null = [];
  muted = false;
  /** Whether this phone gives us the sound of a call. */
  withSound = true;
  /** What the sound of each call is like from its answer on. */
  dressSound: (sound: ScriptedSound) => void = () => undefined;
  state: PhoneState = {
    connection: 'ready',
    problem: null,
    model: 'scripted',
    port: 'scripted',
    shape: 'modem-per-sim',
    activeSlot: 1,
    liveSlots: [1, 2, 3, 4, 5],
    slots: [1, 2, 3, 4, 5].map(healthySlot),
    switchingTo: null,
    switchesLeft: null,
    sound: null,
    device: null,
  };
  private readonly clock: Clock;
  private readonly events = new Emitter<[string, ChannelEvent, Stamp]>();
  /** Of phones that measure their sound; a test tells what they measure. */
  readonly readings = new Emitter<{ callId: string; reading: MediaReading }>();
  private readonly callers = new Emitter<IncomingCall>();
  /** What was given to it as the next calls' opener, in order. */
  readonly prepared: (Int16Array | null)[] = [];
  private readonly sounds = new Map<string, ScriptedSound>();

  constructor(clock: Clock, channel: Channel = 'desk-phone') {
    this.channel = channel;
    this.clock = clock;
  }

  get lastCallId(): string {
    const last = this.dialled.at(-1);
    if (!last) throw new Error('nothing was dialled');
    return last.callId;
  }

  /** The line does this now. */
  happen(event: ChannelEvent, callId = this.lastCallId): void {
    const stamp: Stamp = { wall: this.clock.now(), mono: this.clock.mono(), source: 'urc', precisionMs: 20 };
    if (event.type === 'answered' && this.withSound) {
      const sound = new ScriptedSound();
      this.dressSound(sound);
      this.sounds.set(callId, sound);
    }
    this.events.emit([callId, event, stamp]);
  }

  soundOf(callId = this.lastCallId): ScriptedSound {
    const sound = this.sounds.get(callId);
    if (!sound) throw new Error('the call has no sound');
    return sound;
  }

  /** For a call that is carried over a restart. */
  giveSound(callId: string): void {
    this.sounds.set(callId, new ScriptedSound());
  }

  onEvent(listener: (callId: string, event: ChannelEvent, stamp: Stamp) => void): Disposable {
    return this.events.on((event) => listener(...event));
  }

  async dial(request: DialRequest): Promise<void> {
    this.dialled.push(request);
    await this.beforeDial();
    if (this.dialRefusal) throw this.dialRefusal;
    if (request.mayLeave?.() === false) throw new AppError('cancelled');
  }

  hangUp(callId: string): Promise<void> {
    this.hungUp.push(callId);
    return this.hangUpRefusal ? Promise.reject(this.hangUpRefusal) : Promise.resolve();
  }

  /** Somebody rings, on slot 1. The same id again = its number has become known. */
  ring(callId: string, number: string | null = '15400000999', waiting = false, line?: LineRef): void {
    const stamp: Stamp = { wall: this.clock.now(), mono: this.clock.mono(), source: 'urc', precisionMs: 20 };
    this.callers.emit({ callId, number, slot: 1, ...(line ? { line } : {}), waiting, stamp });
  }

  onReading(listener: (callId: string, reading: MediaReading) => void): Disposable {
    return this.readings.on(({ callId, reading }) => listener(callId, reading));
  }

  onIncoming(listener: (call: IncomingCall) => void): Disposable {
    return this.callers.on(listener);
  }

  forceEnd(callId: string): Promise<void> {
    return this.ask(`force-end ${callId}`);
  }

  answer(callId: string): Promise<void> {
    return this.ask(`answer ${callId}`);
  }

  reject(callId: string): Promise<void> {
    return this.ask(`reject ${callId}`);
  }

  hold(callId: string): Promise<void> {
    return this.ask(`hold ${callId}`);
  }

  resume(callId: string): Promise<void> {
    return this.ask(`resume ${callId}`);
  }

  sendDtmf(_callId: string, digit: string): Promise<void> {
    this.digits.push(digit);
    return Promise.resolve();
  }

  setMuted(_callId: string, muted: boolean): Promise<void> {
    this.muted = muted;
    return Promise.resolve();
  }

  private ask(what: string): Promise<void> {
    this.asked.push(what);
    return this.refusal ? Promise.reject(this.refusal) : Promise.resolve();
  }

  prepareClip(clip: Int16Array | null): void {
    this.prepared.push(clip);
  }

  sound(callId: string): ScriptedSound | null {
    return this.sounds.get(callId) ?? null;
  }

  adopt(): Promise<readonly string[]> {
    return this.carried === null ? new Promise(() => undefined) : Promise.resolve(this.carried);
  }

  obstacle(slot: number): AppError | null {
    return this.obstacles.get(slot) ?? null;
  }

  card(slot: number): { iccid: string } | null {
    const iccid = this.cards.get(slot) ?? null;
    return iccid === null ? null : { iccid };
  }

  reachesNetwork(): boolean {
    return true;
  }

  onState(): Disposable {
    return disposable(() => undefined);
  }
  connect(): void {}
  reconnect(): void {}
  selectSlot(): Promise<void> {
    return Promise.resolve();
  }
  testSound(): Promise<{ delayMs: number; card: string | null } | null> {
    return Promise.resolve({ delayMs: 40, card: null });
  }
  enterPin(): Promise<void> {
    return Promise.resolve();
  }
  ussd(): ReturnType<DeskPhone['ussd']> {
    return Promise.resolve({ text: '', expectsReply: false });
  }
  cancelUssd(): Promise<void> {
    return Promise.resolve();
  }
  dispose(): void {}
}
