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

const baseMs = 1000;
const capMs = 5 * 60_000;
