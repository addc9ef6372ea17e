/**
 * How often a phone may change its card. Each change writes to the modem's flash and restarts its radio; one maker allows
 * 30 a day (research/hardware 0.10, 1.7). The day is the last 24 hours, so that no clock and no midnight opens it anew.
 */
export interface SwitchBudget {
  /** Changes that a person may still ask for. One is always kept back, for the way back from a change that fails. */
  readonly left: number;
  /** When one more becomes free, wall clock; null = there is one now. */
  readonly nextAt: number | null;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Older changes need not be remembered. A change that lies in the future (the clock was set back) still counts. */
export const recentSwitches = (times: readonly number[], now: number): readonly number[] =>
  times.filter((at) => at > now - dayMs);

/**
 * @param times wall clock of every change of this phone, tries that failed and ways back included
 * @param limit changes in 24 hours; null = this make sets none
 */
export function switchBudget(times: readonly number[], limit: number | null, now: number): SwitchBudget {
  if (limit === null) return { left: Number.POSITIVE_INFINITY, nextAt: null };
  const recent = recentSwitches(times, now).toSorted((a, b) => b - a);
  const left = Math.max(0, limit - 1 - recent.length);
  if (left > 0) return { left, nextAt: null };
  const oldestThatBlocks = recent[limit - 2];
  return { left, nextAt: (oldestThatBlocks ?? now) + dayMs };
}
