import { describe, expect, it } from 'vitest';
import { defaultPoolRules } from '#shared/domain/pool-rules.ts';
import { draftOfPool, readPool, readPoolNumber } from './pool-draft.ts';

describe('the draft of pool rules', () => {
  const draft = draftOfPool(defaultPoolRules);

  it('says what it was made of, and what was typed into it', () => {
    expect(readPool(draft)).toEqual(defaultPoolRules);
    const rules = { ...defaultPoolRules, claimsPerDay: 20, idleDays: 7, heldDays: 60, join: 'all' } as const;
    expect(readPool(draftOfPool(rules))).toEqual(rules);
    expect(readPool({ ...draft, idleDays: ' 7 ', holdLimit: '' })).toMatchObject({ idleDays: 7, holdLimit: null });
  });

  it('is not ready while a number is none or out of bounds; only limits and conditions may be left out', () => {
    for (const typed of ['x', '1.5', '-1', '0', '366'])
      expect([typed, readPoolNumber('idleDays', typed)]).toEqual([typed, undefined]);
    expect([readPoolNumber('idleDays', ''), readPoolNumber('warnDays', '')]).toEqual([null, undefined]);
    expect(readPoolNumber('formerOwnerDays', '0')).toBe(0);
    expect(readPool({ ...draft, idleDays: '7', warnDays: '' })).toBeNull();
    // Nothing is taken back, and the field is not shown.
    expect(readPool({ ...draft, warnDays: '' })).toEqual(defaultPoolRules);
    expect(readPool({ ...draft, claimsPerDay: '0' })).toBeNull();
  });
});
