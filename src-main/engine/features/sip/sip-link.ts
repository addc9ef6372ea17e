import type { Clock } from '#shared/base/clock.ts';
import { disposable, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, type ErrorCode } from '#shared/base/errors.ts';
import type { ClockReading } from '#shared/domain/call-machine.ts';
import type { SipLineView, SipOrder } from '#shared/desk-contract/areas/sip.ts';

interface Window {
  readonly peer: string;
  readonly send: (order: number, what: SipOrder) => void;
}

type ToldLine = Omit<SipLineView, 'retryAt'> & { readonly accountId: string; readonly retryInMs: number | null };

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: AppError) => void;
}

export const lineOff: SipLineView = { phase: 'off', trouble: null, status: null, retryAt: null, simulated: false };

/** A window that is loaded anew, or whose connection is cut, is back within this time or not at all. */
const backWithinMs = 5_000;

/**
 * The window that speaks SIP, as the engine sees it: orders go there, and are settled one by one. The first that has the
 * browser's lock serves; browsers do not share locks, so here too it is one. Calls outlive a connection that is cut for a
 * moment; whoever is back says which it still carries.
 */
export class SipLink implements Disposable {
  /** A line, or whether anybody serves them. */
  readonly changed = new Emitter<void>();
  /** The window is away, and may be back. */
  readonly left = new Emitter<void>();
  /** The window is gone for good, and its calls with it. */
  readonly lost = new Emitter<void>();
  /** A window serves from now on, with the calls that it carries already: their ids, each with its account's. */
  readonly served = new Emitter<ReadonlyMap<string, string>>();
  private readonly clock: Clock;
  private readonly windows: Window[] = [];
  private readonly waiting = new Map<number, Waiting>();
  /** As the window has told, by account. */
  private readonly lines = new Map<string, SipLineView>();
  private orders = 0;
  private away: { readonly since: ClockReading; readonly forGood: Disposable } | null = null;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  line(accountId: string): SipLineView {
    return this.lines.get(accountId) ?? lineOff;
  }

  /** When the window went that is away, or of which it turns out just now that it does not come back; null = none is. */
  get awaySince(): ClockReading | null {
    return this.away?.since ?? null;
  }

  get isServed(): boolean {
    return this.windows.length > 0;
  }

  serves(peer: string): boolean {
    return this.windows[0]?.peer === peer;
  }

  attach(peer: string, calls: ReadonlyMap<string, string>, send: Window['send']): Disposable {
    const window: Window = { peer, send };
    this.windows.push(window);
    if (this.windows[0] === window) this.begin(calls);
    return disposable(() => this.detach(window));
  }

  /** Not settled by anybody: the newest one of its kind holds. */
  tell(what: SipOrder): void {
    this.orders += 1;
    this.windows[0]?.send(this.orders, what);
  }

  /** Resolves when the window has done it. Rejects with `sip.no-window`, `sip.window-lost`, or what it was refused with. */
  order(what: SipOrder): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.windows[0]) return reject(new AppError('sip.no-window'));
      this.orders += 1;
      this.waiting.set(this.orders, { resolve, reject });
      this.windows[0].send(this.orders, what);
    });
  }

  /** @param status SIP status behind the problem, where there is one */
  settled(peer: string, order: number, problem: ErrorCode | null, status?: number): void {
    if (!this.serves(peer)) return;
    const waiting = this.waiting.get(order);
    this.waiting.delete(order);
    if (problem === null) waiting?.resolve();
    else waiting?.reject(new AppError(problem, status === undefined ? {} : { status }));
  }

  lineIs(peer: string, { accountId, retryInMs, ...line }: ToldLine): void {
    if (!this.serves(peer)) return;
    const retryAt = retryInMs === null ? null : Math.round(this.clock.now() + retryInMs);
    this.lines.set(accountId, { ...line, retryAt });
    this.changed.emit();
  }

  dispose(): void {
    this.away?.forGood.dispose();
    this.windows.length = 0;
    this.refuseAll();
  }

  private begin(carried: ReadonlyMap<string, string>): void {
    this.away?.forGood.dispose();
    this.served.emit(carried);
    this.away = null;
    this.changed.emit();
  }

  private detach(window: Window): void {
    const at = this.windows.indexOf(window);
    if (at < 0) return;
    this.windows.splice(at, 1);
    if (at > 0) return;
    this.lines.clear();
    this.refuseAll();
    this.changed.emit();
    // The next one in line has none of its calls, nor has it the browser's lock: its own word decides.
    if (this.windows[0]) this.begin(new Map());
    else this.goneFor(backWithinMs);
  }

  private goneFor(ms: number): void {
    const since = { wall: this.clock.now(), mono: this.clock.mono() };
    const forGood = this.clock.after(ms, () => {
      this.lost.emit();
      this.away = null;
    });
    this.away = { since, forGood };
    this.left.emit();
  }

  private refuseAll(): void {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of all) reject(new AppError('sip.window-lost'));
  }
}
