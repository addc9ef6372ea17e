import { disposable } from '#shared/base/dispose.ts';
import type { Clock } from '#shared/base/clock.ts';

/** The window's own time. Screens take time from here, so that tests can replace one thing. */
export const browserClock: Clock = {
  now: () => Date.now(),
  mono: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, Math.max(0, ms));
    return disposable(() => clearTimeout(timer));
  },
};
