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
  LineRef,
  Stamp,
} from '#shared/domain/call-channel.ts';
import type { MediaReading } from '#shared/domain/voice-quality.ts';
import type { SipOrder } from '#shared/desk-contract/areas/sip.ts';
import { sipAccountName } from '#shared/domain/sip-account.ts';
import type { SipLineAccount, SipLines } from './sip-lines.ts';
import type { SipLink } from './sip-link.ts';
import { pbxOf } from './sip-server.ts';
import { SipSound } from './sip-sound.ts';
import { SipTransfers } from './sip-transfers.ts';
import type { TalkingAccount } from './state-reports.ts';

export interface SipChannelDeps {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly link: SipLink;
  readonly accounts: SipLines;
}

/** A line as a dial must know it beforehand. */
export interface SipDialLine {
  /** Null = there is none. */
  readonly line: LineRef | null;
  /** Why nobody can be called over it now; null = they can. */
  readonly obstacle: AppError | null;
  /** 主叫号码 that may be shown, the usual one first. */
  readonly callerIds: readonly string[];
}

interface Carried {
  readonly accountId: string;
  /** Null = not answered yet. */
  sound: SipSound | null;
}

/** From one window to the engine and back: what its stamps may be off by. */
const precisionMs = 20;

/** SIP as a call channel: the window with the lines dials and talks, this side knows which calls there are. */
export class SipChannel implements CallChannel, Disposable {
  readonly channel = 'sip';
  readonly transfers: SipTransfers;
  /** The window, where there is one, has these accounts now. */
  readonly accountsTold = new Emitter<readonly TalkingAccount[]>();
  /** A call less goes over some line. */
  readonly freed = new Emitter<void>();
  private readonly deps: SipChannelDeps;
  private readonly bag = new DisposeBag();
  private readonly events = new Emitter<{ callId: string; event: ChannelEvent; stamp: Stamp }>();
  private readonly incoming = new Emitter<IncomingCall>();
  private readonly readings = new Emitter<{ callId: string; reading: MediaReading }>();
  /** Calls of the window. */
  private readonly calls = new Map<string, Carried>();
  private clip: Int16Array | null = null;
  /** Passwords take their time: only the latest word about the accounts counts. */
  private tellings = 0;

  constructor(deps: SipChannelDeps) {
    this.deps = deps;
    this.transfers = new SipTransfers({
      newId: deps.newId,
      order: (callId, what) => this.order(callId, what),
      tell: (what) => deps.link.order(what),
      begin: (callId, accountId, what) => this.beginCall(callId, accountId, what),
      accountOf: (callId) => this.calls.get(callId)?.accountId,
      pbxOf: (accountId) => {
        const kept = deps.accounts.find(accountId);
        return kept && pbxOf(kept.account);
      },
    });
    this.bag.add(deps.link.served.on((carried) => this.begin(carried)));
    this.bag.add(deps.link.left.on(() => this.eachSound((sound) => sound.away())));
    this.bag.add(deps.link.lost.on(() => this.forget(new Map())));
    this.bag.add(deps.accounts.changed.on(() => this.tellAll()));
  }

  /** @param id null, or one that is no more = the default one */
  dialLine(id: string | null): SipDialLine {
    const { accounts } = this.deps;
    const kept = (id === null ? undefined : accounts.find(id)) ?? accounts.usual;
    if (!kept) {
      const nothingOn = accounts.all.length > 0 ? 'sip.line-off' : 'sip.no-account';
      return { line: null, obstacle: new AppError(nothingOn), callerIds: [] };
    }
    const { account } = kept;
    const line = { id: kept.id, name: sipAccountName(account) };
    return { line, obstacle: this.obstacle(kept), callerIds: account.callerIds };
  }

  lineOf(callId: string): LineRef | null {
    const carried = this.calls.get(callId);
    return carried ? this.named(carried.accountId) : null;
  }

  /** A call goes over that account's line, or rings there. */
  inCall(accountId: string): boolean {
    return [...this.calls.values()].some((one) => one.accountId === accountId);
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

  async dial({ callId, dialString, lineId, callerId, hideNumber = false, mayLeave }: DialRequest): Promise<void> {
    const { line, obstacle } = this.dialLine(lineId ?? null);
    if (!line || obstacle) throw obstacle ?? new AppError('sip.no-account');
    if (mayLeave?.() === false) throw new AppError('cancelled');
    const shown = { callerId: callerId ?? null, hideNumber };
    await this.beginCall(callId, line.id, { do: 'dial', callId, accountId: line.id, number: dialString, ...shown });
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
    return this.calls.get(callId)?.sound ?? null;
  }

  /**
   * None: windows and engine are one program, and what a browser has left of a page knows neither port nor key of the next
   * run. One that comes back all the same is told to hang up (`begin`).
   */
  adopt(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  // The window's words.

  told(callId: string, event: ChannelEvent): void {
    const carried = this.calls.get(callId);
    if (!carried) return;
    if (event.type === 'answered') carried.sound ??= this.newSound(callId);
    if (event.type === 'ended') carried.sound?.finish();
    this.events.emit({ callId, event, stamp: this.stamp() });
    if (event.type === 'ended') this.drop(callId);
  }

  rings(accountId: string, number: string | null): string {
    const callId = this.deps.newId();
    const waiting = this.calls.size > 0;
    this.calls.set(callId, { accountId, sound: null });
    const line = this.named(accountId);
    this.incoming.emit({ callId, number, slot: null, line, waiting, stamp: this.stamp() });
    return callId;
  }

  heard(callId: string, pcm: Uint8Array, lackMs: number): void {
    this.calls.get(callId)?.sound?.heard(pcm, lackMs);
  }

  measured(callId: string, reading: MediaReading): void {
    if (this.calls.get(callId)?.sound) this.readings.emit({ callId, reading });
  }

  played(callId: string): void {
    this.calls.get(callId)?.sound?.played();
  }

  dispose(): void {
    this.bag.dispose();
  }

  /** The nearest thing first. */
  private obstacle({ id, enabled, idle }: SipLineAccount): AppError | null {
    const { link } = this.deps;
    if (idle !== null) return new AppError('sip.line-idle');
    if (!enabled) return new AppError('sip.line-off');
    if (!link.isServed) return new AppError('sip.no-window');
    const { phase, trouble, status } = link.line(id);
    if (phase === 'registered') return null;
    return trouble === 'refused'
      ? new AppError('sip.refused', { status: status ?? 0 })
      : new AppError('sip.not-registered');
  }

  private named(accountId: string): LineRef {
    const kept = this.deps.accounts.find(accountId);
    return { id: accountId, name: kept ? sipAccountName(kept.account) : '' };
  }

  private async beginCall(callId: string, accountId: string, what: SipOrder): Promise<void> {
    this.calls.set(callId, { accountId, sound: null });
    try {
      await this.deps.link.order(what);
    } catch (error) {
      this.calls.delete(callId);
      this.freed.emit();
      throw error;
    }
  }

  private begin(carried: ReadonlyMap<string, string>): void {
    this.forget(carried);
    // Closed here since it was away: nobody could see such a call, nor end it.
    for (const callId of carried.keys()) if (!this.calls.has(callId)) this.deps.link.tell({ do: 'hang-up', callId });
    this.eachSound((sound) => sound.back());
    this.tellAll();
  }

  /** Those that the window does not carry any more ended when it went, as far as anybody knows. */
  private forget(carried: ReadonlyMap<string, string>): void {
    for (const callId of [...this.calls.keys()]) if (!carried.has(callId)) this.lose(callId);
    if (carried.size === 0) this.transfers.forget();
  }

  private lose(callId: string): void {
    this.calls.get(callId)?.sound?.finish();
    const stamp = { ...this.stamp(), ...this.deps.link.awaySince };
    this.events.emit({ callId, event: { type: 'ended', cause: 'device-lost' }, stamp });
    this.drop(callId);
  }

  private eachSound(act: (sound: SipSound) => void): void {
    for (const { sound } of this.calls.values()) if (sound) act(sound);
  }

  private drop(callId: string): void {
    this.calls.get(callId)?.sound?.close();
    this.calls.delete(callId);
    this.freed.emit();
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
    void this.tellAccounts();
    this.tellClip();
  }

  private async tellAccounts(): Promise<void> {
    this.tellings += 1;
    const telling = this.tellings;
    const accounts = await this.deps.accounts.used();
    if (telling !== this.tellings) return;
    this.deps.link.tell({ do: 'use', accounts });
    this.accountsTold.emit(accounts.map(({ id, stateCodes }) => ({ id, codes: stateCodes ?? null })));
  }

  /** A megabyte: only for a window that may have to play it. */
  private tellClip(): void {
    const { clip } = this;
    const { link, accounts } = this.deps;
    if (!link.isServed || !accounts.usual) return;
    const pcm = clip && Buffer.from(clip.buffer, clip.byteOffset, clip.byteLength).toString('base64');
    link.tell({ do: 'clip', pcm });
  }

  private stamp(): Stamp {
    const { clock } = this.deps;
    return { wall: clock.now(), mono: clock.mono(), source: 'device', precisionMs };
  }
}
