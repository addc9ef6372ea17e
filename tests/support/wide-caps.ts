import { capBounds, type SimCaps } from '#shared/domain/sim-caps.ts';

/** For tests and figures of something else than the governor: they dial faster than any card should. */
export const wideCaps: SimCaps = {
  perHour: capBounds.perHour.max,
  perDay: capBounds.perDay.max,
  talkMinutesPerDay: 0,
  gapSeconds: 0,
  streak: 0,
  coolDownMinutes: 1,
};
