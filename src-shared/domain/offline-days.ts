/**
 * 离线登录天数: for how many days the cloud's last word lets a person in while it is away. The company's administrator sets
 * it; who was taken off or disabled meanwhile gets in for as long at a desk that has no network.
 */
export const offlineDayBounds = { min: 1, max: 30 } as const;

/** Where the company has said nothing, or its cloud is of before it could. */
const usualOfflineDays = 7;

/** @param said as the cloud told it, maybe a newer one with other bounds. @returns whole days within ours */
export function offlineDaysOf(said: number | undefined): number {
  if (said === undefined || !Number.isFinite(said)) return usualOfflineDays;
  return Math.min(offlineDayBounds.max, Math.max(offlineDayBounds.min, Math.floor(said)));
}
