import { describe, expect, it } from 'vitest';
import { builtInOutcomes } from '#shared/domain/outcome-set.ts';
import type { Database } from '../../database/open-database.ts';
import { testContext } from '../../testing/test-context.ts';
import { testDatabase } from '../../testing/test-database.ts';
import type { ChangeApplier } from '../../sync/index.ts';
import { createOutcomes } from './index.ts';

const company = '0190a000-0000-7000-8000-000000000001';
const [first, second] = ['0190a000-0000-7000-8000-000000000002', '0190a000-0000-7000-8000-000000000003'] as const;
const outcomes = [{ id: first, name: '约面谈', meaning: 'interested', active: true, requires: ['note'] }];

/** Takes rows of the cloud over, as a pull does. */
function take({ write: db }: Database, applier: ChangeApplier, ...changes: { id: string; row: unknown }[]) {
  const unread = db.transaction(() => applier.apply(db, changes));
  applier.applied?.();
  return unread;
}

describe('outcomes of a desk', () => {
  it('are the product’s until the company makes its own, which hold at the next start without a cloud', () => {
    const database = testDatabase();
    const { outcomes: desk } = createOutcomes(testContext(), database.write);
    const told: boolean[] = [];
    desk.onChange(({ mustChoose }) => told.push(mustChoose));
    expect(desk.current()).toEqual(builtInOutcomes);
    const row = { id: company, version: 1, mustChoose: true, outcomes };
    expect(take(database, desk.applier, { id: company, row })).toEqual([]);
    // What this version cannot read is kept for the next one, and what it has stands.
    const strange = { ...row, version: 2, outcomes: [{ ...outcomes[0], meaning: 'a new one' }] };
    expect(take(database, desk.applier, { id: company, row: strange })).toEqual([company]);
    expect(createOutcomes(testContext(), database.write).outcomes.current()).toEqual({ mustChoose: true, outcomes });
    expect(desk.applier.known?.(database.write, '', 9)).toEqual([company]);
    expect(told).toEqual([true]);
  });
});

describe('call scripts of a desk', () => {
  it('are those of the company in their order, without a cloud too, until they are taken away', () => {
    const database = testDatabase();
    const { scripts } = createOutcomes(testContext(), database.write);
    const before = scripts.titles().rev;
    const row = (id: string, title: string, position: number) => ({ id, row: { id, title, text: '您好', position } });
    take(database, scripts.applier, row(first, '首呼', 2), row(second, '回访', 1));
    const again = createOutcomes(testContext(), database.write).scripts;
    expect(again.titles().scripts.map(({ title }) => title)).toEqual(['回访', '首呼']);
    expect(again.get(first)).toEqual({ id: first, title: '首呼', text: '您好' });
    expect(scripts.titles().rev).toBeGreaterThan(before);
    expect(take(database, scripts.applier, { id: first, row: null }, { id: second, row: { id: second } })).toEqual([
      second,
    ]);
    expect(scripts.titles().scripts.map(({ id }) => id)).toEqual([second]);
    expect(() => scripts.get(first)).toThrow('not-found');
    expect(scripts.applier.known?.(database.write, '', 9)).toEqual([second]);
  });
});
