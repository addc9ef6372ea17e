import type { Clock } from '#shared/base/clock.ts';

/** Some at once, then one in so much time: a desk that sees everybody's changes is nudged all day long. */
export interface Pace {
  /** Takes one. @returns ms until its turn: 0 while there are some left */
  take(): number;
}

/** @param most that may come at once @param everyMs in which one comes back */
export function createPace(clock: Clock, { most, everyMs }: { most: number; everyMs: number }): Pace {
  /** On the monotonic clock: when all that were taken have come back. */
  let fullAt = -Infinity;
  return {
    take() {
      const now = clock.mono();
      fullAt = Math.max(fullAt, now) + everyMs;
      return Math.max(0, fullAt - now - most * everyMs);
    },
  };
}
