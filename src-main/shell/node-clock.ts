import { disposable } from '#shared/base/dispose.ts';
import type { Clock } from '#shared/base/clock.ts';

/** The machine's own time. Made here once; everything else is given a Clock. */
export const nodeClock: Clock = {
  now: () => Date.now(),
  mono: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    return disposable(() => clearTimeout(timer));
  },
};
