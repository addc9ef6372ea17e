import { describe, expect, it } from 'vitest';
import { testContext } from '../../testing/test-context.ts';
import { queryPlan, testDatabase } from '../../testing/test-database.ts';
import { calleeApplier, calleeFacts, calleeKey, calleeSql, forgetsCallees, forgetSome, forgetSql } from './callees.ts';

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
    const left = (since: number): number => {
      expect(forgetSome(db, since)).toBe(false);
      return calleeApplier.known?.(db, '', 9).length ?? -1;
    };
    expect([left(5), left(6)]).toEqual([1, 0]);
    calleeApplier.apply(db, [row(first, { verdict: { at: 5, refused: false } })]);
    expect(left(6)).toBe(1);
  });

  it('is forgotten in parts, a minute behind the start and each hour, over an index', async () => {
    const database = testDatabase();
    const { write: db } = database;
    const context = testContext();
    const old = context.clock.now() - 49 * 3_600_000;
    const many = Array.from({ length: 1200 }, (_, n) => row(`id ${n}`, { key: `key ${n}`, dials: [old] }));
    calleeApplier.apply(db, [...many, row(first, { dials: [context.clock.now()] })]);
    const count = (): number => db.get<{ n: number }>('SELECT count(*) AS n FROM callee')?.n ?? 0;
    const forgets = forgetsCallees(db, context);
    context.clock.advance(60_000);
    await expect.poll(count).toBe(1);
    context.clock.advance(49 * 3_600_000);
    await expect.poll(count).toBe(0);
    forgets.dispose();
    expect(queryPlan(database, forgetSql).join()).toContain('USING INDEX callee_by_age');
  });

  it('is found over an index', () => {
    expect(queryPlan(testDatabase(), calleeSql).join()).toContain('USING INDEX sqlite_autoindex_callee_2 (key=?)');
  });
});
