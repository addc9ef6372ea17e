import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { CloudCall, CloudLead, CloudNote, CloudSession, PushResult } from '#shared/cloud-contract/contract.ts';
import { managersDeletionsPerDay } from '#shared/domain/lead-rights.ts';
import { defaultPoolRules } from '#shared/domain/pool-rules.ts';
import { newId } from '../../main/system.ts';
import { changesFor, rowsSeenBy } from '../../testing/read-stream.ts';
import { makeCall, pushCall, startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';

const dayMs = 86_400_000;
const noon = Date.UTC(2026, 10, 23, 4, 0, 0);

let cloud: TestCloud;
let clock: ManualClock;
let chen: CloudSession;
let lin: CloudSession;
let zhao: CloudSession;
let admin: CloudSession;
let stranger: CloudSession;
beforeAll(async () => {
  clock = new ManualClock(noon);
  cloud = await startTestCloud({ clock });
  await later(0);
}, 60_000);
/** Sessions are shorter than that. */
async function later(ms: number): Promise<void> {
  clock.advance(ms);
  chen = await cloud.signIn('chen');
  lin = await cloud.signIn('lin');
  zhao = await cloud.signIn('zhao');
  admin = await cloud.signIn('admin');
  stranger = await cloud.signIn('foreign-admin');
}
afterAll(() => cloud.close());

/** Leads that nobody has touched yet, one for each test. */
let untouched: string[];
let lead: string;
beforeEach(async () => {
  untouched ??= (await leadsSeenBy(admin)).map(({ id }) => id);
  lead = untouched.pop() ?? '';
});

async function does(session: CloudSession, type: string, row: object, opId = newId()): Promise<PushResult> {
  const body = { deviceId: `device-of-${session.employee.account}`, ops: [{ opId, type, row }] };
  const reply = await cloud.as(session, { method: 'POST', url: '/v1/sync/push', body });
  if (reply.statusCode !== 200) throw new Error(reply.body);
  return reply.json<{ results: PushResult[] }>().results[0] as PushResult;
}
const claim = (session: CloudSession, id = lead): Promise<PushResult> => does(session, 'lead.claim', { id });
const release = (session: CloudSession, id = lead, reason = '暂无需求'): Promise<PushResult> =>
  does(session, 'lead.release', { id, reason });
const patch = (session: CloudSession, base: number, fields: object): Promise<PushResult> =>
  does(session, 'lead.patch', { id: lead, base, fields });

const leadsSeenBy = (session: CloudSession): Promise<CloudLead[]> => rowsSeenBy(cloud, session, 'lead');
/** What people wrote; what happened is in assign.test.ts. */
const notesSeenBy = async (session: CloudSession): Promise<CloudNote[]> =>
  (await rowsSeenBy<CloudNote>(cloud, session, 'note')).filter(({ event }) => event === undefined);
const seen = async (session: CloudSession): Promise<CloudLead | undefined> =>
  (await leadsSeenBy(session)).find(({ id }) => id === lead);
const cursor = async (session: CloudSession): Promise<number> => (await changesFor(cloud, session)).at(-1)?.seq ?? 0;
const setRule = async (rule: {
  claimsPerDay?: number;
  holdLimit?: number;
  formerOwnerDays?: number;
  newLeadClaimDays?: number;
}): Promise<void> => {
  const { id: companyId } = admin.company;
  const row = { version: 1, rules: JSON.stringify({ ...defaultPoolRules, ...rule }), updatedAt: 1 };
  await cloud.asOwner
    .insertInto('poolRules')
    .values({ companyId, id: companyId, departmentId: null, ...row })
    .onConflict((conflict) => conflict.columns(['companyId', 'id']).doUpdateSet(row))
    .execute();
};

describe('a claim', () => {
  it('is decided for one of all who want the lead; the others are told who has it, and since when', async () => {
    const wanting = [chen, lin, zhao, admin].flatMap((session) => [session, session, session]);
    const results = await Promise.all(wanting.map((session) => claim(session)));
    const owner = await cloud.asOwner.selectFrom('lead').select(['ownerId', 'version']).where('id', '=', lead).executeTakeFirstOrThrow(); // prettier-ignore
    const winner = wanting.find(({ employee }) => employee.id === owner.ownerId);
    for (const [index, result] of results.entries())
      if (wanting[index] === winner) expect(result).toMatchObject({ status: 'applied' });
      else
        expect(result).toMatchObject({
          status: 'rejected',
          code: 'lead.taken',
          details: { by: winner?.employee.name, takenAt: noon },
        });
    // Said three times by the winner's desk, and done once.
    expect(owner.version).toBe(2);
  });

  it('takes the lead from the desks of everybody who may not see it now, and gives it back when it is released', async () => {
    const before = await cursor(lin);
    await claim(chen);
    expect(await changesFor(cloud, lin, before)).toMatchObject([{ type: 'lead', id: lead, row: null }]);
    expect([await seen(lin), await seen(zhao), await seen(admin)].map((row) => row?.ownerId)).toEqual([
      undefined,
      chen.employee.id,
      chen.employee.id,
    ]);
    await does(chen, 'note.add', { id: newId(), leadId: lead, text: '约了周三', createdAt: noon });
    expect(await notesSeenBy(lin)).toEqual([]);
    const { seq: sinceNote = 0 } = (await changesFor(cloud, admin)).at(-1) ?? {};
    await release(chen);
    expect(await seen(lin)).toMatchObject({ ownerId: null, pool: 'public', releaseReason: '暂无需求' });
    // A desk that pulls on, not from zero, gets what had been written meanwhile.
    expect((await changesFor(cloud, lin, sinceNote)).map(({ type }) => type)).toEqual(['lead', 'note', 'note', 'note']);
    expect(await notesSeenBy(lin)).toMatchObject([{ text: '约了周三', employeeName: '陈晓' }]);
  });

  it('that is refused brings the lead as it is for that person: gone, or still to be had', async () => {
    await claim(chen);
    expect(await claim(lin)).toMatchObject({ code: 'lead.taken', row: null });
    expect(await claim(zhao)).toMatchObject({ code: 'lead.taken', row: { id: lead, ownerId: chen.employee.id } });
    expect(await claim(stranger)).toEqual({
      opId: expect.any(String),
      status: 'rejected',
      code: 'not-found',
      row: null,
    });
  });

  it('is answered from memory when it is sent again, with the row as it is now', async () => {
    const opId = newId();
    await claim(chen);
    const first = await does(lin, 'lead.claim', { id: lead }, opId);
    await release(chen);
    const again = await does(lin, 'lead.claim', { id: lead }, opId);
    expect([first, again].map(({ code }) => code)).toEqual(['lead.taken', 'lead.taken']);
    expect(again.row).toMatchObject({ id: lead, ownerId: null });
  });
});

describe('the rule of a pool', () => {
  beforeEach(() => setRule({}));

  it('allows so many claims a day, of all desks of a person together; the next day begins at midnight in China', async () => {
    await setRule({ claimsPerDay: 2 });
    const three = [lead, untouched.pop() ?? '', untouched.pop() ?? ''];
    await later(10 * dayMs);
    const results = await Promise.all(three.map((id) => claim(lin, id)));
    expect(results.filter(({ status }) => status === 'applied')).toHaveLength(2);
    const refused = results.findIndex(({ status }) => status !== 'applied');
    expect(results[refused]).toMatchObject({ code: 'lead.claims-spent', details: { perDay: 2 } });
    // 12:00 of that day in Beijing; twelve hours later it is the next.
    await later(12 * 3_600_000 - 1);
    expect(await claim(lin, three[refused])).toMatchObject({ code: 'lead.claims-spent' });
    await later(1);
    expect(await claim(lin, three[refused])).toMatchObject({ status: 'applied' });
  });

  it('allows so many at a time', async () => {
    const { n } = await cloud.asOwner.selectFrom('lead').select((of) => of.fn.countAll<number>().as('n')).where('ownerId', '=', zhao.employee.id).executeTakeFirstOrThrow(); // prettier-ignore
    await setRule({ holdLimit: Number(n) + 1 });
    expect(await claim(zhao)).toMatchObject({ status: 'applied' });
    const other = untouched.pop() ?? '';
    expect(await claim(zhao, other)).toMatchObject({ code: 'lead.hold-limit', details: { limit: Number(n) + 1 } });
    await release(zhao);
    expect(await claim(zhao, other)).toMatchObject({ status: 'applied' });
  });

  it('keeps a lead from whoever gave it up, for so many days, and from nobody else', async () => {
    await setRule({ formerOwnerDays: 3 });
    await claim(chen);
    await release(chen);
    const until = clock.now() + 3 * dayMs;
    expect(await claim(chen)).toMatchObject({ code: 'lead.former-owner', details: { nextAt: until } });
    await later(3 * dayMs - 1);
    expect(await claim(chen)).toMatchObject({ code: 'lead.former-owner' });
    await later(1);
    expect(await claim(chen)).toMatchObject({ status: 'applied' });
    await release(chen);
    expect(await claim(lin)).toMatchObject({ status: 'applied' });
  });
});

describe('新线索领取限制', () => {
  it('keeps a new lead from everybody’s claim for so many days; a manager may assign it at once', async () => {
    await setRule({ newLeadClaimDays: 2 });
    const [one, other] = [lead, untouched.pop() ?? ''];
    await cloud.asOwner.updateTable('lead').set({ createdAt: clock.now() }).where('id', 'in', [one, other]).execute();
    const until = clock.now() + 2 * dayMs;
    for (const session of [chen, zhao, admin])
      expect(await claim(session, one)).toMatchObject({ code: 'lead.new', details: { nextAt: until } });
    expect(await does(admin, 'lead.assign', { id: other, from: null, to: lin.employee.id })).toMatchObject({ status: 'applied' }); // prettier-ignore
    // Of what was given up meanwhile the longer of two locks is told.
    await setRule({ newLeadClaimDays: 2, formerOwnerDays: 5 });
    await does(lin, 'lead.release', { id: other, reason: '暂无需求' });
    expect(await claim(lin, other)).toMatchObject({ code: 'lead.former-owner', details: { nextAt: clock.now() + 5 * dayMs } }); // prettier-ignore
    expect(await claim(chen, other)).toMatchObject({ code: 'lead.new' });
    await later(2 * dayMs - 1);
    expect(await claim(chen, one)).toMatchObject({ code: 'lead.new' });
    await later(1);
    expect(await claim(chen, one)).toMatchObject({ status: 'applied' });
    expect(await claim(chen, other)).toMatchObject({ status: 'applied' });
  });
});

it('without days no rule keeps a lead from anybody, though another server’s clock runs ahead of this one', async () => {
  await setRule({});
  const [one, other] = [lead, untouched.pop() ?? ''];
  const ahead = clock.now() + 60_000;
  await cloud.asOwner.updateTable('lead').set({ createdAt: ahead }).where('id', '=', one).execute();
  await cloud.asOwner.updateTable('lead').set({ releasedAt: ahead, formerOwnerId: chen.employee.id }).where('id', '=', other).execute(); // prettier-ignore
  expect([await claim(chen, one), await claim(chen, other)]).toMatchObject([{ status: 'applied' }, { status: 'applied' }]); // prettier-ignore
});

describe('an edit', () => {
  it('is merged per field: what only one has changed is taken, of what both have the first one stands', async () => {
    await claim(chen);
    const { version = 0 } = (await seen(chen)) ?? {};
    expect(await patch(zhao, version, { phone: '+8615400000001', address: '示例路 1 号' })).toMatchObject({ status: 'applied' }); // prettier-ignore
    const result = await patch(chen, version, { phone: '+8615400000002', contactName: '王芳' });
    expect(result).toMatchObject({ status: 'merged', row: { phone: '+8615400000001', contactName: '王芳', address: '示例路 1 号' } }); // prettier-ignore
    // Nothing that was written is lost: it stands beside the lead.
    const notes = (await notesSeenBy(chen)).filter(({ leadId }) => leadId === lead);
    expect(notes).toMatchObject([{ id: result.opId, employeeName: '陈晓', lost: { phone: '+8615400000002' } }]);
  });

  it('of a desk is no conflict with its own edit before, though it was made on the older version', async () => {
    await claim(chen);
    const { version = 0 } = (await seen(chen)) ?? {};
    for (const phone of ['+8615400000001', '+8615400000002', '+8615400000003'])
      expect(await patch(chen, version, { phone })).toMatchObject({ status: 'applied' });
    expect(await seen(chen)).toMatchObject({ phone: '+8615400000003', version: version + 3 });
  });

  it('that changes nothing makes no version and tells nobody', async () => {
    await claim(chen);
    const now = await seen(chen);
    const before = await cursor(admin);
    expect(await patch(chen, 0, { companyName: now?.companyName })).toMatchObject({ status: 'applied' });
    expect(await cursor(admin)).toBe(before);
  });

  it('is for the owner, and for managers and admins who see the lead', async () => {
    expect(await patch(chen, 0, { region: '示例市' })).toMatchObject({ code: 'lead.not-yours' });
    await claim(chen);
    const results = [chen, lin, zhao, admin, stranger].map((session) => patch(session, 9, { region: session.employee.name })); // prettier-ignore
    expect((await Promise.all(results)).map(({ status, code }) => code ?? status)).toEqual([
      'applied',
      'lead.not-yours',
      'applied',
      'applied',
      'not-found',
    ]);
    await release(chen);
    await claim(lin);
    // Of another department.
    expect(await patch(zhao, 9, { region: '示例市' })).toMatchObject({ code: 'lead.not-yours', row: null });
  });

  it('with a field that nobody may write, or of the wrong kind, is refused whole', async () => {
    await claim(chen);
    for (const fields of [{ ownerId: lin.employee.id }, { phone: 5 }, { companyName: 'x'.repeat(201) }]) {
      const { status, code } = await patch(chen, 0, fields);
      // A field that this cloud does not know is passed over.
      expect([status, code]).toEqual('ownerId' in fields ? ['applied', undefined] : ['rejected', 'input.invalid']);
    }
    expect(await seen(chen)).toMatchObject({ ownerId: chen.employee.id });
  });
});

describe('a sample number', () => {
  it('that is corrected may be dialled, unless all of the company is a sample', async () => {
    await claim(chen);
    const company = (sample: boolean) => cloud.asOwner.updateTable('company').set({ sample }).where('companyId', '=', chen.company.id).execute(); // prettier-ignore
    await patch(chen, 0, { phone: '+8613800138000' });
    expect(await seen(chen)).toMatchObject({ sample: true });
    await company(false);
    await patch(chen, 9, { phone: '+8613800138001' });
    expect(await seen(chen)).toMatchObject({ sample: false });
    await patch(chen, 9, { phone: '+8615400000137' });
    expect(await seen(chen)).toMatchObject({ sample: true });
    await company(true);
  });
});

describe('giving a lead up', () => {
  it('is for its owner and for managers and admins who see it; said twice it is done once', async () => {
    expect(await release(chen)).toMatchObject({ code: 'lead.not-yours' });
    await claim(chen);
    expect(await release(lin)).toMatchObject({ code: 'lead.not-yours', row: null });
    const hers = { id: lead, from: chen.employee.id, reason: '长期未跟进' };
    expect(await does(zhao, 'lead.release', hers)).toMatchObject({ status: 'applied' });
    expect(await release(chen)).toMatchObject({ status: 'applied' });
    expect(await seen(admin)).toMatchObject({ ownerId: null, formerOwnerId: chen.employee.id, version: 3 });
  });
});

describe('a note', () => {
  it('is added once, by whoever sees the lead, and its words stand', async () => {
    const note = { id: newId(), leadId: lead, text: '约了周三', createdAt: noon };
    expect(await does(chen, 'note.add', note)).toMatchObject({ status: 'applied' });
    expect(await does(chen, 'note.add', note)).toMatchObject({ status: 'applied' });
    expect(await does(chen, 'note.add', { ...note, text: '别的话' })).toMatchObject({ code: 'sync.conflict' });
    expect(await does(lin, 'note.add', note)).toMatchObject({ code: 'sync.conflict' });
    await claim(chen);
    expect(await does(lin, 'note.add', { ...note, id: newId() })).toMatchObject({ code: 'lead.not-yours' });
    expect(await does(stranger, 'note.add', { ...note, id: newId() })).toMatchObject({ code: 'not-found' });
    expect((await notesSeenBy(zhao)).filter(({ leadId }) => leadId === lead)).toMatchObject([{ text: '约了周三' }]);
  });
});

describe('a deletion', () => {
  const remove = (session: CloudSession, id = lead, opId = newId()): Promise<PushResult> =>
    does(session, 'lead.delete', { id, reason: '重复录入' }, opId);
  const tombstone = () =>
    cloud.asOwner.selectFrom('lead').select(['deletedAt', 'deletedBy', 'deleteReason', 'version']).where('id', '=', lead).executeTakeFirstOrThrow(); // prettier-ignore

  it('takes the lead from everybody, once, whoever says it how often, and leaves an entry without a name', async () => {
    await claim(chen);
    await does(chen, 'note.add', { id: newId(), leadId: lead, text: '约了周三', createdAt: noon });
    const before = await cursor(admin);
    const opId = newId();
    const both = await Promise.all([remove(zhao, lead, opId), remove(admin), remove(zhao, lead, opId)]);
    expect(both.map(({ status }) => status)).toEqual(['applied', 'applied', 'applied']);
    expect(await changesFor(cloud, lin, before)).toMatchObject([{ type: 'lead', id: lead, row: null }]);
    for (const session of [chen, lin, zhao, admin]) {
      expect(await seen(session)).toBeUndefined();
      expect((await notesSeenBy(session)).filter(({ leadId }) => leadId === lead)).toEqual([]);
    }
    expect(await tombstone()).toMatchObject({ deletedAt: clock.now(), deleteReason: '重复录入', version: 3 });
    const entries = await cloud.asOwner.selectFrom('audit').selectAll().where('entityId', '=', lead).execute();
    expect(entries).toMatchObject([{ action: 'lead.deleted', entityType: 'lead', entityName: null }]);
    expect(entries[0]).toMatchObject({ details: null, employeeId: (await tombstone()).deletedBy, deviceName: 'test' }); // prettier-ignore
  });

  it('tells whoever comes too late by whom and when, whatever they did, and keeps nothing of it', async () => {
    await remove(admin);
    const note = newId();
    const late = [
      await claim(lin),
      await release(lin),
      await patch(lin, 1, { address: '示例路 1 号' }),
      await does(lin, 'note.add', { id: note, leadId: lead, text: '约了周三', createdAt: noon }),
    ];
    for (const result of late)
      expect(result).toMatchObject({
        status: 'rejected',
        code: 'lead.deleted',
        details: { by: admin.employee.name, deletedAt: clock.now(), reason: '重复录入' },
      });
    expect(late[2]?.row).toBeNull();
    expect(await cloud.asOwner.selectFrom('note').select('id').where('id', '=', note).execute()).toEqual([]);
    expect(await claim(stranger)).toMatchObject({ code: 'not-found' });
    expect(await remove(stranger)).toMatchObject({ code: 'not-found' });
  });

  it('is for administrators, and for managers of whoever owns the lead', async () => {
    expect(await remove(chen)).toMatchObject({ status: 'rejected', code: 'access.denied', row: { id: lead } });
    // Nobody's is the company's.
    expect(await remove(zhao)).toMatchObject({ status: 'rejected', code: 'access.denied', row: { id: lead } });
    await claim(lin);
    expect(await remove(zhao)).toMatchObject({ status: 'rejected', code: 'access.denied', row: null });
    expect(await remove(lin)).toMatchObject({ status: 'rejected', code: 'access.denied' });
    expect(await remove(admin)).toMatchObject({ status: 'applied' });
    expect(await remove(lin)).toMatchObject({ status: 'rejected', code: 'access.denied' });
  });

  it('of a manager ends at so many a day, two desks at once or not', async () => {
    await later(dayMs);
    const [companyId, today] = [zhao.company.id, clock.now()];
    const buried = { companyName: 'x', numberCheck: 'valid' as const, sample: true, createdAt: 1, deletedAt: today, deletedBy: zhao.employee.id }; // prettier-ignore
    const many = Array.from({ length: managersDeletionsPerDay - 1 }, () => ({ companyId, id: newId(), ...buried }));
    await cloud.asOwner.insertInto('lead').values(many).execute();
    const [first, second] = [untouched.pop() ?? '', untouched.pop() ?? ''];
    for (const id of [first, second]) await claim(zhao, id);
    const both = await Promise.all([remove(zhao, first), remove(zhao, second)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['applied', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ code: 'lead.deletions-spent', details: { perDay: managersDeletionsPerDay } }); // prettier-ignore
    await later(dayMs);
    for (const id of [first, second]) expect(await remove(zhao, id)).toMatchObject({ status: 'applied' });
  });

  it('leaves calls and what they are called', async () => {
    const call = makeCall(chen.employee.id, { leadId: lead, customerName: '示例公司' });
    await pushCall(cloud, chen, call);
    await remove(admin);
    await pushCall(cloud, chen, { ...call, rev: 2, note: '后来写的' });
    expect((await rowsSeenBy<CloudCall>(cloud, chen, 'call')).find(({ id }) => id === call.id)).toMatchObject({
      ...{ rev: 2, leadId: lead, customerName: '示例公司', note: '后来写的' },
    });
  });
});
