import { describe, expect, it } from 'vitest';
import { leadQuery, type DueFollowUps } from '#shared/desk-contract/areas/leads.ts';
import type { Role, LeadPlace } from '#shared/domain/vocabulary.ts';
import type { WritableDb } from '../../database/handles.ts';
import { sampleLead } from '../../testing/sample-leads.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { removeLead } from './repository.ts';
import { from, idOf, leadsDesk, me, type LeadsDesk } from './testing/leads-desk.ts';

const colleague = sampleLead(901).id;

interface Desk extends LeadsDesk {
  readonly db: WritableDb;
  in(place: LeadPlace): Promise<number[]>;
}

function setUp(count: number, role: Role = 'agent'): Desk {
  const database = testDatabase();
  const { write: db } = database;
  const desk = leadsDesk(database, () => role);
  const { service } = desk;
  const leads = Array.from({ length: count }, (_, n) => sampleLead(n, n === 1 ? { ownerId: colleague, claimedAt: 5 } : {})); // prettier-ignore
  db.transaction(() => service.applyFromCloud(db, leads.map((row) => ({ id: row.id, row })))); // prettier-ignore
  service.touched();
  return {
    ...desk,
    db,
    async in(place) {
      const { rows } = await service.list(leadQuery.parse({ place, descending: false }), { offset: 0, limit: 100 }); // prettier-ignore
      return rows.map(({ id }) => parseInt(id.slice(-8), 16));
    },
  };
}

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
    expect(() => desk.handlers['leads.completeAndClaim'](ask, from)).toThrow('lead.taken');
    const wrong = { id: idOf(0), fields: { phone: '12ab' } };
    expect(() => desk.handlers['leads.completeAndClaim'](wrong, from)).toThrow('number.');
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
    expect(await desk.handlers['leads.limits'](null, from)).toEqual({ claimsPerDay: null, holdLimit: null, formerOwnerDays: 0, newLeadClaimDays: 0, followed: 1, claimedToday: 1 }); // prettier-ignore
  });
});

const minuteMs = 60_000;

describe('what is planned', () => {
  /** A desk of three followed leads; the first is due in an hour. */
  async function planned(): Promise<{ desk: Desk; heard: DueFollowUps[]; start: number }> {
    const desk = setUp(4);
    await desk.handlers['leads.claim']({ ids: [idOf(0), idOf(2), idOf(3)] }, from);
    const start = desk.context.clock.now();
    const heard: DueFollowUps[] = [];
    desk.service.due.onChange((due) => heard.push(due));
    await plan(desk, 0, start + 60 * minuteMs, '回访报价');
    return { desk, heard, start };
  }
  const plan = (desk: Desk, n: number, at: number | null, note: string | null = null): unknown =>
    desk.handlers['leads.edit']({ id: idOf(n), fields: { nextFollowUpAt: at, nextFollowUpNote: note } }, from);

  it('rings once when its time has come, offline too, and is done when it is planned anew', async () => {
    const { desk, heard, start } = await planned();
    desk.context.clock.advance(60 * minuteMs - 1);
    expect(heard).toEqual([]);
    desk.context.clock.advance(1);
    const due = { leadId: idOf(0), at: start + 60 * minuteMs, note: '回访报价', phone: sampleLead(0).phone };
    expect(heard).toMatchObject([{ due: [due], count: 1, rings: idOf(0) }]);
    // Whoever opens a window later sees it, and hears nothing.
    expect(desk.service.due.now).toMatchObject({ count: 1, rings: null });
    desk.context.clock.advance(5 * 60 * minuteMs);
    expect(heard).toHaveLength(1);
    await plan(desk, 0, start + 600 * minuteMs);
    expect(heard.at(-1)).toEqual({ due: [], count: 0, rings: null });
  });

  it('rings where the clock was set back since: nothing of the hours that come once more has rung', async () => {
    const { desk, heard, start } = await planned();
    const { clock } = desk.context;
    clock.jumpWall(8 * 60 * minuteMs);
    desk.service.due.look();
    clock.jumpWall(-8 * 60 * minuteMs);
    await plan(desk, 0, start + 30 * minuteMs);
    heard.length = 0;
    clock.advance(30 * minuteMs);
    expect(heard).toMatchObject([{ count: 1, rings: idOf(0) }]);
  });

  it('for a moment that is over already is due, and does not ring', async () => {
    const { desk, heard, start } = await planned();
    await plan(desk, 2, start - minuteMs);
    expect(heard).toMatchObject([{ count: 1, rings: null }]);
  });

  it('ends when the lead is given up; a colleague’s rings nobody else', async () => {
    const { desk, heard, start } = await planned();
    await desk.handlers['leads.release']({ ids: [idOf(0)], reason: '暂无需求' }, from);
    desk.db.run('UPDATE lead SET next_follow_up_at = ? WHERE id = ?', [start + 1, idOf(1)]);
    desk.context.clock.advance(3 * 60 * minuteMs);
    expect(heard).toEqual([]);
    expect(desk.service.get(idOf(0))).toMatchObject({ nextFollowUpAt: null });
  });
});

describe('tags, stage and contacts', () => {
  it('are kept as people mean them, found by, and counted', async () => {
    const desk = setUp(4);
    await desk.handlers['leads.claim']({ ids: [idOf(0), idOf(2)] }, from);
    const contacts = [{ name: '李四', title: '采购', phone: '154 9999 0002', note: '' }];
    await desk.handlers['leads.edit']({ id: idOf(0), fields: { tags: ['重点', '重点', '老客户'], stage: 'quoted', contacts } }, from); // prettier-ignore
    await desk.handlers['leads.edit']({ id: idOf(2), fields: { tags: ['重点'] } }, from);
    const lead = await desk.handlers['leads.get']({ id: idOf(0) }, from);
    expect(lead).toMatchObject({ tags: ['重点', '老客户'], stage: 'quoted', contacts: [{ name: '李四', phone: '+8615499990002' }] }); // prettier-ignore
    expect(desk.service.findByPhone('+8615499990002')).toMatchObject({ id: idOf(0) });
    const { phone, companyName } = desk.service.get(idOf(1));
    const numbers = ['+8615499990002', phone ?? '', '+8615499990003'];
    expect([...desk.service.companiesAt(numbers)]).toEqual([[phone, companyName], ['+8615499990002', lead.companyName]]); // prettier-ignore
    // A number of one's own counts before a contact of another's; of two leads with it, the newer.
    const [newer, older] = [idOf(3), idOf(2)].map((id) => desk.service.get(id));
    desk.db.run('UPDATE lead SET phone = ?, created_at = ? WHERE id = ?', ['+8615499990002', 9, idOf(3)]);
    desk.db.run('UPDATE lead SET phone = ?, created_at = ? WHERE id = ?', ['+8615499990002', 8, idOf(2)]);
    expect(older?.companyName).not.toBe(newer?.companyName);
    expect(desk.service.companiesAt(['+8615499990002'])).toEqual(new Map([['+8615499990002', newer?.companyName]]));
    expect(desk.service.findByPhone('+8615499990002')).toMatchObject({ id: idOf(3) });
    const { tags } = await desk.handlers['leads.words']({ selection: leadQuery.parse({}) }, from);
    expect(Object.fromEntries(tags.map(({ word, count }) => [word, count]))).toEqual({ 重点: 2, '': 2, 老客户: 1 });
    const wrong = { id: idOf(0), fields: { contacts: [{ ...contacts[0], name: '王五', title: '', note: '', phone: '12ab' }] } }; // prettier-ignore
    expect(() => desk.handlers['leads.edit'](wrong, from)).toThrow('number.');
  });

  it('are found by their number as long as it is theirs', async () => {
    const desk = setUp(2);
    await desk.handlers['leads.claim']({ ids: [idOf(0)] }, from);
    const keep = (phone: string) => desk.handlers['leads.edit']({ id: idOf(0), fields: { contacts: [{ name: '李四', title: '', phone, note: '' }] } }, from); // prettier-ignore
    const found = () => ['+8615499990002', '+8615499990004'].map((number) => desk.service.findByPhone(number)?.id);
    await keep('154 9999 0002');
    expect(found()).toEqual([idOf(0), undefined]);
    await keep('154 9999 0004');
    expect(found()).toEqual([undefined, idOf(0)]);
    removeLead(desk.db, idOf(0));
    expect([found(), [...desk.service.companiesAt(['+8615499990004'])]]).toEqual([[undefined, undefined], []]);
    expect(desk.db.all('SELECT * FROM lead_contact')).toEqual([]);
  });

  it('and the code is kept as it is registered, however it was typed', async () => {
    const desk = setUp(1);
    const fields = { creditCode: ' ９1110000 101623741k', registeredCapital: 500_000_000 };
    await desk.handlers['leads.completeAndClaim']({ id: idOf(0), fields }, from);
    expect(desk.service.get(idOf(0))).toMatchObject({ creditCode: '91110000101623741K', registeredCapital: 500_000_000 }); // prettier-ignore
    await desk.handlers['leads.edit']({ id: idOf(0), fields: { creditCode: '' } }, from);
    expect(desk.service.get(idOf(0)).creditCode).toBeNull();
  });
});

describe('分配', () => {
  const other = { id: sampleLead(902).id, name: '林可' };
  function managers(): Desk {
    const desk = setUp(3, 'manager');
    desk.db.run('INSERT INTO call_employee (id, name) VALUES (?, ?)', [other.id, other.name]);
    return desk;
  }

  it('gives leads to somebody, whoever had them; what the cloud refuses is where it was', async () => {
    const desk = managers();
    expect(await desk.handlers['leads.assignees'](null, from)).toEqual({
      people: [{ ...other, department: '', follows: 0 }],
    });
    expect(await desk.handlers['leads.assign']({ gifts: [{ to: other.id, ids: [idOf(0), idOf(1)] }] }, from)).toEqual({ assigned: 2 }); // prettier-ignore
    expect(desk.service.get(idOf(0))).toMatchObject({ following: 'colleague', ownerName: other.name });
    const ops = desk.outbox.take();
    expect(ops.map(({ row }) => row)).toEqual([
      { id: idOf(0), from: null, to: other.id },
      { id: idOf(1), from: colleague, to: other.id },
    ]);
    const row = sampleLead(1, { ownerId: colleague, claimedAt: 5 }) as never;
    desk.outbox.settle(ops.map(({ opId }) => ({ opId, status: 'rejected', code: 'lead.hold-limit', details: { limit: 3 }, row }))); // prettier-ignore
    expect(desk.service.ownerOf(idOf(1))).toBe(colleague);
    expect(desk.outbox.refused()).toBe(2);
    // Twice before the cloud has heard of the first: it knows who had it before both.
    const twice = managers();
    twice.db.run('INSERT INTO call_employee (id, name) VALUES (?, ?)', [colleague, '周敏']);
    for (const to of [other.id, colleague])
      await twice.handlers['leads.assign']({ gifts: [{ to, ids: [idOf(0)] }] }, from);
    expect(twice.outbox.take().map(({ row }) => row)).toEqual([{ id: idOf(0), from: null, to: colleague }]);
    // Shown as nobody’s, and a colleague’s by now.
    expect(await desk.handlers['leads.assign']({ gifts: [{ to: other.id, ids: [idOf(1)], owners: [null] }] }, from)).toEqual({ assigned: 0 }); // prettier-ignore
    expect(await desk.handlers['leads.release']({ ids: [idOf(1)], owners: [other.id], reason: '长期未跟进' }, from)).toEqual({ released: 0 }); // prettier-ignore
    // It is theirs already: nothing is to be done.
    desk.db.run('INSERT INTO call_employee (id, name) VALUES (?, ?)', [colleague, '周敏']);
    expect(await desk.handlers['leads.assign']({ gifts: [{ to: colleague, ids: [idOf(1)] }] }, from)).toEqual({
      assigned: 0,
    });
  });

  it('is offered to whoever works here, with how many they follow; one who does no more is refused by name', async () => {
    const desk = managers();
    desk.db.run('INSERT INTO call_employee (id, name, department, disabled) VALUES (?, ?, ?, ?)', [colleague, '周敏', '销售一部', 0]); // prettier-ignore
    desk.db.run('UPDATE call_employee SET disabled = 1 WHERE id = ?', [other.id]);
    expect(await desk.handlers['leads.assignees'](null, from)).toEqual({
      people: [{ id: colleague, name: '周敏', department: '销售一部', follows: 1 }],
    });
    const gifts = [{ to: colleague, ids: [idOf(0)] }, { to: other.id, ids: [idOf(2)] }]; // prettier-ignore
    await expect(desk.handlers['leads.assign']({ gifts }, from)).rejects.toMatchObject({ code: 'lead.receiver-disabled', details: { of: other.name } }); // prettier-ignore
    // All or nothing: what was shown beforehand is not what would come of it.
    expect(desk.outbox.take()).toEqual([]);
  });

  it('is not for agents, nor to somebody whom one does not see', async () => {
    const agent = setUp(2);
    expect(await agent.handlers['leads.assignees'](null, from)).toEqual({ people: [] });
    await expect(agent.handlers['leads.assign']({ gifts: [{ to: me.id, ids: [idOf(0)] }] }, from)).rejects.toThrow(
      'access.denied',
    );
    await expect(managers().handlers['leads.assign']({ gifts: [{ to: sampleLead(950).id, ids: [idOf(0)] }] }, from)).rejects.toThrow('access.denied'); // prettier-ignore
  });
});

describe('a manager', () => {
  it('edits, plans and gives up what colleagues follow, and edits what nobody does, as the cloud lets them', async () => {
    const desk = setUp(3, 'manager');
    await desk.handlers['leads.edit']({ id: idOf(1), fields: { stage: 'quoted', tags: ['重点'] } }, from);
    await desk.handlers['leads.edit']({ id: idOf(0), fields: { region: '深圳' } }, from);
    const { mayWork, following } = await desk.handlers['leads.get']({ id: idOf(1) }, from);
    expect([mayWork, following]).toEqual([true, 'colleague']);
    expect(await desk.handlers['leads.release']({ ids: [idOf(0), idOf(1)], reason: '长期未跟进' }, from)).toEqual({ released: 1 }); // prettier-ignore
    expect(desk.service.get(idOf(1))).toMatchObject({ following: 'nobody', locked: null });
    expect([await desk.in('public'), await desk.in('team')]).toEqual([[1], []]);
    expect(desk.outbox.take().at(-1)?.row).toEqual({ id: idOf(1), from: colleague, reason: '长期未跟进' });
  });

  it('sees whom leads may be filtered by; agents see nobody else’s', async () => {
    const desk = setUp(3, 'manager');
    desk.db.run('INSERT INTO call_employee (id, name) VALUES (?, ?)', [colleague, '周敏']);
    const { owners } = await desk.handlers['leads.words']({ selection: leadQuery.parse({}) }, from);
    expect(owners).toEqual([{ word: '', name: '', count: 2 }, { word: colleague, name: '周敏', count: 1 }]); // prettier-ignore
    expect((await setUp(3).handlers['leads.words']({ selection: leadQuery.parse({}) }, from)).owners).toEqual([]);
  });
});
