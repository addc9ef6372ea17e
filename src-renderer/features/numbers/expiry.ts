/** How long an entry bars its number, as people choose it; in days, null = for good. */
export const expiryChoices = [null, 30, 90, 365] as const;

const dayMs = 86_400_000;

/** @param days null = for good */
export const expiryOf = (days: number | null, now: number): number | null =>
  days === null ? null : now + days * dayMs;

/** An entry as it counts now: one that was approved and has run out bars nothing any more. */
export const stateNow = <S extends string>(
  { state, expiresAt }: { readonly state: S; readonly expiresAt: number | null },
  now: number,
): S | 'expired' => (state === 'approved' && expiresAt !== null && expiresAt <= now ? 'expired' : state);

export const stateTones = {
  requested: 'warn',
  approved: 'bad',
  rejected: 'neutral',
  removed: 'neutral',
  expired: 'neutral',
} as const;
