import { describe, expect, it, onTestFinished } from 'vitest';
import type { CloudLead } from '#shared/cloud-contract/contract.ts';
import type { SelfTest } from '#shared/desk-contract/areas/self-test.ts';
import type { Workbench } from '#shared/desk-contract/areas/workbench.ts';
import { defaultPoolRules, type PoolRules } from '#shared/domain/pool-rules.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import { sampleLead } from '../../testing/sample-leads.ts';
import { noDeeds } from '../../testing/no-deeds.ts';
import { testContext } from '../../testing/test-context.ts';
import { queryPlan, testDatabase } from '../../testing/test-database.ts';
import { directLists } from '../../testing/direct-lists.ts';
import { createLeads, LeadListing, noteCall } from '../leads/index.ts';
import { daysSql, missedSql, incompleteSql } from './call-facts.ts';
import { CallFactsReader, createWorkbench, mostSubjects } from './index.ts';

const me = sampleLead(900).id;
const colleague = sampleLead(901).id;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** 23 November 2026, 15:00 in Beijing. */
const now = Date.UTC(2026, 10, 23, 7);
const midnight = Date.UTC(2026, 10, 22, 16);

type Change = Readonly<Record<string, string | number | null>>;
const answered = { answered_at: 1, talk_ms: 60_000, end_cause: 'remote-hang-up' };
const missed = { direction: 'inbound', end_cause: 'remote-hang-up', answered_at: null, talk_ms: null };

function desk() {
  const database = testDatabase();
  const { write: db } = database;
  const context = testContext();
  context.clock.jumpWall(now - context.clock.now());
  const listing = new LeadListing(db, me, () => context.clock.now());
  const callReader = new CallFactsReader(db, me);
  const state = { role: 'agent' as Role, queueLeft: 0, refused: 0, reds: 0, reads: 0, finishedAt: now };
  const person = { id: me, name: '陈晓' };
  const { service } = createLeads({
    context,
    db,
    deeds: noDeeds,
    person,
    role: () => state.role,
    lists: directLists(listing),
    barred: () => new Map(),
  });
  const selfTest = (): SelfTest => ({
    ...{ running: false, startedAt: 1, finishedAt: state.finishedAt },
    items: Array.from({ length: state.reds }, () => ({ id: 'phone', state: 'failed', problem: null, facts: {} })),
  });
  const listeners = new Set<() => void>();
  const feature = createWorkbench({
    ...context,
    ...{ role: () => state.role, leads: service, selfTest },
    queueLeft: () => state.queueLeft,
    refused: () => state.refused,
    changes: [(listener) => (listeners.add(listener), { dispose: () => void listeners.delete(listener) })],
    reads: {
      workbench(rules) {
        state.reads += 1;
        const leads = listing.own(rules, mostSubjects);
        // As the thread does behind its answer.
        while (listing.warm());
        return Promise.resolve({ calls: callReader.read(context.clock.now()), leads });
      },
    },
  });
  onTestFinished(() => {
    feature.dispose();
    service.due.dispose();
  });
  let calls = 0;
  return {
    ...{ database, context, state, service, feature, listeners },
    rules(change: Partial<PoolRules>): void {
      const id = sampleLead(990).id;
      const rules = { id, departmentId: null, version: 1, ...defaultPoolRules, ...change };
      db.transaction(() => service.poolRules.apply(db, [{ id, row: rules }]));
      service.poolRules.applied?.();
    },
    lead(n: number, change: Partial<CloudLead> = {}): string {
      const row = sampleLead(n, { ownerId: me, claimedAt: now - dayMs, ...change });
      db.transaction(() => service.applyFromCloud(db, [{ id: row.id, row }]));
      service.touched();
      return row.id;
    },
    call(change: Change = {}): void {
      const row: Change = {
        ...{ id: sampleLead(5000 + (calls += 1)).id, rev: 1, made_here: 1, employee_id: me, direction: 'outbound' },
        ...{ channel: 'desk-phone', state: 'ended', number: '+8615400000137', number_reversed: '1', number_typed: '1' },
        ...{ dial_string: '1', started_at: now - hourMs, ended_at: now - hourMs, end_cause: 'no-answer' },
        ...change,
      };
      const names = Object.keys(row);
      db.run(`INSERT INTO call (${names.join(', ')}) VALUES (${names.map((name) => `:${name}`).join(', ')})`, row);
      if (row['lead_id']) noteCall(db, String(row['lead_id']), { at: Number(row['started_at']), answered: row['answered_at'] !== undefined, outcome: (row['outcome'] ?? null) as never }); // prettier-ignore
      if (row['lead_id']) listing.refresh([String(row['lead_id'])], []);
    },
    listing(state_: string, list = 'blacklist'): void {
      db.run(`INSERT INTO listing (id, list, number, reason, state, requested_at, own, decision_note)
        VALUES (:id, :list, '1', '', :state, 1, 0, '')`, { id: sampleLead(7000 + (calls += 1)).id, list, state: state_ }); // prettier-ignore
    },
    follow() {
      const items: Workbench[] = [];
      const stop = feature.sources['workbench.now'](null, { item: (item) => void items.push(item), fail: () => undefined }, from); // prettier-ignore
      return { items, stop, last: () => items.at(-1), kinds: () => items.at(-1)?.suggestions?.map(({ kind }) => kind) };
    },
    /** What is asked of the thread is answered, and the rest behind it is over. */
    async settle(ms = 1000): Promise<void> {
      for (let n = 0; n < 20; n += 1) await Promise.resolve();
      context.clock.advance(ms);
      for (let n = 0; n < 20; n += 1) await Promise.resolve();
    },
    timeIs: (time: number) => context.clock.jumpWall(time - context.clock.now()),
    tell: () => listeners.forEach((listener) => listener()),
  };
}
const from = { peer: { kind: 'in-process', id: 'test' }, after: undefined } as const;

describe('the figures of a day', () => {
  it('are the person’s own dials since midnight in Beijing, beside the median of their days at this hour', async () => {
    const there = desk();
    there.call({ ...answered, outcome: 'interested' });
    there.call();
    there.call({ started_at: midnight - 1 });
    there.call({ employee_id: colleague, ...answered });
    there.call({ ...answered, direction: 'inbound' });
    // Three more days: one dial of each in the morning, and more in the evening, which is not yet.
    for (const day of [2, 3, 9]) {
      there.call({ ...answered, started_at: now - day * dayMs - hourMs });
      there.call({ ...answered, started_at: now - day * dayMs + hourMs });
    }
    const { last } = there.follow();
    await there.settle();
    expect(last()?.today).toEqual({ dials: 2, connects: 1, talkMs: 60_000, interested: 1 });
    // Yesterday is a day too, on which nobody was dialled by now.
    expect(last()?.usual).toEqual({ dials: 1, connects: 1, talkMs: 60_000, interested: 0, rate: 1, days: 4 });
    there.timeIs(now + 3 * hourMs);
    await there.settle();
    there.tell();
    await there.settle();
    expect(last()?.usual).toMatchObject({ dials: 2 });
  });

  it('start anew at midnight', async () => {
    const there = desk();
    there.call();
    const { last } = there.follow();
    await there.settle();
    expect(last()?.today).toEqual({ dials: 1, connects: 0, talkMs: 0, interested: 0 });
    there.timeIs(midnight + dayMs);
    there.tell();
    await there.settle();
    expect(last()?.today.dials).toBe(0);
  });

  it('are read over the index of the person’s calls', () => {
    const { database } = desk();
    const plan = (sql: string): string => queryPlan(database, sql).join('\n');
    for (const sql of [daysSql, missedSql, incompleteSql]) expect(plan(sql)).toMatch(/USING INDEX call_by_employee \(employee_id=\? AND started_at>\?/); // prettier-ignore
    expect(plan(missedSql)).toContain('USING INDEX call_by_number (number=? AND started_at>?)');
  });
});

describe('suggestions', () => {
  it('are told when the leads have been read, figures before', async () => {
    const there = desk();
    there.lead(1);
    const { items, kinds } = there.follow();
    await there.settle(0);
    expect(items).toMatchObject([{ suggestions: null }]);
    await there.settle();
    await there.settle();
    expect(kinds()).toEqual(['never-called']);
  });

  it('name missed callers until somebody has called them back, one per number', async () => {
    const there = desk();
    for (const started_at of [now - 2 * hourMs, now - hourMs])
      there.call({ ...missed, started_at, customer_name: '锦程示例' });
    there.call({ ...missed, number: '+8615400000138', started_at: now - 8 * dayMs });
    there.call({ ...missed, number: '+8615400000139', end_cause: 'taken-elsewhere' });
    const { last, kinds } = there.follow();
    await there.settle();
    await there.settle();
    expect(last()?.suggestions?.[0]).toMatchObject({ kind: 'missed', count: 1, subjects: [{ name: '锦程示例' }] });
    there.call({ started_at: now - 10, end_cause: 'refused-by-device' });
    there.tell();
    await there.settle();
    expect(kinds()).toContain('missed');
    there.call({ started_at: now - 5, end_cause: 'no-answer' });
    there.tell();
    await there.settle();
    expect(kinds()).not.toContain('missed');
  });

  it('are about the person’s own leads: lost tonight, interested without a plan, never called', async () => {
    const there = desk();
    there.rules({ idleDays: 3 });
    const lost = there.lead(1, { claimedAt: now - 3 * dayMs });
    const next = there.lead(2, { claimedAt: now - 2 * dayMs });
    const hot = there.lead(3);
    there.call({ ...answered, lead_id: hot, outcome: 'interested' });
    there.lead(4, { stage: 'won' });
    there.lead(7, { numberCheck: 'empty' });
    there.lead(8, { phone: null });
    there.lead(5, { ownerId: colleague });
    there.lead(6, { ownerId: null, claimedAt: null });
    const { last } = there.follow();
    await there.settle();
    await there.settle();
    const of = (kind: string) => last()?.suggestions?.find((one) => one.kind === kind);
    expect(of('taken-back')).toMatchObject({ count: 1, subjects: [{ leadId: lost }] });
    expect(of('unplanned')).toMatchObject({ count: 1, subjects: [{ leadId: hot }] });
    expect(of('never-called')).toMatchObject({ count: 2, subjects: [{ leadId: lost }, { leadId: next }] });
    there.rules({ idleDays: 3, warnDays: 0 });
    await there.settle();
    expect(of('taken-back')).toBeUndefined();
  });

  it('tell of what stands, what was not taken, what is incomplete and what was red, each from its own place', async () => {
    const there = desk();
    there.lead(1, { nextFollowUpAt: now - 1, nextFollowUpNote: '报价' });
    Object.assign(there.state, { queueLeft: 7, refused: 2, reds: 3 });
    there.listing('requested');
    const { last, kinds } = there.follow();
    await there.settle();
    await there.settle();
    expect(last()?.suggestions?.map(({ kind, count }) => [kind, count])).toEqual([
      ['self-test', 3], ['due', 1], ['queue', 7], ['refused', 2], ['never-called', 1],
    ]); // prettier-ignore
    // A run of yesterday says nothing of today.
    there.state.finishedAt = midnight - 1;
    const lead_id = sampleLead(1).id;
    there.call({ ...answered, lead_id });
    // Still being wrapped up; a number that is nobody's here.
    there.call({ ...answered, lead_id, started_at: now - 60_000, ended_at: now - 1000 });
    there.call({ ...answered, number: '8001' });
    // Said how it went, and not what else that requires.
    there.call({ ...answered, lead_id, outcome: 'interested', missing: 'note' });
    there.tell();
    await there.settle();
    expect(kinds()).toEqual(['due', 'queue', 'incomplete', 'refused']);
    expect(last()?.suggestions?.[2]).toMatchObject({ count: 2, subjects: [{ leadId: lead_id }, { leadId: lead_id }] });
  });

  it('tell of requests those alone who decide on them, and of which list has the most', async () => {
    const there = desk();
    for (const list of ['invalid', 'invalid', 'blacklist']) there.listing('requested', list);
    there.listing('approved');
    const { last, kinds } = there.follow();
    await there.settle();
    await there.settle();
    expect(kinds()).not.toContain('reviews');
    there.state.role = 'manager';
    there.tell();
    await there.settle();
    expect(last()?.suggestions?.[0]).toEqual({ kind: 'reviews', count: 3, subjects: [], list: 'invalid' });
  });
});

describe('whoever follows it', () => {
  it('sees what has changed within a second, and a plan when it becomes due', async () => {
    const there = desk();
    there.lead(1, { nextFollowUpAt: now + 60_000 });
    there.call();
    const { items, kinds, last } = there.follow();
    await there.settle();
    await there.settle();
    expect(kinds()).not.toContain('due');
    const told = items.length;
    there.tell();
    await there.settle();
    // Nothing is another one: nothing is said.
    expect(items).toHaveLength(told);
    there.call(answered);
    there.tell();
    await there.settle(999);
    expect(last()?.today).toMatchObject({ dials: 2, connects: 1 });
    there.context.clock.advance(60_000);
    await there.settle();
    expect(kinds()).toContain('due');
  });

  it('costs a few looks however often things change, and none while nobody follows', async () => {
    const there = desk();
    const { stop } = there.follow();
    await there.settle();
    await there.settle();
    const before = there.state.reads;
    for (let n = 0; n < 50; n += 1) {
      there.tell();
      await there.settle(10);
    }
    expect(there.state.reads - before).toBeLessThanOrEqual(3);
    stop();
    expect(there.listeners.size).toBe(0);
    await there.settle();
    const after = there.state.reads;
    there.service.touched();
    there.context.clock.advance(10 * 60_000);
    await there.settle();
    expect(there.state.reads).toBe(after);
  });

  it('may come again at once: another one’s look is not its own', async () => {
    const there = desk();
    const first = there.follow();
    await there.settle(0);
    first.stop();
    const second = there.follow();
    await there.settle();
    await there.settle();
    expect(second.last()?.suggestions).not.toBeNull();
    expect(second.last()?.today.dials).toBe(0);
  });
});
