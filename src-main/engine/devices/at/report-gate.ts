import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import type { Urc } from './urc-router.ts';

/** People and pollers cannot use more. */
const everyMs = 200;

/**
 * Keeps a storm of reports from everybody behind it (research/hardware case 12): of those that only say how things are now
 * (signal, network time) one per kind passes at once, then the newest at most every 200 ms. Whatever concerns a call, the
 * card or a text passes at once and always. Holds one report per prefix that we know and SIM stack, so it cannot grow.
 */
export class ReportGate {
  private readonly clock: Clock;
  private readonly emit: (urc: Urc) => void;
  private readonly closed = new Map<string, { latest: Urc | null; timer: Disposable }>();

  constructor(clock: Clock, emit: (urc: Urc) => void) {
    this.clock = clock;
    this.emit = emit;
  }

  push(urc: Urc): void {
    if (urc.kind !== 'signal' && urc.kind !== 'other') {
      this.emit(urc);
      return;
    }
    const key = `${urc.stack}${urc.line.slice(0, urc.line.indexOf(':') + 1) || urc.line}`;
    const held = this.closed.get(key);
    if (held) {
      held.latest = urc;
      return;
    }
    this.emit(urc);
    this.closed.set(key, { latest: null, timer: this.reopen(key) });
  }

  /** Forgets what waits. */
  reset(): void {
    for (const { timer } of this.closed.values()) timer.dispose();
    this.closed.clear();
  }

  private reopen(key: string): Disposable {
    return this.clock.after(everyMs, () => {
      const latest = this.closed.get(key)?.latest;
      this.closed.delete(key);
      if (latest) this.push(latest);
    });
  }
}
