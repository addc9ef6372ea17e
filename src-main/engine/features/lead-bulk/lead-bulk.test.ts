import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LeadBulkDeed } from '#shared/desk-contract/areas/lead-bulk.ts';
import { AppError } from '#shared/base/errors.ts';
import { leadQuery } from '#shared/desk-contract/areas/leads.ts';
import type { Database } from '../../database/open-database.ts';
import { nextTurn } from '../../next-turn.ts';
import { sampleLead } from '../../testing/sample-leads.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { from, idOf, leadsDesk, me, type LeadsDesk } from '../leads/testing/leads-desk.ts';
import { createLeadBulk, type LeadBulkFeature } from './index.ts';
import { stepsOf } from './lead-bulk.ts';

const [zhou, lin] = [sampleLead(901).id, sampleLead(902).id];

interface Desk extends LeadsDesk {
  readonly database: Database;
  readonly bulk: LeadBulkFeature;
}

/** A manager’s desk; leads without an owner, but for the first, which is Zhou’s. */
function setUp(count: number): Desk {
  const database = testDatabase();
  const { write: db } = database;
  for (const [id, name] of [[me.id, me.name], [zhou, '周敏'], [lin, '林可']] as const) db.run('INSERT INTO call_employee (id, name, disabled) VALUES (?, ?, 0)', [id, name]); // prettier-ignore
  const desk = leadsDesk(database, () => 'manager');
  const leads = Array.from({ length: count }, (_, n) => sampleLead(n, n === 0 ? { ownerId: zhou, claimedAt: 5 } : {}));
  db.transaction(() => desk.service.applyFromCloud(db, leads.map((row) => ({ id: row.id, row })))); // prettier-ignore
  desk.service.touched();
  return Object.assign(desk, { database, bulk: opened(desk, database) });
}

/** As the next start of the program has it. */
function opened(desk: LeadsDesk, { write: db }: Database): LeadBulkFeature {
  const bulk = createLeadBulk({ context: desk.context, db, leads: desk.service, deeds: desk.outbox });
  desk.onAnswer = (deed, isTaken) => bulk.bulks.answered(db, deed, isTaken);
  bulk.bulks.start();
  return bulk;
}

async function through(bulk: LeadBulkFeature): Promise<void> {
  while (bulk.bulks.now?.state === 'running') await nextTurn();
}

const gifts = (count: number, first = 0): LeadBulkDeed => ({
  kind: 'assign',
  gifts: [zhou, lin].map((to, n) => ({ to, ids: Array.from({ length: count }, (_, at) => idOf(first + at * 2 + n)) })),
});

/** The cloud’s answers to everything that waits. */
function answer(desk: Desk, refuse: (n: number) => boolean): number {
  let answered = 0;
  for (let ops = desk.outbox.take(); ops.length > 0; ops = desk.outbox.take()) {
    const results = ops.map(({ opId, entityId = '' }: { opId: string; entityId?: string }, n) =>
      refuse(answered + n)
        ? ({ opId, status: 'rejected', code: 'lead.hold-limit', details: { limit: 3, of: '林可' }, row: null, entityId } as const)
        : ({ opId, status: 'applied' } as const),
    ); // prettier-ignore
    desk.outbox.settle(results);
    answered += ops.length;
  }
  return answered;
}

describe('many leads', () => {
  it('are looked at as they stand, from the top of their list', async () => {
    const { bulk } = setUp(30);
    const query = leadQuery.parse({ descending: false });
    const { leads, total } = await bulk.handlers['leadBulk.look']({ what: { of: 'list', query } }, from);
    expect([leads.length, total, leads[0], leads[1]]).toEqual([30, 30, { id: idOf(0), ownerId: zhou }, { id: idOf(1), ownerId: null }]); // prettier-ignore
    const some = { of: 'leads', ids: [idOf(7), idOf(99), idOf(0)] } as const;
    expect((await bulk.handlers['leadBulk.look']({ what: { ...some, ids: [...some.ids] } }, from)).leads.map(({ id }) => id)).toEqual([idOf(7), idOf(0)]); // prettier-ignore
  });

  it('are given part by part, and what came of it is told: who got how many, what was passed over, what the cloud says', async () => {
    const desk = setUp(200);
    // Zhou has the first already.
    await desk.bulk.handlers['leadBulk.start']({ deed: gifts(50) }, from);
    expect(desk.bulk.bulks.now).toMatchObject({ state: 'running', of: 100, done: 0 });
    await expect(desk.bulk.handlers['leadBulk.start']({ deed: gifts(1, 150) }, from)).rejects.toThrow('lead.bulk-running'); // prettier-ignore
    await through(desk.bulk);
    const people = [{ name: '林可', count: 50 }, { name: '周敏', count: 49 }]; // prettier-ignore
    expect(desk.bulk.bulks.now).toMatchObject({ state: 'done', done: 99, passed: 1, people, waiting: 99, refused: 0 });
    expect(desk.service.get(idOf(3))).toMatchObject({ following: 'colleague', ownerName: '林可' });
    expect(answer(desk, (n) => n >= 90)).toBe(99);
    expect(desk.bulk.bulks.now).toMatchObject({ waiting: 0, refused: 9 });
    // For one person’s limit: told as one.
    expect(desk.service.refusals.groups()).toMatchObject([{ kind: 'lead-assign', code: 'lead.hold-limit', by: '林可', count: 9 }]); // prettier-ignore
    await desk.bulk.handlers['leadBulk.seen'](null, from);
    expect([desk.bulk.bulks.now, opened(desk, desk.database).bulks.now]).toEqual([null, null]);
  });

  it('go on behind a restart, where they stood, each once', async () => {
    const desk = setUp(200);
    await desk.bulk.handlers['leadBulk.start']({ deed: gifts(100) }, from);
    await nextTurn();
    await nextTurn();
    desk.bulk.dispose();
    const before = desk.bulk.bulks.now?.done ?? 0;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(150);
    const next = opened(desk, desk.database);
    await through(next);
    expect(next.bulks.now).toMatchObject({ state: 'done', of: 200, done: 199, passed: 1, waiting: 199 });
    expect(answer(desk, () => false)).toBe(199);
    expect(next.bulks.now).toMatchObject({ waiting: 0, refused: 0 });
  });

  it('end where they are stopped: what is done is done, the rest stays as it is', async () => {
    const desk = setUp(200);
    await desk.bulk.handlers['leadBulk.start']({ deed: gifts(100) }, from);
    await nextTurn();
    await nextTurn();
    await desk.bulk.handlers['leadBulk.stop'](null, from);
    const { done = 0, passed = 0, people = [] } = desk.bulk.bulks.now ?? {};
    await nextTurn();
    expect(desk.bulk.bulks.now).toMatchObject({ state: 'stopped', done });
    expect(desk.outbox.waiting()).toBe(done);
    expect(done + passed).toBeLessThan(200);
    // Stopped anywhere, everybody has got as much as the others.
    expect(Math.abs((people[0]?.count ?? 0) - (people[1]?.count ?? 0))).toBeLessThanOrEqual(1);
  });

  it('are given up with one reason, as far as somebody follows them', async () => {
    const desk = setUp(60);
    const ids = Array.from({ length: 60 }, (_, n) => idOf(n));
    await desk.bulk.handlers['leadBulk.start']({ deed: { kind: 'release', ids, reason: '长期未跟进' } }, from);
    await through(desk.bulk);
    expect(desk.bulk.bulks.now).toMatchObject({ kind: 'release', done: 1, passed: 59, people: [] });
    expect(desk.service.get(idOf(0))).toMatchObject({ following: 'nobody' });
    expect(desk.outbox.take().map(({ row }) => row)).toEqual([{ id: idOf(0), from: zhou, reason: '长期未跟进' }]);
  });

  it('stay with whoever has got them since they were shown', async () => {
    const desk = setUp(4);
    // Zhou’s, as shown; shown as nobody’s, and Zhou’s since; shown as Lin’s, who has given it up; nobody’s.
    const [ids, owners] = [[0, 1, 2, 3].map(idOf), [zhou, null, lin, null]];
    const row = sampleLead(1, { ownerId: zhou, claimedAt: 9, version: 2 });
    desk.database.write.transaction(() => desk.service.applyFromCloud(desk.database.write, [{ id: row.id, row }]));
    await desk.bulk.handlers['leadBulk.start']({ deed: { kind: 'assign', gifts: [{ to: me.id, ids, owners }] } }, from);
    await through(desk.bulk);
    expect(desk.bulk.bulks.now).toMatchObject({ done: 3, passed: 1 });
    expect(desk.outbox.take().map(({ row: told }) => told)).toEqual([
      { id: idOf(0), from: zhou, to: me.id },
      { id: idOf(2), from: null, to: me.id },
      { id: idOf(3), from: null, to: me.id },
    ]);
    const release = { kind: 'release', ids: [idOf(1)], owners: [lin], reason: '长期未跟进' } as const;
    await desk.bulk.handlers['leadBulk.start']({ deed: { ...release, ids: [...release.ids], owners: [lin] } }, from);
    await through(desk.bulk);
    expect([desk.bulk.bulks.now?.done, desk.service.ownerOf(idOf(1))]).toEqual([0, zhou]);
  });

  it('on a disk that takes nothing any more end as failed, and the program goes on', async () => {
    const desk = setUp(40);
    const full = (): never => {
      throw new AppError('disk.full');
    };
    let isFull = false;
    const { write } = desk.database;
    const db = { ...write, transaction: <T>(work: () => T): T => (isFull ? full() : write.transaction(work)), quickTransaction: full }; // prettier-ignore
    const { bulks, handlers } = createLeadBulk({ context: desk.context, db, leads: desk.service, deeds: desk.outbox });
    await handlers['leadBulk.start']({ deed: gifts(20) }, from);
    isFull = true;
    await through({ ...desk.bulk, bulks });
    expect(bulks.now).toMatchObject({ state: 'failed', done: 0, problem: { code: 'disk.full' } });
    // On disk it goes on, and so it does with the next start.
    const { bulks: later } = opened(desk, desk.database);
    await through({ ...desk.bulk, bulks: later });
    expect(later.now).toMatchObject({ state: 'done', done: 39 });
  });

  it('are not given to somebody who works here no more', async () => {
    const desk = setUp(4);
    desk.database.write.run('UPDATE call_employee SET disabled = 1 WHERE id = ?', [lin]);
    await expect(desk.bulk.handlers['leadBulk.start']({ deed: gifts(1) }, from)).rejects.toThrow('lead.receiver-disabled'); // prettier-ignore
    expect(desk.bulk.bulks.now).toBeNull();
  });
});

it('the steps of a gift are each of its leads once, in turn', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 }), (sizes) => {
      const deed: LeadBulkDeed = { kind: 'assign', gifts: sizes.map((size, n) => ({ to: `p${n}`, ids: Array.from({ length: size }, (_, at) => `${n}-${at}`) })) }; // prettier-ignore
      const steps = stepsOf(deed);
      expect(steps.map(({ id }) => id).toSorted()).toEqual(deed.gifts.flatMap(({ ids }) => ids).toSorted());
      for (const [at, { id }] of steps.entries()) if (at > 0) expect(Number(id.split('-')[1])).toBeGreaterThanOrEqual(Number(steps[at - 1]?.id.split('-')[1])); // prettier-ignore
    }),
  );
});
