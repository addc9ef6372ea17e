import type { Clock } from '#shared/base/clock.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type {
  CallChannel,
  CallSound,
  ChannelEvent,
  DialRequest,
  IncomingCall,
  OpenCall,
  Stamp,
} from '#shared/domain/call-channel.ts';
import type { MediaReading } from '#shared/domain/voice-quality.ts';
import type { SipOrder } from '#shared/desk-contract/areas/sip.ts';
import type { SipAccountStore } from './sip-account.ts';
import type { SipLink } from './sip-link.ts';
import { SipSound } from './sip-sound.ts';
import { SipTransfers } from './sip-transfers.ts';

export interface SipChannelDeps {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly link: SipLink;
  readonly account: SipAccountStore;
}

/** From one window to the engine and back: what its stamps may be off by. */
const precisionMs = 20;
/** So long a start-up waits for a window that still carries calls of the last run. */
const adoptWithinMs = 6_000;

/** SIP as a call channel: the window with the line dials and talks, this side knows which calls there are. */
export class SipChannel implements CallChannel, Disposable {
  readonly channel = 'sip';
  readonly transfers: SipTransfers;
  /** The window, where there is one, has the account as it is now. */
  readonly accountTold = new Emitter<void>();
  private readonly deps: SipChannelDeps;
  private readonly bag = new DisposeBag();
  private readonly events = new Emitter<{ callId: string; event: ChannelEvent; stamp: Stamp }>();
  private readonly incoming = new Emitter<IncomingCall>();
  private readonly readings = new Emitter<{ callId: string; reading: MediaReading }>();
  /** Calls of the window; null = not answered yet. */
  private readonly calls = new Map<string, SipSound | null>();
  private clip: Int16Array | null = null;
  private carriedAtStart: ReadonlySet<string> | null = null;
  private readonly started = new Emitter<ReadonlySet<string>>();

  constructor(deps: SipChannelDeps) {
    this.deps = deps;
    this.transfers = new SipTransfers({
      newId: deps.newId,
      order: (callId, what) => this.order(callId, what),
      tell: (what) => deps.link.order(what),
      begin: (callId, what) => this.beginCall(callId, what),
    });
    this.bag.add(deps.link.served.on((carried) => this.begin(carried)));
    this.bag.add(deps.link.lost.on(() => this.forget(new Set())));
    this.bag.add(deps.account.changed.on(() => this.tellAll()));
  }

  /** Why nobody can be called now; null = they can. */
  get obstacle(): AppError | null {
    const { link, account } = this.deps;
    if (!account.current) return new AppError('sip.no-account');
    if (!link.isServed) return new AppError('sip.no-window');
    const { phase, trouble, status } = link.line;
    if (phase === 'registered') return null;
    return trouble === 'refused'
      ? new AppError('sip.refused', { status: status ?? 0 })
      : new AppError('sip.not-registered');
  }

  /** 主叫号码 that may be shown, the usual one first. */
  get callerIds(): readonly string[] {
    return this.deps.account.current?.callerIds ?? [];
  }

  onEvent(listener: (callId: string, event: ChannelEvent, stamp: Stamp) => void): Disposable {
    return this.events.on(({ callId, event, stamp }) => listener(callId, event, stamp));
  }

  onIncoming(listener: (call: IncomingCall) => void): Disposable {
    return this.incoming.on(listener);
  }

  onReading(listener: (callId: string, reading: MediaReading) => void): Disposable {
    return this.readings.on(({ callId, reading }) => listener(callId, reading));
  }

  async dial({ callId, dialString, callerId, hideNumber = false }: DialRequest): Promise<void> {
    const { obstacle } = this;
    if (obstacle) throw obstacle;
    await this.beginCall(callId, { do: 'dial', callId, number: dialString, callerId: callerId ?? null, hideNumber });
  }

  hangUp(callId: string): Promise<void> {
    return this.order(callId, { do: 'hang-up', callId });
  }

  reject(callId: string): Promise<void> {
    return this.order(callId, { do: 'reject', callId });
  }

  /** A window lets go of a call by itself after 4 s: nothing is ever stuck. */
  forceEnd(callId: string): Promise<void> {
    return Promise.reject(new AppError(this.calls.has(callId) ? 'call.no-restart' : 'call.gone'));
  }

  answer(callId: string): Promise<void> {
    return this.order(callId, { do: 'answer', callId });
  }

  hold(callId: string): Promise<void> {
    return this.order(callId, { do: 'hold', callId });
  }

  resume(callId: string): Promise<void> {
    return this.order(callId, { do: 'resume', callId });
  }

  sendDtmf(callId: string, digit: string): Promise<void> {
    return this.order(callId, { do: 'digit', callId, digit });
  }

  setMuted(callId: string, muted: boolean): Promise<void> {
    return this.order(callId, { do: 'mute', callId, muted });
  }

  prepareClip(clip: Int16Array | null): void {
    this.clip = clip;
    this.tellClip();
  }

  sound(callId: string): CallSound | null {
    return this.calls.get(callId) ?? null;
  }

  /** The window's word decides: it is asked by its coming, and waited for where it is not there yet. */
  async adopt(open: readonly OpenCall[]): Promise<readonly string[]> {
    const carried = await this.firstWord();
    const kept = open.filter(({ callId }) => carried.has(callId)).map(({ callId }) => callId);
    for (const callId of kept) this.calls.set(callId, this.calls.get(callId) ?? this.newSound(callId));
    return kept;
  }

  // The window's words.

  told(callId: string, event: ChannelEvent): void {
    if (!this.calls.has(callId)) return;
    if (event.type === 'answered') this.calls.set(callId, this.calls.get(callId) ?? this.newSound(callId));
    this.events.emit({ callId, event, stamp: this.stamp() });
    if (event.type === 'ended') this.drop(callId);
  }

  rings(number: string | null): string {
    const callId = this.deps.newId();
    const waiting = this.calls.size > 0;
    this.calls.set(callId, null);
    this.incoming.emit({ callId, number, slot: null, waiting, stamp: this.stamp() });
    return callId;
  }

  heard(callId: string, pcm: Uint8Array): void {
    this.calls.get(callId)?.heard(pcm);
  }

  measured(callId: string, reading: MediaReading): void {
    if (this.calls.get(callId)) this.readings.emit({ callId, reading });
  }

  played(callId: string): void {
    this.calls.get(callId)?.played();
  }

  dispose(): void {
    this.bag.dispose();
  }

  private async beginCall(callId: string, what: SipOrder): Promise<void> {
    this.calls.set(callId, null);
    try {
      await this.deps.link.order(what);
    } catch (error) {
      this.calls.delete(callId);
      throw error;
    }
  }

  private begin(carried: ReadonlySet<string>): void {
    this.carriedAtStart ??= carried;
    this.started.emit(carried);
    this.forget(carried);
    this.tellAll();
  }

  /** Those that the window does not carry any more ended when it went, as far as anybody knows: now. */
  private forget(carried: ReadonlySet<string>): void {
    for (const callId of [...this.calls.keys()]) if (!carried.has(callId)) this.lose(callId);
    if (carried.size === 0) this.transfers.forget();
  }

  private lose(callId: string): void {
    this.events.emit({ callId, event: { type: 'ended', cause: 'device-lost' }, stamp: this.stamp() });
    this.drop(callId);
  }

  private drop(callId: string): void {
    this.calls.get(callId)?.close();
    this.calls.delete(callId);
  }

  private firstWord(): Promise<ReadonlySet<string>> {
    if (this.carriedAtStart) return Promise.resolve(this.carriedAtStart);
    return new Promise((resolve) => {
      const settle = (carried: ReadonlySet<string>): void => {
        timer.dispose();
        subscription.dispose();
        resolve(carried);
      };
      const timer = this.deps.clock.after(adoptWithinMs, () => settle(new Set()));
      const subscription = this.started.on(settle);
    });
  }

  private newSound(callId: string): SipSound {
    const { clock, link } = this.deps;
    return new SipSound({ clock, callId, order: (what) => link.order(what) });
  }

  private order(callId: string, what: SipOrder): Promise<void> {
    if (!this.calls.has(callId)) return Promise.reject(new AppError('call.gone'));
    return this.deps.link.order(what);
  }

  private tellAll(): void {
    void this.tellAccount();
    this.tellClip();
  }

  private async tellAccount(): Promise<void> {
    const account = await this.deps.account.whole();
    this.deps.link.tell({ do: 'use', account });
    this.accountTold.emit();
  }

  /** A megabyte: only for a window that may have to play it. */
  private tellClip(): void {
    const { clip } = this;
    const { link, account } = this.deps;
    if (!link.isServed || !account.current) return;
    const pcm = clip && Buffer.from(clip.buffer, clip.byteOffset, clip.byteLength).toString('base64');
    link.tell({ do: 'clip', pcm });
  }

  private stamp(): Stamp {
    const { clock } = this.deps;
    return { wall: clock.now(), mono: clock.mono(), source: 'device', precisionMs };
  }
}
