import { sleep, type Clock } from '#shared/base/clock.ts';

/** Lets through so many in a second, evenly, in the order of coming; of this process. */
export class Pacer {
  private readonly clock: Clock;
  private readonly gapMs: number;
  private nextAt = -Infinity;

  constructor(clock: Clock, perSecond: number) {
    this.clock = clock;
    this.gapMs = 1000 / perSecond;
  }

  /** @returns false = its turn would not come within `withinMs`, and it has none; or the signal was faster */
  async turn(withinMs: number, signal: AbortSignal): Promise<boolean> {
    const now = this.clock.mono();
    const at = Math.max(now, this.nextAt);
    if (at - now > withinMs) return false;
    this.nextAt = at + this.gapMs;
    if (at > now) await sleep(this.clock, at - now, signal);
    return !signal.aborted;
  }
}
