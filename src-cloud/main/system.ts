import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Clock } from '#shared/base/clock.ts';
import { disposable } from '#shared/base/dispose.ts';
import { createIds, type RandomBytes } from '#shared/base/ids.ts';

/** The real clock. The only place of the cloud that reads the time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  mono: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, Math.max(0, ms));
    return disposable(() => clearTimeout(timer));
  },
};

/** Unpredictable bytes, fetched many at once: to ask for eight costs as much as to ask for thousands. None is given twice. */
function pooledBytes(): RandomBytes {
  let pool = randomBytes(4096);
  return (length) => {
    if (pool.length < length) pool = randomBytes(4096);
    const taken = pool.subarray(0, length);
    pool = pool.subarray(length);
    return taken;
  };
}

/** UUIDv7. */
export const newId = createIds(systemClock, pooledBytes());
