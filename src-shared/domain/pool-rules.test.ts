import { describe, expect, it } from 'vitest';
import { claimedBefore, claimLock, defaultPoolRules, recycleAt, type LeadUse, type PoolRules } from './pool-rules.ts';

const dayMs = 86_400_000;
/** Noon in Beijing. */
const noon = Date.UTC(2026, 10, 23, 4, 0, 0);
const midnight = noon + 12 * 3_600_000;
const use = (change: Partial<LeadUse> = {}): LeadUse => ({ createdAt: 0, claimedAt: noon, followedAt: null, interested: false, won: false, ...change }); // prettier-ignore
const rules = (change: Partial<PoolRules>): PoolRules => ({ ...defaultPoolRules, ...change });

describe('what keeps a lead from being claimed', () => {
  const offer = { createdAt: noon, releasedAt: noon - dayMs } as const;
  const lock = (change: Partial<PoolRules>, at = noon) => claimLock(rules(change), offer, at);

  it('is nothing unless a rule says so, and ends to the moment', () => {
    expect(lock({})).toBeNull();
    // What another clock says of it may lie ahead of this one.
    expect(lock({}, noon - 2 * dayMs)).toBeNull();
    const until = noon + 2 * dayMs;
    expect(lock({ newLeadClaimDays: 2 }, until - 1)).toEqual({ until, why: 'new-lead' });
    expect(lock({ newLeadClaimDays: 2 }, until)).toBeNull();
  });

  it('is the longer of two, and the former owner’s is of the former owner alone', () => {
    expect(lock({ newLeadClaimDays: 2, formerOwnerDays: 2 })?.why).toBe('new-lead');
    expect(lock({ newLeadClaimDays: 2, formerOwnerDays: 4 })).toEqual({ until: noon + 3 * dayMs, why: 'former-owner' });
    expect(claimLock(rules({ formerOwnerDays: 4 }), { ...offer, releasedAt: null }, noon)).toBeNull();
  });
});

describe('when a lead is taken back', () => {
  it('is the midnight behind the days that the rule leaves, counted from the last follow-up or the claim', () => {
    expect(recycleAt(rules({}), use())).toBeNull();
    expect(recycleAt(rules({ idleDays: 7 }), use())).toBe(midnight + 7 * dayMs);
    expect(recycleAt(rules({ idleDays: 7 }), use({ followedAt: noon + dayMs }))).toBe(midnight + 8 * dayMs);
    // What was done before the claim was somebody else's.
    expect(recycleAt(rules({ idleDays: 7 }), use({ followedAt: noon - dayMs }))).toBe(midnight + 7 * dayMs);
    expect(recycleAt(rules({ heldDays: 30 }), use({ followedAt: noon + 9 * dayMs }))).toBe(midnight + 30 * dayMs);
  });

  it('is when one condition holds, or both, as the rule says', () => {
    const both = { idleDays: 7, heldDays: 30 } as const;
    const followed = use({ followedAt: noon + 29 * dayMs });
    expect(recycleAt(rules({ ...both, join: 'any' }), followed)).toBe(midnight + 30 * dayMs);
    expect(recycleAt(rules({ ...both, join: 'all' }), followed)).toBe(midnight + 36 * dayMs);
  });

  it('is not while it is new, nor where it is 有意向 and the rule keeps those', () => {
    const fresh = use({ createdAt: noon });
    expect(recycleAt(rules({ idleDays: 1, newLeadDays: 10 }), fresh)).toBe(midnight + 10 * dayMs);
    expect(recycleAt(rules({ idleDays: 1, keepInterested: true }), use({ interested: true }))).toBeNull();
    expect(recycleAt(rules({ idleDays: 1 }), use({ interested: true }))).toBe(midnight + dayMs);
  });

  it('is never missed by the first look, at no hour of the day', () => {
    for (const change of [{ idleDays: 2 }, { heldDays: 3 }, { idleDays: 2, heldDays: 5 }, { idleDays: 2, heldDays: 5, join: 'all' as const }])
      for (let claimedAt = noon - dayMs; claimedAt < noon + dayMs; claimedAt += 3_600_000) {
        const at = recycleAt(rules(change), use({ claimedAt })) ?? 0;
        expect(claimedAt).toBeLessThan(claimedBefore(rules(change), at) ?? 0);
        expect(claimedAt).toBeGreaterThanOrEqual(claimedBefore(rules(change), at - 1) ?? 0);
      }
  }); // prettier-ignore
});
