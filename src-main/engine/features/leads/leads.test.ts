import { describe, expect, it } from 'vitest';
import {
  leadFilters,
  leadQuery,
  leadRow,
  type LeadFilters,
  type LeadQuery,
} from '#shared/desk-contract/areas/leads.ts';
import { defaultPoolRules, recycleAt } from '#shared/domain/pool-rules.ts';
import type { Database } from '../../database/open-database.ts';
import { sampleLead } from '../../testing/sample-leads.ts';
import { noDeeds } from '../../testing/no-deeds.ts';
import { directLists } from '../../testing/direct-lists.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { testContext } from '../../testing/test-context.ts';
import { notesOf } from './notes.ts';
import { cloudRowOf } from './repository.ts';
import { createLeads, LeadListing, noteCall, type LeadsFeature } from './index.ts';

/** Lists only here; what people do to leads is tested in lead-work.test.ts. */
const whole = { offset: 0, limit: 100 };

const onTheList = '+8615400000138';

type Desk = { readonly database: Database } & LeadsFeature;

function setUp(leads: readonly ReturnType<typeof sampleLead>[] = []): Desk {
  const database = testDatabase();
  const feature = createLeads({
    context: testContext(),
    db: database.write,
    deeds: noDeeds,
    person: { id: 'me', name: '陈晓' },
    role: () => 'agent',
    lists: directLists(new LeadListing(database.read, 'me', () => 0)),
    barred: (numbers) =>
      new Map(numbers.flatMap((number) => (number === onTheList ? [[number, 'blacklist'] as const] : []))),
  });
  put(database, feature, leads);
  return { database, ...feature };
}

function put(database: Database, feature: LeadsFeature, leads: readonly ReturnType<typeof sampleLead>[]): void {
  database.write.transaction(() =>
    feature.service.applyFromCloud(
      database.write,
      leads.map((row) => ({ id: row.id, row })),
    ),
  );
  feature.service.touched();
}

const ask = (query: Partial<LeadQuery> = {}): LeadQuery => leadQuery.parse(query);
const filtered = (filters: Partial<LeadFilters>): Partial<LeadQuery> => ({ filters: leadFilters.parse(filters) });
const names = async (feature: LeadsFeature, query: Partial<LeadQuery>): Promise<string[]> =>
  (await feature.service.list(ask(query), whole)).rows.map((row) => row.companyName);
function called({ database, service }: Desk, n: number, at: number, outcome: 'interested' | null = null): void {
  service.noteCall(database.write, sampleLead(n).id, { at, answered: true, outcome });
  service.touched();
}

describe('the list of leads', () => {
  it('shows what the cloud sent, newest first, as the contract wants it', async () => {
    const feature = setUp([
      sampleLead(1, { companyName: '甲' }),
      sampleLead(2, { companyName: '乙', registeredCapital: 5 }),
    ]);
    const { rows, total } = await feature.service.list(ask(), whole);
    expect(total).toBe(2);
    expect(rows.map((row) => leadRow.strict().parse(row))).toEqual(rows);
    expect(rows[0]).toMatchObject({
      companyName: '乙',
      registeredCapital: 5,
      sample: true,
      callCount: 0,
      lastCallAt: null,
    });
    expect(feature.service.get(sampleLead(1).id)).toMatchObject({
      companyName: '甲',
      createdAt: sampleLead(1).createdAt,
    });
    expect(() => feature.service.get(sampleLead(3).id)).toThrow('not-found');
  });

  it('marks whose number the company has on a list', async () => {
    const feature = setUp([
      sampleLead(1, { phone: '+8615400000137' }),
      sampleLead(2, { phone: onTheList }),
      sampleLead(3, { phone: null }),
    ]);
    const { rows } = await feature.service.list(ask({ descending: false }), whole);
    expect(rows.map(({ barred }) => barred)).toEqual([null, 'blacklist', null]);
    expect(feature.service.get(sampleLead(2).id).barred).toBe('blacklist');
  });

  it('finds by two characters, more characters, contact, surname, last digits and part of a name', async () => {
    const feature = setUp([
      sampleLead(1, { companyName: '深圳锦程科技有限公司', contactName: '王芳', phone: '+8615400000137' }),
      sampleLead(2, { companyName: '上海锦江贸易有限公司', contactName: '欧阳明', phone: '+8615400000138' }),
      sampleLead(3, { companyName: 'ＡＢＣ程锦1370(上海)商行', contactName: null, phone: null }),
    ]);
    const found = async (search: string): Promise<number[]> =>
      (await feature.service.list(ask({ search, descending: false }), whole)).rows.map((row) =>
        Number(row.id.slice(-1)),
      );
    expect(await found('锦程')).toEqual([1]);
    expect(await found('上海')).toEqual([2, 3]);
    expect(await found('上海锦江')).toEqual([2]);
    expect(await found('锦程上海')).toEqual([]);
    expect(await found('abc程')).toEqual([3]);
    expect(await found('（上海）')).toEqual([3]);
    expect(await found('王芳')).toEqual([1]);
    expect(await found('公司王')).toEqual([]);
    expect(await found('欧')).toEqual([2]);
    expect(await found('深')).toEqual([1]);
    expect(await found('0137')).toEqual([1]);
    expect(await found('154 0000 0138')).toEqual([2]);
    expect(await found('1370')).toEqual([3]);
    expect(await found('" OR bigrams:*')).toEqual([]);
    expect(await found('%_')).toEqual([]);
  });

  it('follows a lead through change of name, change of number and deletion', async () => {
    const feature = setUp([sampleLead(1, { companyName: '旧名商行' })]);
    put(feature.database, feature, [sampleLead(1, { companyName: '新名商行', phone: '+8615499990001' })]);
    expect(await names(feature, { search: '旧名' })).toEqual([]);
    expect(await names(feature, { search: '新名' })).toEqual(['新名商行']);
    expect(await names(feature, { search: '90001' })).toEqual(['新名商行']);
    feature.database.write.transaction(() =>
      feature.service.applyFromCloud(feature.database.write, [{ id: sampleLead(1).id, row: null }]),
    );
    feature.service.touched();
    expect(await names(feature, { search: '新名' })).toEqual([]);
  });

  it('keeps rows it cannot read out, and names them', async () => {
    const { database, service } = setUp();
    const newer = { ...sampleLead(2), numberCheck: 'checked-by-machine' };
    const good = { ...sampleLead(1), favourite: true };
    const unreadable = service.applyFromCloud(
      database.write,
      [newer, good].map((row) => ({ id: row.id, row })),
    );
    expect(unreadable).toEqual([newer.id]);
    expect((await service.list(ask(), whole)).total).toBe(1);
  });

  it('has how its numbers were found: of the first one in the list, of all in the detail; a word of a newer cloud is 未知', async () => {
    const [first, other] = ['+8615400000137', '+8615400000138'];
    const check = (number: string, state: string) => ({ number, state, raw: '3', family: 'batch-6', provider: 'example-vendor', at: 7, by: '周敏' }); // prettier-ignore
    const contacts = [{ id: sampleLead(9).id, name: '李四', title: '', phone: other, note: '' }];
    const checks = [check(other, 'ported'), check(first, 'malformed')];
    const feature = setUp([
      sampleLead(1, { companyName: '检', phone: first, contacts, checks }),
      // As clouds of before have it.
      sampleLead(2, { companyName: '旧', numberCheck: 'empty' }),
    ]);
    const { rows } = await feature.service.list(ask(), whole);
    expect(rows.map(({ numberCheck, checkedAt }) => [numberCheck, checkedAt])).toEqual([['empty', null], ['malformed', 7]]); // prettier-ignore
    expect(await names(feature, filtered({ numberChecks: ['malformed'] }))).toEqual(['检']);
    const { checks: shown } = feature.service.get(sampleLead(1).id);
    expect(shown.map(({ number, state, raw, by }) => [number, state, raw, by])).toEqual([[other, 'unknown', '3', '周敏'], [first, 'malformed', '3', '周敏']]); // prettier-ignore
    // Read again by a generation, it is as it came.
    expect(cloudRowOf(feature.database.write, sampleLead(1).id)).toMatchObject({ numberCheck: 'unchecked', checks });
  });

  it('sorts by name, capital (unknown last both ways) and last call (never called behind or in front)', async () => {
    const feature = setUp([
      sampleLead(1, { companyName: 'b', registeredCapital: 10 }),
      sampleLead(2, { companyName: 'c', registeredCapital: null }),
      sampleLead(3, { companyName: 'a', registeredCapital: 20 }),
      sampleLead(4, { companyName: 'd', registeredCapital: 15 }),
    ]);
    called(feature, 1, 2000);
    called(feature, 4, 1000);
    expect(await names(feature, { sort: 'name', descending: false })).toEqual(['a', 'b', 'c', 'd']);
    expect(await names(feature, { sort: 'capital', descending: true })).toEqual(['a', 'd', 'b', 'c']);
    expect(await names(feature, { sort: 'capital', descending: false })).toEqual(['b', 'd', 'a', 'c']);
    expect(await names(feature, { sort: 'last-call', descending: true })).toEqual(['b', 'd', 'a', 'c']);
    expect(await names(feature, { sort: 'last-call', descending: false })).toEqual(['c', 'a', 'd', 'b']);
    const window = await feature.service.list(ask({ sort: 'last-call' }), { offset: 1, limit: 2 });
    expect(window.rows.map((row) => row.companyName)).toEqual(['d', 'a']);
    expect(window.total).toBe(4);
  });

  it('filters by what calls have done', async () => {
    const feature = setUp([1, 2, 3].map((n) => sampleLead(n, { companyName: `${n}` })));
    called(feature, 1, 1000, 'interested');
    called(feature, 2, 1000);
    expect(await names(feature, filtered({ called: true }))).toEqual(['2', '1']);
    expect(await names(feature, filtered({ called: false }))).toEqual(['3']);
    expect(await names(feature, filtered({ outcomes: ['interested'] }))).toEqual(['1']);
    expect(await names(feature, { ...filtered({ outcomes: ['interested'] }), sort: 'last-call' })).toEqual(['1']);
    expect(await names(feature, { ...filtered({ called: false }), sort: 'last-call' })).toEqual(['3']);
  });

  it('tells the windows of a change, with a number that grows', async () => {
    const { sources, service } = setUp();
    const revs: number[] = [];
    const sink = { item: ({ rev }: { rev: number }) => revs.push(rev), fail: () => undefined };
    const stop = sources['leads.changed'](null, sink, { peer: { kind: 'in-process', id: 'test' }, after: undefined });
    service.touched();
    stop();
    service.touched();
    expect(revs).toHaveLength(2);
    expect(revs[1]).toBeGreaterThan(revs[0] ?? Infinity);
  });
});

describe('noteCall', () => {
  it('counts each call once, whatever the order and however often it is told', async () => {
    const feature = setUp([sampleLead(1)]);
    const { database, service } = feature;
    called(feature, 1, 3000);
    noteCall(database.write, sampleLead(1).id, { at: 1000, answered: false, outcome: 'interested' });
    called(feature, 1, 3000);
    expect(service.get(sampleLead(1).id)).toMatchObject({
      callCount: 2,
      lastCallAt: 3000,
      lastCallAnswered: true,
      lastOutcome: 'interested',
    });
    noteCall(database.write, sampleLead(1).id, { at: 3000, answered: true, outcome: 'do-not-call' });
    expect(service.get(sampleLead(1).id)).toMatchObject({ callCount: 2, lastOutcome: 'do-not-call' });
  });

  it('keeps the calls of a lead that arrives later than they do', async () => {
    const feature = setUp();
    called(feature, 1, 1000);
    put(feature.database, feature, [sampleLead(1)]);
    expect(feature.service.get(sampleLead(1).id).callCount).toBe(1);
  });
});

describe('a call that a colleague had with a lead', () => {
  const told = (change: object) => ({
    ...{ id: sampleLead(700).id, leadId: sampleLead(1).id, employeeId: sampleLead(901).id, employeeName: '林可' },
    ...{ text: '采购周三回来', lost: null, createdAt: 3000 },
    event: { kind: 'called', direction: 'outbound', result: 'connected', talkMs: 60_000, ...change },
  });
  const tell = ({ database, service }: Desk, change: object): void => {
    const row = told(change);
    database.write.transaction(() => service.applyNotesFromCloud(database.write, [{ id: row.id, row }]));
    service.touched();
  };

  it('is in its story, and counts in the lists as one of this desk’s own, once', async () => {
    const feature = setUp([sampleLead(1), sampleLead(2)]);
    tell(feature, {});
    tell(feature, { outcome: 'interested' });
    const { id } = sampleLead(1);
    const counted = { callCount: 1, lastCallAt: 3000, lastCallAnswered: true, lastOutcome: 'interested' };
    expect(feature.service.get(id)).toMatchObject(counted);
    expect(notesOf(feature.database.read, id)).toMatchObject([
      { text: '采购周三回来', employeeName: '林可', event: { kind: 'called', talkMs: 60_000 } },
    ]);
    // The person's own desk is told of its own call as well.
    called(feature, 1, 3000, 'interested');
    expect(feature.service.get(id).callCount).toBe(1);
    const interested = await feature.service.list(ask(filtered({ outcomes: ['interested'] })), whole);
    expect(interested.rows.map((row) => row.id)).toEqual([id]);
  });

  it('that nobody answered is no follow-up, and an outcome of a newer cloud is none', async () => {
    const feature = setUp([sampleLead(1)]);
    tell(feature, { talkMs: undefined, result: 'no-answer', outcome: 'to the moon' });
    const [row] = (await feature.service.list(ask(), whole)).rows;
    expect(row).toMatchObject({ lastCallAnswered: false, lastOutcome: null, lastFollowUpAt: null });
  });
});

describe('a lead that the pool takes back', () => {
  const day = 86_400_000;
  const me = '0190a000-0000-7000-8000-0000000000aa';
  const [company, department] = ['0190a000-0000-7000-8000-000000000001', '0190a000-0000-7000-8000-000000000002'];
  const context = testContext();
  const rulesOf = (id: string, change: object) => ({
    id,
    row: { id, departmentId: id === company ? null : id, version: 1, ...defaultPoolRules, ...change },
  });
  function owned(): { database: Database } & LeadsFeature & { take(...rows: { id: string; row: unknown }[]): void } {
    const database = testDatabase();
    const feature = createLeads({ context, db: database.write, deeds: noDeeds, person: { id: me, name: '陈晓' }, role: () => 'agent', lists: directLists(new LeadListing(database.read, me, () => 0)), barred: () => new Map() }); // prettier-ignore
    const claimedAt = context.clock.now() - 2 * day;
    put(database, feature, [
      sampleLead(1, { ownerId: me, claimedAt, createdAt: 1 }),
      sampleLead(2, { ownerId: sampleLead(99).id, claimedAt, createdAt: 1 }),
    ]);
    const take = (...rows: { id: string; row: unknown }[]): void => {
      database.write.transaction(() => feature.service.poolRules.apply(database.write, rows));
      feature.service.poolRules.applied?.();
    };
    return { database, ...feature, take };
  }
  const warned = async ({ service }: LeadsFeature): Promise<(number | null)[]> =>
    (await service.list(ask({ descending: false }), whole)).rows.map(({ recycleAt }) => recycleAt);

  it('is warned of when it is time, by the department’s rule before the company’s, and only its owner', async () => {
    const desk = owned();
    expect(await warned(desk)).toEqual([null, null]);
    const { rev } = desk.service;
    desk.take(rulesOf(company ?? '', { idleDays: 30, warnDays: 3 }));
    expect(desk.service.rev).toBeGreaterThan(rev);
    expect(await warned(desk)).toEqual([null, null]);
    desk.take(rulesOf(department ?? '', { idleDays: 3, warnDays: 3 }));
    const at = recycleAt({ ...defaultPoolRules, idleDays: 3 }, { createdAt: 1, claimedAt: context.clock.now() - 2 * day, followedAt: null, interested: false, won: false }); // prettier-ignore
    expect(await warned(desk)).toEqual([at, null]);
    desk.take({ id: department ?? '', row: null });
    expect(await warned(desk)).toEqual([null, null]);
  });

  it('has longer after an answered call or a note of today, and not after one in vain', async () => {
    const desk = owned();
    desk.take(rulesOf(company ?? '', { idleDays: 3, warnDays: 9 }));
    const [before] = await warned(desk);
    noteCall(desk.database.write, sampleLead(1).id, { at: context.clock.now(), answered: false, outcome: null });
    expect((await warned(desk))[0]).toBe(before);
    noteCall(desk.database.write, sampleLead(1).id, { at: context.clock.now() - day, answered: true, outcome: null });
    expect((await warned(desk))[0]).toBe((before ?? 0) + day);
    desk.service.work.addNote(sampleLead(1).id, '下周再约');
    expect((await warned(desk))[0]).toBe((before ?? 0) + 2 * day);
  });

  it('says so in the pool, until somebody claims it', async () => {
    const desk = owned();
    const back = { ownerId: null, claimedAt: null, pool: 'public', releasedAt: 5, formerOwnerId: me } as const;
    put(desk.database, desk, [sampleLead(1, { ...back, releaseReason: 'recycled' }), sampleLead(2, { ...back, releaseReason: '暂无需求' })]); // prettier-ignore
    expect([1, 2].map((n) => desk.service.get(sampleLead(n).id).released)).toEqual([
      { at: 5, reason: 'recycled' },
      { at: 5, reason: '暂无需求' },
    ]);
  });
});
