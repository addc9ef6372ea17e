import { describe, expect, it } from 'vitest';
import type { CloudLead } from '#shared/cloud-contract/contract.ts';
import { leadQuery } from '#shared/desk-contract/areas/leads.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import type { WritableDb } from '../../database/handles.ts';
import { sampleLead } from '../../testing/sample-leads.ts';
import { testDatabase } from '../../testing/test-database.ts';
import type { CloudOp, CloudOpResult, Outbox } from '../../sync/index.ts';
import type { LeadsService } from './index.ts';
import { cloudRowOf, putLead } from './repository.ts';
import { leadsDesk, me } from './testing/leads-desk.ts';

const colleague = sampleLead(901).id;
const lead = sampleLead(1, { version: 7, phone: '+8615400000001' });

interface Rig {
  /** What the person is. */
  readonly state: { role: Role };
  readonly db: WritableDb;
  readonly service: LeadsService;
  readonly outbox: Outbox;
  /** The lead as the person sees it. */
  now(): CloudLead | undefined;
  pull(row: CloudLead | null): void;
  /** What the cloud is sent, and its answer to the first of it. */
  push(answer?: Omit<CloudOpResult, 'opId'>): CloudOp[];
}

function rig(role: Role = 'agent'): Rig {
  const state = { role };
  const database = testDatabase();
  const { write: db } = database;
  const { service, outbox } = leadsDesk(database, () => state.role);
  const pull = (row: CloudLead | null): void =>
    void db.transaction(() => service.applyFromCloud(db, [{ id: lead.id, row }]));
  pull(lead);
  return {
    state,
    db,
    service,
    outbox,
    pull,
    now: () => cloudRowOf(db, lead.id),
    push(answer = { status: 'applied' }) {
      const ops = outbox.take();
      if (ops[0]) outbox.settle([{ opId: ops[0].opId, ...answer }]);
      return ops;
    },
  };
}

describe('another generation of the cloud', () => {
  it('with another number is unchecked until the cloud says what that one is; with its own again it is as it was', () => {
    const checks = [{ number: '+8615400000001', state: 'empty', raw: '0', family: 'batch-6', provider: 'x', at: 1, by: null }]; // prettier-ignore
    const { service, pull } = rig();
    pull({ ...lead, ownerId: me.id, numberCheck: 'empty', checks });
    const found = () => service.get(lead.id).numberCheck;
    expect(found()).toBe('empty');
    service.work.edit(lead.id, { phone: '+8615400000002' });
    expect(found()).toBe('unchecked');
    service.work.edit(lead.id, { phone: '+8615400000001' });
    expect(found()).toBe('empty');
  });

  it('gets what waits to be sent on top, as often as it is laid there; what was refused stays off', () => {
    const { service, now, db, pull, push } = rig();
    const [other] = [sampleLead(2)];
    db.transaction(() => service.applyFromCloud(db, [{ id: other.id, row: other }]));
    service.work.edit(other.id, { contactName: '不算' });
    service.work.addNote(other.id, '没有这个客户了');
    push({ status: 'rejected', code: 'lead.not-yours', row: null });
    service.work.claim(lead.id);
    service.work.edit(lead.id, { contactName: '王芳' });
    service.work.addNote(lead.id, '下周再约');
    // As the swap leaves it: rows of the cloud, and nothing else.
    db.run('DELETE FROM note');
    pull(lead);
    db.run(`UPDATE lead SET owner_id = NULL, contact_name = '云端' WHERE id = ?`, [lead.id]);
    for (let times = 0; times < 2; times += 1) {
      db.transaction(() => service.work.layOnTop(db));
      expect(now()).toMatchObject({ ownerId: me.id, contactName: '王芳', version: 7 });
      expect(service.work.notes(lead.id)).toMatchObject([{ text: '下周再约', employeeName: me.name }]);
      expect([cloudRowOf(db, other.id), service.work.notes(other.id)]).toEqual([undefined, []]);
    }
  });
});

describe('an edit', () => {
  it('is seen at once and sent with the version it was made on; a second one before that travels with it', () => {
    const { service, now, push } = rig();
    service.work.edit(lead.id, { phone: '+8615400000002', contactName: '王芳' });
    service.work.edit(lead.id, { phone: '+8615400000003' });
    expect(now()).toMatchObject({ phone: '+8615400000003', contactName: '王芳', version: 7 });
    expect(push()).toMatchObject([
      {
        type: 'lead.patch',
        row: { id: lead.id, base: 7, fields: { phone: '+8615400000003', contactName: '王芳' } },
      },
    ]);
  });

  it('stays on top of what the cloud sends meanwhile, until it is taken', () => {
    const { service, now, pull, push } = rig();
    service.work.edit(lead.id, { phone: '+8615400000002' });
    pull({ ...lead, version: 8, phone: '+8615400000009', address: '示例路 1 号' });
    expect(now()).toMatchObject({ phone: '+8615400000002', address: '示例路 1 号', version: 8 });
    push();
    pull({ ...lead, version: 9, phone: '+8615400000002' });
    expect(now()).toMatchObject({ phone: '+8615400000002', version: 9 });
  });

  it('that is sent already is not changed any more: the next one is an op of its own', () => {
    const { service, outbox } = rig();
    service.work.edit(lead.id, { phone: '+8615400000002' });
    const [first] = outbox.take();
    service.work.edit(lead.id, { phone: '+8615400000003' });
    const ops = outbox.take();
    expect(ops.map(({ opId }) => opId === first?.opId)).toEqual([true, false]);
    expect(ops.map((op) => op.first)).toEqual([undefined, true]);
    expect({ ...ops[0], first: true }).toEqual(first);
  });

  it('does not slip past what was done between', () => {
    const { service, outbox } = rig();
    service.work.claim(lead.id);
    service.work.edit(lead.id, { address: '一' });
    service.work.release(lead.id, '暂无需求');
    service.work.claim(lead.id);
    service.work.edit(lead.id, { address: '二' });
    expect(outbox.take().map(({ type }) => type)).toEqual([
      'lead.claim',
      'lead.patch',
      'lead.release',
      'lead.claim',
      'lead.patch',
    ]);
  });

  it('of which the cloud keeps a part shows what the cloud has, and what was done after it', () => {
    const { service, now, push } = rig();
    service.work.edit(lead.id, { phone: '+8615400000002' });
    service.work.claim(lead.id);
    push({ status: 'merged', row: { ...lead, version: 9, phone: '+8615400000009' } as never });
    expect(now()).toMatchObject({ phone: '+8615400000009', ownerId: me.id, version: 9 });
  });
});

describe('a claim', () => {
  it('is a wish that is seen at once; lost, the lead goes where it is now, and the refusal stays to be seen', () => {
    const { service, now, push, outbox } = rig();
    service.work.claim(lead.id);
    service.work.claim(lead.id);
    expect(now()).toMatchObject({ ownerId: me.id, claimedAt: null });
    const details = { by: '林可', takenAt: 5 };
    expect(push({ status: 'rejected', code: 'lead.taken', details, row: null })).toHaveLength(1);
    expect(now()).toBeUndefined();
    expect(outbox.rejected()).toMatchObject([{ type: 'lead.claim', entityId: lead.id, code: 'lead.taken', details }]);
  });

  it('of what is known to be a colleague’s is refused here', () => {
    const { service, pull, outbox } = rig();
    pull({ ...lead, ownerId: colleague });
    expect(() => service.work.claim(lead.id)).toThrow('lead.taken');
    expect(() => service.work.release(lead.id, '')).toThrow('lead.not-yours');
    expect(() => service.work.claim(sampleLead(5).id)).toThrow('not-found');
    expect(outbox.waiting()).toBe(0);
  });
});

describe('what was refused', () => {
  it('is sent once more as a new op, or given up; here it shows as the cloud has it, until it is sent again', () => {
    const { service, push, outbox, now } = rig();
    service.work.edit(lead.id, { address: '示例路 1 号' });
    const [first] = push({ status: 'rejected', code: 'lead.not-yours', row: { ...lead } as CloudOpResult['row'] });
    expect(now()?.address).toBe(lead.address);
    const refused = outbox.rejected()[0]?.opId ?? '';
    expect(refused).toBe(first?.opId);
    outbox.retry(refused);
    expect(outbox.rejected()).toEqual([]);
    expect(now()?.address).toBe('示例路 1 号');
    const [again] = push({ status: 'rejected', code: 'lead.not-yours' });
    expect(again?.row).toEqual(first?.row);
    expect(again?.opId).not.toBe(refused);
    outbox.discard(again?.opId ?? '');
    expect([outbox.rejected(), outbox.waiting()]).toEqual([[], 0]);
    expect(() => outbox.retry(refused)).toThrow('not-found');
  });
});

describe('notes', () => {
  it('are there at once, newest first, and go with the lead', () => {
    const { service, pull, push } = rig();
    const id = service.work.addNote(lead.id, '约了周三');
    expect(service.work.notes(lead.id)).toMatchObject([{ id, employeeName: '陈晓', text: '约了周三', lost: null }]);
    expect(push()).toMatchObject([{ type: 'note.add', row: { id, leadId: lead.id, text: '约了周三' } }]);
    pull(null);
    expect(service.work.notes(lead.id)).toEqual([]);
  });

  it('that the cloud does not take are not here either: their words are kept with the refusal, and sent from there', () => {
    const { service, push, outbox } = rig();
    service.work.addNote(lead.id, '约了周三');
    push({ status: 'rejected', code: 'lead.not-yours' });
    expect(service.work.notes(lead.id)).toEqual([]);
    const [kept] = outbox.rejected();
    expect(kept).toMatchObject({ subject: lead.companyName, row: { text: '约了周三' } });
    outbox.retry(kept?.opId ?? '');
    expect(service.work.notes(lead.id)).toMatchObject([{ text: '约了周三', employeeName: '陈晓' }]);
  });
});

describe('a deletion', () => {
  const owned: CloudLead = { ...lead, ownerId: colleague, claimedAt: 5 };
  const aside = (db: WritableDb): number => db.get<{ n: number }>('SELECT count(*) AS n FROM lead_aside')?.n ?? 0;

  it('is seen at once, goes behind what was done before, and ends with the cloud’s word', async () => {
    const { service, now, push, pull, db } = rig('admin');
    service.work.addNote(lead.id, '约了周三');
    expect(service.work.mayRemove(lead.id)).toBe(true);
    service.work.remove(lead.id, '重复录入');
    expect([now(), (await service.list(leadQuery.parse({}), { offset: 0, limit: 9 })).total]).toEqual([undefined, 0]); // prettier-ignore
    expect(() => service.work.edit(lead.id, { address: '一' })).toThrow('not-found');
    expect(() => service.work.remove(lead.id, '')).toThrow('not-found');
    // A colleague's edit comes meanwhile.
    pull({ ...lead, version: 9 });
    expect(now()).toBeUndefined();
    expect(push().map(({ type }) => type)).toEqual(['note.add', 'lead.delete']);
    expect(push()).toMatchObject([{ type: 'lead.delete', row: { id: lead.id, reason: '重复录入' } }]);
    pull(null);
    expect([now(), service.work.notes(lead.id), aside(db)]).toEqual([undefined, [], 0]);
  });

  it('that is refused is undone, notes and all, with what the cloud has, or as it was where the cloud does not say', () => {
    for (const row of [{ ...lead, version: 9 } as unknown as CloudOpResult['row'], undefined]) {
      const { service, now, push, db, outbox } = rig('admin');
      service.work.addNote(lead.id, '约了周三');
      push();
      service.work.remove(lead.id, '重复录入');
      push({ status: 'rejected', code: 'access.denied', row });
      expect(now()?.version).toBe(row ? 9 : 7);
      expect(service.work.notes(lead.id)).toMatchObject([{ text: '约了周三' }]);
      expect(aside(db)).toBe(0);
      const [refused] = outbox.rejected();
      expect(refused).toMatchObject({ subject: lead.companyName, row: { reason: '重复录入' } });
      outbox.retry(refused?.opId ?? '');
      expect([now(), aside(db)]).toEqual([undefined, 1]);
    }
  });

  it('waits on top of another generation, also of one without the lead', () => {
    const { service, now, db, push, pull } = rig('admin');
    service.work.remove(lead.id, '');
    // As the swap leaves it: rows of the cloud, and nothing on top.
    putLead(db, { ...lead, version: 8 });
    db.run(`INSERT INTO lead_aside (id, row) VALUES ('long-settled', '{}')`);
    for (let times = 0; times < 2; times += 1) db.transaction(() => service.work.layOnTop(db));
    expect([now(), aside(db)]).toEqual([undefined, 1]);
    push({ status: 'rejected', code: 'lead.deletions-spent', row: null });
    expect([now(), aside(db)]).toEqual([undefined, 0]);
    pull(lead);
    expect(now()).toEqual(lead);
  });

  it('is for administrators, and for managers where somebody owns the lead', () => {
    const { service, state, pull } = rig();
    expect(service.work.mayRemove(sampleLead(5).id)).toBe(false);
    for (const [role, row, may] of [
      ['agent', owned, false],
      ['agent', { ...lead, ownerId: me.id }, false],
      ['manager', lead, false],
      ['manager', owned, true],
      ['admin', lead, true],
    ] as const) {
      state.role = role;
      pull(row);
      expect([role, service.work.mayRemove(lead.id)]).toEqual([role, may]);
      if (!may) expect(() => service.work.remove(lead.id, '')).toThrow('access.denied');
    }
  });
});
