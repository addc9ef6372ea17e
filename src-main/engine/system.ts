import { randomBytes } from 'node:crypto';
import type { Clock } from '#shared/base/clock.ts';
import { disposable } from '#shared/base/dispose.ts';

/** The real time. `mono` goes on while the wall clock is set; timers are unaffected by either. */
export const systemClock: Clock = {
  now: () => Date.now(),
  mono: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, Math.max(0, ms));
    return disposable(() => clearTimeout(timer));
  },
};

export const systemRandom = (length: number): Uint8Array => randomBytes(length);
