import { describe, expect, it } from 'vitest';
import { queryPlan, testDatabase } from '../../testing/test-database.ts';
import { calleeApplier, calleeFacts, calleeKey, calleeSql, forgetCallees } from './callees.ts';

const number = '+8615400000137';
const [first, second] = ['0190a000-0000-7000-8000-000000000001', '0190a000-0000-7000-8000-000000000002'] as const;
const row = (id: string, change: object = {}) => ({
  id,
  row: { id, key: calleeKey(number), dials: [5, 3], verdict: null, ...change },
});
const nothing = { dials: [], verdict: null };

describe('what the company has had with a number', () => {
  it('is found by a key that the cloud makes in the same way, and that does not say the number', () => {
    // The same line stands in the cloud's test.
    expect(calleeKey(number)).toBe('98YvQ7C6zWYTKkLu9OQlk9');
  });

  it('stands here as it was told last, until the cloud has forgotten it', () => {
    const { write: db } = testDatabase();
    expect(calleeFacts(db, number)).toEqual(nothing);
    calleeApplier.apply(db, [row(first)]);
    expect(calleeFacts(db, number)).toEqual({ dials: [5, 3], verdict: null });
    calleeApplier.apply(db, [row(first, { dials: [8], verdict: { at: 8, refused: true } })]);
    expect(calleeFacts(db, number)).toEqual({ dials: [8], verdict: { at: 8, refused: true } });
    expect(calleeFacts(db, '+8615400000138')).toEqual(nothing);
    calleeApplier.apply(db, [{ id: first, row: null }]);
    expect(calleeFacts(db, number)).toEqual(nothing);
  });

  it('may come under another id: the cloud forgets numbers, and hears of them again', () => {
    const { write: db } = testDatabase();
    calleeApplier.apply(db, [row(first), row(second, { dials: [9] })]);
    expect(calleeFacts(db, number).dials).toEqual([9]);
    expect(calleeApplier.known?.(db, '', 9)).toEqual([second]);
    expect(calleeApplier.apply(db, [row(first, { verdict: 'no' })])).toEqual([first]);
  });

  it('is forgotten when no gate asks about it any more: a refusal never', () => {
    const { write: db } = testDatabase();
    calleeApplier.apply(db, [row(first)]);
    expect(forgetCallees(db, 5)).toBe(0);
    expect(forgetCallees(db, 6)).toBe(1);
    calleeApplier.apply(db, [row(first, { verdict: { at: 5, refused: false } })]);
    expect(forgetCallees(db, 6)).toBe(0);
  });

  it('is found over an index', () => {
    expect(queryPlan(testDatabase(), calleeSql).join()).toContain('USING INDEX sqlite_autoindex_callee_2 (key=?)');
  });
});
