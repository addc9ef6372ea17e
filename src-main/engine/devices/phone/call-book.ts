import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, toAppError } from '#shared/base/errors.ts';
import type {
  CallSound,
  ChannelEvent,
  DialRequest,
  IncomingCall,
  OpenCall,
  Stamp,
} from '#shared/domain/call-channel.ts';
import type { EngineContext } from '../../context.ts';
import type { CallRow } from '../at/answers.ts';
import type { StackNumber, Urc } from '../at/urc-router.ts';
import { HeldSound } from './held-sound.ts';
import { clearLeftover } from './leftover.ts';
import { ringsHere, type LineCall, type LineOutput } from './line-state.ts';
import { ModemLine } from './modem-line.ts';
import type { LiveModem } from './live-modem.ts';
import type { Modem } from './modem.ts';

interface Entry {
  readonly callId: string;
  /** Its name on the modem's line. */
  readonly lineId: string;
  readonly modem: Modem;
  readonly live: LiveModem;
  readonly line: ModemLine;
  /** That it goes by; null = nobody could say. */
  readonly slot: number | null;
  sound: HeldSound | null;
}

export interface ChannelReport {
  readonly callId: string;
  readonly event: ChannelEvent;
  readonly stamp: Stamp;
}

interface DialOrder extends Pick<DialRequest, 'callId' | 'dialString' | 'mayLeave'> {
  readonly hideNumber: boolean;
  readonly slot: number;
  /** Selects the SIM stack that it goes by; undefined = the modem has one. */
  readonly select: string | undefined;
}

/**
 * The calls of the phone under the engine's ids. There is one handset, whatever the number of modems: one call is dialled
 * or spoken at a time, others wait or are held.
 */
export class CallBook implements Disposable {
  private readonly context: EngineContext;
  private readonly slotOf: (modem: Modem, stack: StackNumber) => number | null;
  private readonly reports = new Emitter<ChannelReport>();
  private readonly incoming = new Emitter<IncomingCall>();
  private readonly lines = new Map<Modem, { readonly live: LiveModem; readonly line: ModemLine }>();
  private entries: readonly Entry[] = [];

  constructor(context: EngineContext, slotOf: (modem: Modem, stack: StackNumber) => number | null) {
    this.context = context;
    this.slotOf = slotOf;
  }

  get running(): boolean {
    return this.entries.length > 0;
  }

  /** Slots whose cards have a call, ringing ones included. */
  get slots(): readonly number[] {
    return this.entries.flatMap(({ slot }) => slot ?? []);
  }

  /** @throws AppError `call.ending` while the modem does not let go of a call, else `call.busy` */
  mustBeFree(): void {
    if (this.entries.some(({ line, lineId }) => line.isStuck(lineId))) throw new AppError('call.ending');
    if (this.running) throw new AppError('call.busy');
  }

  onReport(listener: (report: ChannelReport) => void): Disposable {
    return this.reports.on(listener);
  }

  onIncoming(listener: (call: IncomingCall) => void): Disposable {
    return this.incoming.on(listener);
  }

  async dial({ callId, dialString, slot, ...how }: DialOrder, modem: Modem, live: LiveModem): Promise<void> {
    this.mustBeFree();
    const entry = this.open({ callId, lineId: callId, modem, live, slot });
    entry.line.place(callId, dialString);
    try {
      if (modem.leftover) await clearLeftover(modem, live, this.context);
      await modem.sound.ready();
      await entry.line.dial(callId, dialString, how);
    } catch (error) {
      entry.line.forget(callId);
      this.close(entry);
      modem.busy = this.entries.some((other) => other.modem === modem);
      throw error;
    }
  }

  adopt({ callId, dialString, slot }: OpenCall, row: CallRow, modem: Modem, live: LiveModem): void {
    modem.leftover = false;
    // It may have rung already in this run, before anybody said whose it is: that was this one.
    const twin = this.entries.find((entry) => entry.modem === modem && isSame(callOf(entry), row));
    if (twin) this.giveWay(twin);
    this.open({ callId, lineId: callId, modem, live, slot }).line.adopt(callId, row, dialString || null);
  }

  /** Also refuses an incoming call. Throws `call.gone` for a call that is not here (any more). */
  hangUp(callId: string): void {
    const { line, lineId } = this.entry(callId);
    line.hangUp(lineId);
  }

  /** Rejects with `call.gone`, and as ModemLine.forceEnd. */
  async forceEnd(callId: string): Promise<void> {
    const { line, lineId } = this.entry(callId);
    await line.forceEnd(lineId);
  }

  /** Rejects with `call.gone`, `call.hold-refused`, or the modem's refusal. */
  async answer(callId: string): Promise<void> {
    const entry = this.entry(callId);
    const call = callOf(entry);
    if (!call || !ringsHere(call)) throw new AppError('call.gone');
    await this.holdElsewhere(entry.modem);
    const beside = entry.line.calls.some((other) => other.phase === 'active');
    await entry.line.answer(entry.lineId).catch((error: unknown) => {
      throw beside ? holdRefusal(error) : error;
    });
  }

  /** Rejects with `call.gone`, `call.not-connected`, `call.hold-refused`. */
  async hold(callId: string): Promise<void> {
    await this.change(callId, 'active');
  }

  /** Takes a held call back; an active one is held for it. Rejects as `hold` does. */
  async resume(callId: string): Promise<void> {
    await this.change(callId, 'held');
  }

  sound(callId: string): CallSound | null {
    return this.entries.find((entry) => entry.callId === callId)?.sound ?? null;
  }

  /** @param phases those in which the command means something. Rejects with `call.gone`, `call.not-connected`, or the modem's refusal. */
  async inCall(callId: string, text: string, phases: readonly LineCall['phase'][]): Promise<void> {
    const entry = this.entry(callId);
    const call = callOf(entry);
    if (!call?.answered || !phases.includes(call.phase)) throw new AppError('call.not-connected');
    await entry.live.session.send({ text, priority: 'call' });
  }

  /** TS 27.007 §8.24: the handset's microphone. Rejects as `inCall` does. */
  async setMuted(callId: string, muted: boolean): Promise<void> {
    const waits = this.entries.some((entry) => entry.callId === callId && entry.sound?.noteMuted(muted));
    if (!waits) await this.inCall(callId, `AT+CMUT=${muted ? 1 : 0}`, ['active', 'held']);
  }

  hint(modem: Modem, urc: Urc): void {
    if (!modem.live || (urc.kind !== 'call' && urc.kind !== 'ring')) return;
    this.lineOf(modem, modem.live).report(urc.line, urc.stack);
  }

  lost(modem: Modem, cause: 'device-lost' | 'device-reset'): void {
    const known = this.lines.get(modem);
    this.lines.delete(modem);
    known?.line.lost(cause);
  }

  /** The phone was replaced by another: its calls are out of our reach. */
  giveUp(): void {
    for (const modem of [...this.lines.keys()]) this.lost(modem, 'device-lost');
  }

  /** The program ends, calls need not: no event, so that their rows stay open for `adopt` (research/hardware case 25). */
  dispose(): void {
    for (const { line } of this.lines.values()) line.abandon();
    for (const { sound } of this.entries) sound?.dispose();
    this.lines.clear();
    this.entries = [];
  }

  private async change(callId: string, from: 'active' | 'held'): Promise<void> {
    const entry = this.entry(callId);
    if (callOf(entry)?.phase !== from) throw new AppError('call.not-connected');
    // With a caller waiting the same command would take that call.
    if (entry.line.calls.some(ringsHere)) throw new AppError('call.hold-refused', { reason: 'waiting' });
    if (from === 'held') await this.holdElsewhere(entry.modem);
    await entry.line.swap().catch((error: unknown) => {
      throw holdRefusal(error);
    });
  }

  /** One handset: what is spoken at another modem is held first. */
  private async holdElsewhere(modem: Modem): Promise<void> {
    for (const entry of this.entries)
      if (entry.modem !== modem && callOf(entry)?.phase === 'active') await this.hold(entry.callId);
  }

  private entry(callId: string): Entry {
    const entry = this.entries.find((other) => other.callId === callId);
    if (!entry) throw new AppError('call.gone');
    return entry;
  }

  private open(call: Omit<Entry, 'line' | 'sound'>): Entry {
    const entry: Entry = { ...call, line: this.lineOf(call.modem, call.live), sound: null };
    this.entries = [...this.entries, entry];
    call.modem.busy = true;
    return entry;
  }

  private lineOf(modem: Modem, live: LiveModem): ModemLine {
    const known = this.lines.get(modem);
    if (known?.live === live) return known.line;
    known?.line.abandon();
    const { clock, logger } = this.context;
    const line: ModemLine = new ModemLine({
      session: live.session,
      profile: live.identity.profile,
      clock,
      logger: logger.child('call'),
      tell: (output) => this.onTold(modem, live, line, output),
    });
    this.lines.set(modem, { live, line });
    return line;
  }

  private onTold(
    modem: Modem,
    live: LiveModem,
    line: ModemLine,
    output: Extract<LineOutput, { type: 'event' | 'incoming' }>,
  ): void {
    const known = this.entries.find((entry) => entry.line === line && entry.lineId === output.id);
    if (output.type === 'event') {
      if (known) this.onEvent(known, output.event, output.stamp);
      return;
    }
    const slot = this.slotOf(modem, line.ringingStack);
    const entry = known ?? this.open({ callId: this.context.newId(), lineId: output.id, modem, live, slot });
    const { callId } = entry;
    const { number, stamp } = output;
    const waiting = this.entries.some((other) => other !== entry);
    this.incoming.emit({ callId, number, slot, waiting, stamp });
  }

  private onEvent(entry: Entry, event: ChannelEvent, stamp: Stamp): void {
    const { modem, callId } = entry;
    if (event.type === 'answered') {
      const sound = modem.sound.open();
      entry.sound = sound && new HeldSound(sound, () => callOf(entry)?.phase === 'held');
    }
    if (event.type === 'ended') this.close(entry);
    this.reports.emit({ callId, event, stamp });
    if (event.type === 'ended' && !this.entries.some((other) => other.modem === modem)) modem.afterCall();
  }

  private giveWay(twin: Entry): void {
    const { clock } = this.context;
    twin.line.forget(twin.lineId);
    this.close(twin);
    const stamp: Stamp = { mono: clock.mono(), wall: clock.now(), source: 'assumed', precisionMs: 0 };
    this.reports.emit({ callId: twin.callId, event: { type: 'ended', cause: 'remote-hang-up' }, stamp });
  }

  private close(entry: Entry): void {
    entry.sound?.dispose();
    this.entries = this.entries.filter((other) => other !== entry);
  }
}

const isSame = (call: LineCall | null, row: CallRow): boolean =>
  call !== null && ringsHere(call) && !row.outgoing && call.index === row.index;

const callOf = ({ line, lineId }: Entry): LineCall | null => line.call(lineId);

/** The network offers no hold, or not now (TS 22.083); a lost phone is its own trouble. */
function holdRefusal(thrown: unknown): AppError {
  const error = toAppError(thrown);
  return error.code === 'phone.refused' ? new AppError('call.hold-refused', {}, error) : error;
}
