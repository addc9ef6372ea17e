import { describe, expect, it } from 'vitest';
import { leadQuery, type HandedLeads } from '#shared/desk-contract/areas/leads.ts';
import type { CloudLead, LeadEvent } from '#shared/cloud-contract/contract.ts';
import { recycledReason } from '#shared/domain/pool-rules.ts';
import { directLists } from '../../testing/direct-lists.ts';
import { noDeeds } from '../../testing/no-deeds.ts';
import { sampleLead } from '../../testing/sample-leads.ts';
import { testContext } from '../../testing/test-context.ts';
import { testDatabase } from '../../testing/test-database.ts';
import type { Database } from '../../database/open-database.ts';
import { createLeads, LeadListing } from './index.ts';

const me = { id: sampleLead(900).id, name: '陈晓' };
const chief = { id: sampleLead(901).id, name: '赵经理' };
const moment = 1_760_000_000_000;

function setUp(database: Database = testDatabase()) {
  const { write: db, read } = database;
  const context = testContext();
  const lists = directLists(new LeadListing(read, me.id, () => context.clock.now()));
  const feature = createLeads({
    context,
    db,
    deeds: noDeeds,
    person: me,
    role: () => 'agent',
    lists,
    barred: () => new Map(),
  });
  const heard: HandedLeads[] = [];
  feature.service.handed.onChange((handed) => heard.push(handed));
  let notes = 0;
  const desk = {
    ...feature,
    context,
    db,
    heard,
    /** Rows of leads as one page, then what happened to them. */
    pull(
      rows: readonly (readonly [number, Partial<CloudLead> | null])[],
      story?: { at: number; by: typeof me; event: LeadEvent },
    ): void {
      // prettier-ignore
      db.transaction(() => {
        feature.service.applyFromCloud(db, rows.map(([n, change]) => ({ id: sampleLead(n).id, row: change && sampleLead(n, change) }))); // prettier-ignore
        if (!story) return;
        const { at, by, event } = story;
        feature.service.applyNotesFromCloud(db, rows.map(([n]) => {
          notes += 1;
          const id = sampleLead(5000 + notes).id;
          return { id, row: { id, leadId: sampleLead(n).id, employeeId: by.id, employeeName: by.name, text: '', lost: null, event, createdAt: at } }; // prettier-ignore
        })); // prettier-ignore
      });
      feature.service.touched();
    },
    /** Leads of nobody, and of mine. */
    have(free: readonly number[], mine: readonly number[] = []): void {
      // As a first pull brings them: nothing is told of it.
      const { db: target } = desk;
      desk.pull(free.map((n) => [n, {}]));
      for (const n of mine) {
        desk.pull([[n, {}]]);
        target.run('UPDATE lead SET owner_id = ?, claimed_at = 1 WHERE id = ?', [me.id, sampleLead(n).id]);
      }
    },
    give: (from: number, below: number, by = chief, at = moment): void =>
      desk.pull(Array.from({ length: below - from }, (_, n) => [from + n, { ownerId: me.id, claimedAt: at }] as const), { at, by, event: { kind: 'assigned', to: me.name } }), // prettier-ignore
  };
  return desk;
}
const batches = (desk: ReturnType<typeof setUp>) => desk.service.handed.now.batches.map(({ kind, by, count }) => [kind, by, count]); // prettier-ignore

describe('leads that somebody gives to a person', () => {
  it('are one notice however many, with from whom, that rings once and opens exactly these', async () => {
    const desk = setUp();
    desk.have([600], [601]);
    for (let from = 0; from < 500; from += 100) {
      desk.give(from, from + 100);
      desk.context.clock.advance(1000);
    }
    expect(batches(desk)).toEqual([['given', '赵经理', 500]]);
    desk.context.clock.advance(1500);
    const [batch] = desk.service.handed.now.batches;
    expect(desk.heard.filter(({ rings }) => rings !== null).map(({ rings }) => rings)).toEqual([batch?.id]);
    const list = await desk.service.list(leadQuery.parse({ place: 'followed', filters: { handed: batch?.id } }), { offset: 450, limit: 100 }); // prettier-ignore
    expect([list.total, list.rows.length]).toEqual([500, 50]);
    // One more a moment later is counted and does not ring again; one that is taken away again is not counted.
    desk.give(500, 501);
    desk.pull([[3, null]]);
    desk.context.clock.advance(60_000);
    expect(batches(desk)).toEqual(expect.arrayContaining([['given', '赵经理', 500]]));
    expect(desk.heard.filter(({ rings }) => rings === batch?.id)).toHaveLength(1);
  });

  it('stand there after a restart and do not ring again; seen they are gone, the list stays', async () => {
    const database = testDatabase();
    const before = setUp(database);
    before.give(0, 3);
    before.context.clock.advance(2000);
    const after = setUp(database);
    after.service.touched();
    after.context.clock.advance(60_000);
    expect([batches(after), after.heard]).toEqual([[['given', '赵经理', 3]], []]);
    const [{ id: batch } = { id: '' }] = after.service.handed.now.batches;
    after.handlers['leads.handedSeen']({ batch }, { peer: { kind: 'in-process', id: 'test' }, signal: { aborted: false, addEventListener: () => undefined } }); // prettier-ignore
    expect([batches(after), batches(setUp(database))]).toEqual([[], []]);
    expect((await after.service.list(leadQuery.parse({ filters: { handed: batch } }), { offset: 0, limit: 9 })).total).toBe(3); // prettier-ignore
  });

  it('are none where the person did it, at this desk or another one; from two people they are two', () => {
    const desk = setUp();
    desk.give(0, 2, me);
    desk.pull([[2, { ownerId: me.id, claimedAt: moment }]], { at: moment, by: me, event: { kind: 'claimed' } });
    desk.context.clock.advance(5000);
    expect([batches(desk), desk.heard]).toEqual([[], []]);
    desk.give(3, 4);
    desk.give(4, 6, { id: sampleLead(902).id, name: '林可' });
    expect(batches(desk).sort()).toEqual([['given', '林可', 2], ['given', '赵经理', 1]]); // prettier-ignore
  });

  it('wait for their story, which may come in the next page', () => {
    const desk = setUp();
    desk.pull([[0, { ownerId: me.id, claimedAt: moment }]]);
    expect(batches(desk)).toEqual([]);
    desk.give(0, 1);
    expect(batches(desk)).toEqual([['given', '赵经理', 1]]);
  });
});

describe('leads that a person loses', () => {
  it('are told with how: by the rule, by a manager, or gone without a word', () => {
    const desk = setUp();
    desk.have([], [0, 1, 2, 3]);
    const free = { ownerId: null, pool: 'public', formerOwnerId: me.id, releasedAt: moment } as const;
    desk.pull([[0, { ...free, releaseReason: recycledReason }]], { at: moment, by: me, event: { kind: 'released', reason: recycledReason } }); // prettier-ignore
    desk.pull([[1, { ...free, releaseReason: '重复客户' }]], { at: moment, by: chief, event: { kind: 'released', reason: '重复客户' } }); // prettier-ignore
    desk.pull([[2, null]]);
    // Given up at another desk of theirs.
    desk.pull([[3, { ...free, releaseReason: '暂无需求' }]], { at: moment, by: me, event: { kind: 'released', reason: '暂无需求' } }); // prettier-ignore
    expect(batches(desk).sort()).toEqual([
      ['gone', null, 1],
      ['released', '赵经理', 1],
      ['taken-back', null, 1],
    ]);
    expect(desk.service.handed.now.batches.find(({ kind }) => kind === 'gone')?.names).toEqual([sampleLead(2).companyName]); // prettier-ignore
  });

  it('are none where it was a wish that the cloud did not grant', () => {
    const desk = setUp();
    desk.have([0]);
    desk.db.run('UPDATE lead SET owner_id = ?, claimed_at = NULL WHERE id = ?', [me.id, sampleLead(0).id]);
    desk.pull([[0, null]]);
    expect(batches(desk)).toEqual([]);
  });
});
