import { disposable } from '#shared/base/dispose.ts';
import type { Clock } from '#shared/base/clock.ts';

/** The real time of this machine, for simulators that run outside a test. */
export const nodeClock: Clock = {
  now: () => Date.now(),
  mono: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    return disposable(() => clearTimeout(timer));
  },
};
