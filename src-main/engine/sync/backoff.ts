/**
 * "Full jitter": anywhere between nothing and the doubled step, so that desks which lost the cloud in the same moment do
 * not come back in the same moment (research/reliability §3.2).
 *
 * @param failures in a row, from 1
 * @param random in [0, 1)
 * @returns ms to wait
 */
export function backoff(failures: number, random: () => number): number {
  const step = Math.min(capMs, baseMs * 2 ** Math.min(failures, 20));
  return Math.round(random() * step);
}

/**
 * The same by time: anywhere between nothing and twice the time for which nothing has gone through, which doubles as steps
 * do. For what is also tried out of turn, as when a person works on: that would count up steps though hardly any time has
 * passed, and leave a desk waiting for minutes after an outage of seconds.
 *
 * @param awayMs since the first failure
 */
export const backoffSince = (awayMs: number, random: () => number): number =>
  Math.round(random() * Math.min(capMs, 2 * (awayMs + baseMs)));

const baseMs = 1000;
const capMs = 5 * 60_000;
