import { describe, expect, it } from 'vitest';
import { leadQuery, type LeadRow } from '#shared/desk-contract/areas/leads.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import type { CloudOpResult } from '../../sync/index.ts';
import { sampleLead } from '../../testing/sample-leads.ts';
import { testDatabase } from '../../testing/test-database.ts';
import type { Database } from '../../database/open-database.ts';
import { from, idOf, leadsDesk, me, type LeadsDesk } from './testing/leads-desk.ts';

const rival = { by: '林可', takenAt: 1_700_000_000_000 };

interface Desk extends LeadsDesk {
  row(n: number): Promise<LeadRow | undefined>;
  /** The cloud answers everything that waits. */
  answer(says: (n: number) => Omit<CloudOpResult, 'opId'>): void;
  pull(n: number, change?: object | null): void;
}

/** @param database another program run on the same one is a restart */
function setUp(count: number, role: Role = 'agent', database: Database = testDatabase()): Desk {
  const { write: db } = database;
  const desk = leadsDesk(database, () => role);
  const { outbox, service } = desk;
  const pull = (n: number, change: object | null = {}): void => {
    const row = change && sampleLead(n, change);
    db.transaction(() => service.applyFromCloud(db, [{ id: idOf(n), row }]));
    service.touched();
  };
  for (let n = 0; n < count; n += 1) pull(n);
  return {
    ...desk,
    pull,
    async row(n) {
      const { rows } = await service.list(leadQuery.parse({}), { offset: 0, limit: 100 });
      return rows.find(({ id }) => id === idOf(n));
    },
    answer(says) {
      const results = outbox.take().map(({ opId, row }) => {
        const { id } = row as { id: string };
        return { opId, ...says(parseInt(id.slice(-8), 16)) };
      });
      outbox.settle(results);
      service.touched();
    },
  };
}
const claim = (desk: Desk, ...n: number[]): unknown => desk.handlers['leads.claim']({ ids: n.map(idOf) }, from);
const limit = (n: number): Omit<CloudOpResult, 'opId'> => ({ status: 'rejected', code: 'lead.claims-spent', details: { perDay: 1 }, row: sampleLead(n) as never }); // prettier-ignore
const lost = (): Omit<CloudOpResult, 'opId'> => ({ status: 'rejected', code: 'lead.taken', details: rival, row: null });

describe('a wish', () => {
  it('stands at its row while it waits, as refused with why, and no more when it is done', async () => {
    const desk = setUp(2);
    await claim(desk, 0);
    expect((await desk.row(0))?.wish).toEqual({ deed: 'lead-claim', refused: null });
    expect((await desk.row(1))?.wish).toBeNull();
    desk.answer(limit);
    const refused = { code: 'lead.claims-spent', details: { perDay: 1 }, at: expect.any(Number) as number };
    expect(await desk.row(0)).toMatchObject({ following: 'nobody', wish: { deed: 'lead-claim', refused } });
    expect(desk.handlers['leads.get']({ id: idOf(0) }, from)).toMatchObject({ refused: [{ kind: 'lead-claim', problem: { code: 'lead.claims-spent' } }] }); // prettier-ignore
    // Claimed once more it waits again, and one that is taken has nothing open.
    await claim(desk, 0);
    expect((await desk.row(0))?.wish).toEqual({ deed: 'lead-claim', refused: null });
    desk.answer(() => ({ status: 'applied' }));
    desk.pull(0, { ownerId: me.id, claimedAt: 9 });
    expect(await desk.row(0)).toMatchObject({ following: 'me', wish: null });
    expect(desk.outbox.refused()).toBe(0);
  });

  it('that was refused is there after a restart, and gone for good when it was seen', async () => {
    const database = testDatabase();
    const before = setUp(1, 'agent', database);
    await claim(before, 0);
    before.answer(limit);
    const after = setUp(0, 'agent', database);
    expect((await after.row(0))?.wish?.refused).toMatchObject({ code: 'lead.claims-spent' });
    const reason = { kind: 'lead-claim', code: 'lead.claims-spent', by: null } as const;
    expect(await after.handlers['leads.settleRefused']({ reason, how: 'dismiss' }, from)).toEqual({ settled: 1 });
    expect((await setUp(0, 'agent', database).row(0))?.wish).toBeNull();
  });

  it('that lost the race is told by whom and when, though the lead is not to be seen any more', async () => {
    const desk = setUp(1);
    await claim(desk, 0);
    desk.answer(lost);
    expect(await desk.row(0)).toBeUndefined();
    expect(desk.service.refusals.groups()).toMatchObject([
      { kind: 'lead-claim', code: 'lead.taken', by: '林可', count: 1, first: [{ subject: sampleLead(0).companyName, problem: { details: rival } }] }, // prettier-ignore
    ]);
  });

  it('is no news any more when it has come about otherwise', async () => {
    const desk = setUp(3, 'manager');
    await claim(desk, 0);
    desk.answer(limit);
    desk.pull(0, { ownerId: me.id, claimedAt: 9 });
    expect(desk.service.refusals.groups()).toEqual([]);
    // Given up is given up, whoever did it.
    desk.pull(1, { ownerId: me.id, claimedAt: 9 });
    await desk.handlers['leads.release']({ ids: [idOf(1)], reason: '暂无需求' }, from);
    desk.answer((n) => ({ ...limit(n), code: 'lead.not-yours', row: sampleLead(n, { ownerId: idOf(901), claimedAt: 9 }) as never })); // prettier-ignore
    expect((await desk.row(1))?.wish).toMatchObject({ deed: 'lead-release', refused: { code: 'lead.not-yours' } });
    desk.pull(1, { ownerId: null });
    expect((await desk.row(1))?.wish).toBeNull();
  });
});

describe('what was refused', () => {
  it('for one reason is one thing, to be seen or tried again at once', async () => {
    const desk = setUp(60);
    await claim(desk, ...Array.from({ length: 60 }, (_, n) => n));
    desk.answer((n) => (n < 3 ? lost() : limit(n)));
    const told = (): unknown => desk.service.refusals.groups().map(({ code, by, count, first }) => [code, by, count, first.length]); // prettier-ignore
    expect(told()).toEqual([
      ['lead.claims-spent', null, 57, 20],
      ['lead.taken', '林可', 3, 3],
    ]);
    const heard: number[] = [];
    desk.service.refusals.onChange(() => heard.push(desk.outbox.refused()));
    const spent = { kind: 'lead-claim', code: 'lead.claims-spent', by: null } as const;
    expect(await desk.handlers['leads.settleRefused']({ reason: spent, how: 'retry' }, from)).toEqual({ settled: 57 });
    expect(heard.at(-1)).toBe(3);
    expect((await desk.row(40))?.wish).toEqual({ deed: 'lead-claim', refused: null });
    // Refused again, each stands once.
    desk.answer(limit);
    expect(told()).toEqual([
      ['lead.claims-spent', null, 57, 20],
      ['lead.taken', '林可', 3, 3],
    ]);
    await desk.handlers['leads.settleRefused']({ reason: { ...spent, code: 'lead.taken', by: '林可' }, how: 'dismiss' }, from); // prettier-ignore
    expect(told()).toEqual([['lead.claims-spent', null, 57, 20]]);
  });

  it('takes along what was to be written into the lead that one did not get, and never drops it', async () => {
    const desk = setUp(1);
    await desk.handlers['leads.completeAndClaim']({ id: idOf(0), fields: { contactName: '王芳' } }, from);
    const both = desk.outbox.take();
    desk.outbox.settle(both.map(({ opId, type }) => ({ opId, ...limit(0), ...(type === 'lead.patch' ? { code: 'lead.not-yours' } : {}) }))); // prettier-ignore
    expect((await desk.row(0))?.wish).toMatchObject({ deed: 'lead-claim', refused: {} });
    const [refusedClaim] = desk.service.refusals.of(idOf(0));
    desk.outbox.retry(refusedClaim?.opId ?? '');
    expect(desk.outbox.take().map(({ type }) => type)).toEqual(['lead.claim', 'lead.patch']);
    expect(desk.service.get(idOf(0))).toMatchObject({ following: 'wished', contactName: '王芳' });
    // Seen is the claim alone: the words are given up one by one.
    desk.outbox.settle([]);
    desk.answer((n) => limit(n));
    await desk.handlers['leads.settleRefused']({ reason: { kind: 'lead-claim', code: 'lead.claims-spent', by: null }, how: 'dismiss' }, from); // prettier-ignore
    await claim(desk, 0);
    expect(desk.service.refusals.of(idOf(0))).toMatchObject([{ kind: 'lead-edit', fields: { contactName: '王芳' } }]);
  });
});
