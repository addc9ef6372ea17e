import { describe, expect, it } from 'vitest';
import { barOf, quotaScopes, readAmount, readScope, scopeOf } from './quota-draft.ts';

describe('the draft of a quota', () => {
  it('says whom it is for, and back', () => {
    expect(quotaScopes.map((scope) => scopeOf(readScope(scope)))).toEqual(quotaScopes);
  });

  it('reads whole numbers from 0 on', () => {
    expect(['0', ' 20 ', '100000000'].map(readAmount)).toEqual([0, 20, 100_000_000]);
    expect(['', '-1', '1.5', 'x', '100000001', '9999999999'].map(readAmount)).toEqual([null, null, null, null, null, null]); // prettier-ignore
  });

  it('has a bar that says when little is left, and when nothing is', () => {
    expect([barOf(3, 10), barOf(8, 10), barOf(12, 10), barOf(0, 0)]).toEqual([
      { percent: 30, state: 'ok' },
      { percent: 80, state: 'near' },
      { percent: 100, state: 'full' },
      { percent: 100, state: 'full' },
    ]);
  });
});
