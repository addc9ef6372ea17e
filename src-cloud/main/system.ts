import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Clock } from '#shared/base/clock.ts';
import { disposable } from '#shared/base/dispose.ts';
import { createIds } from '#shared/base/ids.ts';

/** The real clock. The only place of the cloud that reads the time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  mono: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, Math.max(0, ms));
    return disposable(() => clearTimeout(timer));
  },
};

/** UUIDv7. */
export const newId = createIds(systemClock, (length) => randomBytes(length));
