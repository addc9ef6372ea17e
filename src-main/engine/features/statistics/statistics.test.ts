import { describe, expect, it } from 'vitest';
import type { CallFigures, CallFiguresQuery } from '#shared/desk-contract/areas/statistics.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { CallListing } from '../calls/index.ts';
import { callFigures, createStatistics, figuresQuery } from './index.ts';

/** 23 November 2026, 23:30 in Beijing: the day before in the world's time. */
const lateEvening = Date.UTC(2026, 10, 23, 15, 30);
const midnight = Date.UTC(2026, 10, 22, 16);
const hourMs = 3_600_000;
const all: CallFiguresQuery = { from: null, below: null, employeeId: null, department: null };

type Change = { readonly [column: string]: string | number | null };
function desk(calls: readonly Change[]): (query?: Partial<CallFiguresQuery>) => CallFigures {
  const { write: db } = testDatabase();
  putCalls(db, calls);
  return figuresOf(db);
}
function figuresOf(db: ReadableDb): (query?: Partial<CallFiguresQuery>) => CallFigures {
  const listing = new CallListing(db);
  return (query = {}) => callFigures(listing.counted(figuresQuery({ ...all, ...query }), null));
}
function putCalls(db: WritableDb, calls: readonly Change[]): void {
  calls.forEach((change, n) => {
    const row: Change = {
      ...{ id: `c${n}`, rev: 1, made_here: 1, employee_id: 'me', direction: 'outbound', channel: 'desk-phone' },
      ...{ state: 'ended', number: '1', number_reversed: '1', number_typed: '1', dial_string: '1' },
      ...{ started_at: lateEvening, slot: 1, operator: '移动', wait_ms: 4000, talk_ms: 0, end_cause: 'no-answer' },
      ...change,
    };
    const names = Object.keys(row);
    db.run(`INSERT INTO call (${names.join(', ')}) VALUES (${names.map((name) => `:${name}`).join(', ')})`, row);
  });
}
const answered = { answered_at: 1, talk_ms: 60_000, end_cause: 'remote-hang-up' };

describe('figures of calls', () => {
  it('count dials, connects and talk, and what came in apart from them', () => {
    const { total } = desk([
      answered,
      { ...answered, talk_ms: 30_000, wait_ms: 8000 },
      {},
      // The ring of nobody is no talk.
      { talk_ms: 5000, end_cause: 'rejected' },
      { direction: 'inbound', end_cause: 'remote-hang-up', answered_at: null },
      { ...answered, direction: 'inbound' },
      // Under way: it is counted when it is over.
      { ...answered, state: 'active' },
    ])();
    expect(total).toEqual({ dials: 4, connects: 2, talkMs: 90_000, waitMs: 6000, inbound: 2, missed: 1 });
  });

  it('go by the days and hours of Beijing, and by the bounds that are asked for', () => {
    const figures = desk([{}, answered, { started_at: midnight }, { started_at: midnight - 1 }]);
    const { days, hours } = figures();
    expect(days).toEqual([
      { day: midnight - 24 * hourMs, dials: 1, connects: 0, talkMs: 0 },
      { day: midnight, dials: 3, connects: 1, talkMs: 60_000 },
    ]);
    expect(hours).toHaveLength(24);
    expect(hours.filter(({ dials }) => dials > 0).map(({ hour, dials }) => [hour, dials])).toEqual([[0, 1], [23, 3]]); // prettier-ignore
    expect(figures({ from: midnight, below: lateEvening }).total.dials).toBe(1);
    expect(figures({ from: lateEvening + 1 })).toMatchObject({ total: { dials: 0, waitMs: 0 }, days: [], openers: [] });
  });

  it('tell channels, cards, outcomes and openers apart', () => {
    const played = { opener_name: '九月推新', opener_started_at: 5, opener_heard_ms: 4000 };
    const { channels, cards, outcomes, openers } = desk([
      { ...answered, ...played, cut_in_ms: 4000, outcome: 'interested' },
      { ...answered, ...played, opener_heard_ms: 2000, outcome: 'no-need' },
      // Chosen, and nobody was there to hear it.
      { opener_name: '九月推新' },
      { ...answered, channel: 'sip', slot: null, operator: null },
      { slot: 3, operator: '电信' },
      { slot: 1, operator: '联通' },
    ])();
    expect(channels.map(({ channel, dials }) => [channel, dials])).toEqual([['desk-phone', 5], ['sip', 1]]); // prettier-ignore
    expect(cards.map(({ slot, operator, dials }) => [slot, operator, dials])).toEqual([
      [1, '移动', 3], [1, '联通', 1], [3, '电信', 1],
    ]); // prettier-ignore
    expect(outcomes).toEqual(expect.arrayContaining([{ outcome: 'interested', count: 1, own: [] }, { outcome: null, count: 1, own: [] }])); // prettier-ignore
    expect(openers).toMatchObject([{ name: '九月推新', calls: 2, cutIns: 1, interested: 1, heardMs: 3000, left: 0 }]);
  });

  it('know a card by whose phone it is in, and by its number where this desk has seen it', () => {
    const { cards } = desk([
      { iccid: '89860012345678901234' },
      { iccid: '89860012345678901234' },
      // Another card in the same slot, one that could not be told, and slot 1 of somebody else.
      { iccid: '89860012345678909876' },
      { iccid: 'slot:1' },
      { employee_id: 'zhao', operator: 'China Telecom' },
      { channel: 'sip', slot: null, operator: null },
    ])();
    expect(cards.map(({ employeeId, slot, operator, cardEnd, dials }) => [employeeId, slot, operator, cardEnd, dials])).toEqual([
      ['me', 1, '移动', '1234', 2], ['me', 1, '移动', '9876', 1], ['me', 1, '移动', null, 1], ['zhao', 1, 'China Telecom', null, 1],
    ]); // prettier-ignore
  });

  it('tell in which second of an opener people hang up, of colleagues’ calls too, which do not say how it ended', () => {
    const played = { ...answered, opener_name: '九月推新', opener_started_at: 1000, opener_state: 'playing' };
    const own = { ...played, opener_duration_ms: 6000, ended_at: 90_000 };
    const { openers } = desk([
      { ...own, opener_heard_ms: 2500 },
      { ...own, opener_heard_ms: 2100 },
      { ...own, opener_heard_ms: 300 },
      // The agent hangs up, cuts in, or it came to its end: nobody left it.
      { ...own, opener_heard_ms: 2500, end_cause: 'local-hang-up' },
      { ...own, opener_heard_ms: 4000, cut_in_ms: 4000, opener_state: 'cut-in' },
      { ...own, opener_heard_ms: 6000, opener_state: 'finished' },
      // From the cloud: it ended with the sound, and long behind it.
      { ...played, opener_heard_ms: 3000, ended_at: 4200 },
      { ...played, opener_heard_ms: 6000, ended_at: 31_000 },
    ])();
    expect(openers).toMatchObject([{ calls: 8, cutIns: 1, left: 4 }]);
    expect(openers[0]?.seconds).toEqual([
      { heard: 8, left: 1 },
      { heard: 7, left: 0 },
      { heard: 7, left: 2 },
      { heard: 4, left: 1 },
      { heard: 2, left: 0 },
      { heard: 2, left: 0 },
    ]);
  });

  it('count outcomes by their meaning, and of each the company’s own apart', () => {
    const given = (outcome: string | null, outcome_id: string | null) => ({ ...answered, outcome, outcome_id });
    const { outcomes } = desk([
      given('interested', 'a'),
      given('interested', 'b'),
      given('interested', 'b'),
      given('interested', null),
      given('no-need', 'c'),
      // An id that a desk of before has left behind.
      given(null, 'a'),
    ])();
    expect(outcomes).toEqual([
      { outcome: 'interested', count: 4, own: [{ outcomeId: 'b', count: 2 }, { outcomeId: 'a', count: 1 }] },
      { outcome: 'no-need', count: 1, own: [{ outcomeId: 'c', count: 1 }] },
      { outcome: null, count: 1, own: [] },
    ]); // prettier-ignore
  });

  it('are those of a department’s people', () => {
    const { write: db } = testDatabase();
    for (const [id, department] of [
      ['a', '销售一部'],
      ['b', '销售一部'],
      ['c', ''],
    ])
      // prettier-ignore
      db.run('INSERT INTO call_employee (id, name, department) VALUES (?, ?, ?)', [id ?? '', '', department ?? null]);
    putCalls(db, [{ employee_id: 'a' }, { employee_id: 'b' }, { employee_id: 'c' }, { employee_id: 'gone' }]);
    const figures = figuresOf(db);
    const dials = (query: Partial<CallFiguresQuery>) => figures(query).total.dials;
    expect([dials({}), dials({ department: '销售一部' }), dials({ department: '' })]).toEqual([4, 2, 1]);
    expect(dials({ department: '销售一部', employeeId: 'a' })).toBe(1);
  });

  it('are an agent’s own, whoever they ask for; managers may ask for one or for all', async () => {
    const asked: CallFiguresQuery[] = [];
    const figures = (query: CallFiguresQuery): Promise<CallFigures> => (asked.push(query), Promise.resolve(desk([])()));
    const ask = (role: Role, employeeId: string | null, department: string | null = null) => {
      const { handlers } = createStatistics({ counting: { figures }, me: 'me', role: () => role });
      const from = { peer: { kind: 'in-process', id: 'test' }, signal: { aborted: false, addEventListener: () => undefined } } as const; // prettier-ignore
      return handlers['statistics.calls']({ ...all, employeeId, department }, from);
    };
    await ask('agent', null);
    await ask('agent', 'somebody else', '销售一部');
    await ask('manager', null);
    await ask('admin', 'somebody else');
    expect(asked.map(({ employeeId }) => employeeId)).toEqual(['me', 'me', null, 'somebody else']);
    expect(asked.map(({ department }) => department)).toEqual([null, null, null, null]);
  });
});
