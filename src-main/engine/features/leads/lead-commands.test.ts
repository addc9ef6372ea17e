import { describe, expect, it } from 'vitest';
import { leadQuery, type LeadPlace } from '#shared/desk-contract/areas/leads.ts';
import { createOutbox, type Outbox } from '../../sync/index.ts';
import { directLists } from '../../testing/direct-lists.ts';
import { sampleLead } from '../../testing/sample-leads.ts';
import { testContext } from '../../testing/test-context.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { createLeads, LeadListing, type LeadsFeature } from './index.ts';

const me = { id: sampleLead(900).id, name: '陈晓' };
const colleague = sampleLead(901).id;
const from = { peer: { kind: 'in-process', id: 'test' }, signal: { aborted: false, addEventListener: () => undefined } } as const; // prettier-ignore

function setUp(count: number): LeadsFeature & { outbox: Outbox; in(place: LeadPlace): Promise<number[]> } {
  const { write: db, read } = testDatabase();
  const context = testContext();
  const outbox: Outbox = createOutbox({
    context,
    db,
    readers: { 'call.put': () => null },
    putBack: (tx, deed, row) => feature.service.work.putBack(tx, deed, row),
    redo: (tx, deed) => feature.service.work.redo(tx, deed),
  });
  const lists = directLists(new LeadListing(read, me.id));
  const feature = createLeads({ context, db, deeds: outbox, person: me, role: () => 'agent', lists });
  const leads = Array.from({ length: count }, (_, n) => sampleLead(n, n === 1 ? { ownerId: colleague, claimedAt: 5 } : {})); // prettier-ignore
  db.transaction(() => feature.service.applyFromCloud(db, leads.map((row) => ({ id: row.id, row })))); // prettier-ignore
  feature.service.touched();
  return {
    ...feature,
    outbox,
    async in(place) {
      const { rows } = await feature.service.list(leadQuery.parse({ place, descending: false }), { offset: 0, limit: 100 }); // prettier-ignore
      return rows.map(({ id }) => parseInt(id.slice(-8), 16));
    },
  };
}
const idOf = (n: number): string => sampleLead(n).id;

describe('抓取', () => {
  it('moves a lead to who wished for it, with what they completed, and says that the cloud has not decided', async () => {
    const desk = setUp(3);
    await desk.handlers['leads.completeAndClaim']({ id: idOf(0), fields: { contactName: '王芳', phone: '154 9999 0001', address: '' } }, from); // prettier-ignore
    expect([await desk.in('library'), await desk.in('followed'), await desk.in('team')]).toEqual([[2], [0], [1]]);
    expect(desk.service.get(idOf(0))).toMatchObject({ following: 'wished', contactName: '王芳', phone: '+8615499990001', address: null }); // prettier-ignore
    expect(desk.outbox.take().map(({ type }) => type)).toEqual(['lead.claim', 'lead.patch']);
  });

  it('of what somebody follows is refused, and nothing of it is done', async () => {
    const desk = setUp(2);
    const ask = { id: idOf(1), fields: { contactName: '王芳' } };
    await expect(desk.handlers['leads.completeAndClaim'](ask, from)).rejects.toThrow('lead.taken');
    const wrong = { id: idOf(0), fields: { phone: '12ab' } };
    await expect(desk.handlers['leads.completeAndClaim'](wrong, from)).rejects.toThrow('number.');
    expect(desk.outbox.take()).toEqual([]);
    expect(await desk.in('library')).toEqual([0]);
  });

  it('of several leaves out what is not to be had', async () => {
    const desk = setUp(4);
    const ids = [0, 1, 2, 77].map(idOf);
    expect(await desk.handlers['leads.claim']({ ids }, from)).toEqual({ claimed: 2 });
    expect(await desk.in('followed')).toEqual([0, 2]);
  });

  it('of all goes down the list as it is asked for, and stops where it was told', async () => {
    const desk = setUp(260);
    const query = leadQuery.parse({ place: 'library', descending: false });
    expect(await desk.handlers['leads.claimAll']({ query, most: 130 }, from)).toEqual({ claimed: 130 });
    expect((await desk.in('library'))[0]).toBe(131);
    // Where they stay in the list it is the same.
    const all = { ...query, place: 'all' } as const;
    expect(await desk.handlers['leads.claimAll']({ query: all, most: 500 }, from)).toEqual({ claimed: 129 });
    expect([await desk.in('library'), (await desk.in('team')).length]).toEqual([[], 1]);
    expect(await desk.handlers['leads.claimAll']({ query: all, most: 500 }, from)).toEqual({ claimed: 0 });
  });
});

describe('丢公海, 完善, 跟进记录', () => {
  it('give up what is theirs alone, with the reason', async () => {
    const desk = setUp(3);
    await desk.handlers['leads.claim']({ ids: [idOf(0)] }, from);
    expect(await desk.handlers['leads.release']({ ids: [0, 1, 2].map(idOf), reason: '暂无需求' }, from)).toEqual({ released: 1 }); // prettier-ignore
    expect([await desk.in('public'), await desk.in('followed')]).toEqual([[0], []]);
    expect(() => desk.handlers['leads.edit']({ id: idOf(1), fields: {} }, from)).toThrow('lead.not-yours');
  });

  it('are seen at once', async () => {
    const desk = setUp(1);
    await desk.handlers['leads.claim']({ ids: [idOf(0)] }, from);
    await desk.handlers['leads.edit']({ id: idOf(0), fields: { region: '深圳', contactTitle: '' } }, from);
    await desk.handlers['leads.addNote']({ id: idOf(0), text: '下周再约' }, from);
    const lead = await desk.handlers['leads.get']({ id: idOf(0) }, from);
    expect(lead).toMatchObject({
      region: '深圳',
      contactTitle: null,
      notes: [{ text: '下周再约', employeeName: '陈晓' }],
    });
    expect(lead.lastFollowUpAt).not.toBeNull();
    expect(desk.handlers['leads.limits'](null, from)).toEqual({ claimsPerDay: null, holdLimit: null, formerOwnerDays: 0, followed: 1 }); // prettier-ignore
  });
});
