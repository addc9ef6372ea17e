import type { Clock } from '#shared/base/clock.ts';
import { systemClock } from '#engine/index.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** ms to the nearest 10:00 in Beijing (UTC+8): people may call then, whenever a test runs. */
export const toOfficeHours = (): number => 2 * hourMs - (Date.now() % dayMs);

/** The real clock with another wall time; durations are untouched. */
export const shiftedClock = (byMs: number): Clock => ({ ...systemClock, now: () => Date.now() + byMs });
