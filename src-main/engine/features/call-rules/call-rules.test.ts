import { describe, expect, it } from 'vitest';
import { defaultCallRules, everyDay, type CallRules } from '#shared/domain/call-rules.ts';
import type { Database } from '../../database/open-database.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { createCallRules, type CallRulesFeature } from './index.ts';

const [company, department] = ['0190a000-0000-7000-8000-000000000001', '0190a000-0000-7000-8000-000000000002'] as const;
const row = (id: string, change: Partial<CallRules>) => ({
  id,
  row: { id, departmentId: id === company ? null : id, version: 1, ...defaultCallRules, ...change },
});

/** Takes rows of the cloud over, as a pull does. */
function take({ write: db }: Database, { applier }: CallRulesFeature, ...changes: { id: string; row: unknown }[]) {
  const unread = db.transaction(() => applier.apply(db, changes));
  applier.applied?.();
  return unread;
}

describe('call rules of a desk', () => {
  it('are the product’s until the company says something, the department’s before the company’s, and back again', () => {
    const database = testDatabase();
    const feature = createCallRules(database.write, defaultCallRules);
    const told: number[] = [];
    feature.rules.onChange(({ dialsPerNumber }) => told.push(dialsPerNumber));
    expect(feature.rules.current()).toEqual(defaultCallRules);
    take(database, feature, row(department, { dialsPerNumber: 2 }), row(company, { dialsPerNumber: 3 }));
    expect(feature.rules.current()).toEqual({ ...defaultCallRules, dialsPerNumber: 2 });
    // Of what holds nothing has changed: nobody is told.
    take(database, feature, row(company, { dialsPerNumber: 4 }));
    take(database, feature, { id: department, row: null });
    expect(feature.rules.current().dialsPerNumber).toBe(4);
    take(database, feature, { id: company, row: null });
    expect(feature.rules.current()).toEqual(defaultCallRules);
    expect(told).toEqual([2, 4, 5]);
  });

  it('hold at the next start without a cloud, and the newest that this version can read stand', () => {
    const database = testDatabase();
    const week = everyDay({ startMinute: 540, endMinute: 1080 }).with(6, null);
    const feature = createCallRules(database.write, defaultCallRules);
    take(database, feature, row(company, { week, record: false }));
    expect(take(database, feature, row(company, { dialsPerNumber: 99 }))).toEqual([company]);
    expect(createCallRules(database.write, defaultCallRules).rules.current()).toEqual({
      ...defaultCallRules,
      week,
      record: false,
    });
    expect(feature.applier.known?.(database.write, '', 9)).toEqual([company]);
  });
});
