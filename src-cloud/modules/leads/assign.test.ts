import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type {
  CloudChange,
  CloudEmployee,
  CloudLead,
  CloudNote,
  CloudSession,
  PushResult,
} from '#shared/cloud-contract/contract.ts';
import { defaultPoolRules, recycledReason } from '#shared/domain/pool-rules.ts';
import { newId } from '../../main/system.ts';
import { rowsSeenBy } from '../../testing/read-stream.ts';
import { startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';

const noon = Date.UTC(2026, 10, 23, 4, 0, 0);
let cloud: TestCloud;
/** Chen is in Zhao's department, Lin in another one. */
let chen: CloudSession;
let lin: CloudSession;
let zhao: CloudSession;
let admin: CloudSession;
let untouchedLeads: string[];
beforeAll(async () => {
  cloud = await startTestCloud({ clock: new ManualClock(noon) });
  [chen, lin, zhao, admin] = await Promise.all([cloud.signIn('chen'), cloud.signIn('lin'), cloud.signIn('zhao'), cloud.signIn('admin')]); // prettier-ignore
  untouchedLeads = (await seenBy<CloudLead>(admin, 'lead')).map(({ id }) => id);
}, 60_000);
afterAll(() => cloud.close());
const fresh = (): string => untouchedLeads.pop() ?? '';

async function does(session: CloudSession, type: string, row: object): Promise<PushResult> {
  const body = { deviceId: session.employee.account, ops: [{ opId: newId(), type, row }] };
  const reply = await cloud.as(session, { method: 'POST', url: '/v1/sync/push', body });
  return reply.json<{ results: PushResult[] }>().results[0] as PushResult;
}
const seenBy = <T>(session: CloudSession, type: CloudChange['type']): Promise<T[]> =>
  rowsSeenBy<T>(cloud, session, type);
const lead = async (session: CloudSession, id: string): Promise<CloudLead | undefined> =>
  (await seenBy<CloudLead>(session, 'lead')).find((row) => row.id === id);
const story = async (session: CloudSession, leadId: string): Promise<CloudNote[]> =>
  (await seenBy<CloudNote>(session, 'note')).filter((row) => row.leadId === leadId);
const claim = (session: CloudSession, id: string): Promise<PushResult> => does(session, 'lead.claim', { id });
const give = (session: CloudSession, id: string, from: CloudSession | null, to: CloudSession): Promise<PushResult> =>
  does(session, 'lead.assign', { id, from: from?.employee.id ?? null, to: to.employee.id });

describe('giving a lead to somebody', () => {
  it('makes it theirs, whoever had it: the one loses sight of it, the other sees all that was written', async () => {
    const id = fresh();
    expect(await give(zhao, id, null, chen)).toMatchObject({ status: 'applied' });
    expect(await lead(chen, id)).toMatchObject({ ownerId: chen.employee.id, claimedAt: noon });
    await does(chen, 'note.add', { id: newId(), leadId: id, text: '约了周三', createdAt: noon });
    await does(chen, 'lead.patch', { id, base: 9, fields: { nextFollowUpAt: noon + 1, nextFollowUpNote: '回访' } });
    expect(await give(admin, id, chen, lin)).toMatchObject({ status: 'applied' });
    expect(await lead(chen, id)).toBeUndefined();
    const [now] = [await lead(lin, id)];
    // What was planned was the plan of who had it.
    expect([now?.ownerId, now?.nextFollowUpAt]).toEqual([lin.employee.id, undefined]);
    expect(await story(lin, id)).toMatchObject([
      { employeeName: zhao.employee.name, event: { kind: 'assigned', to: '陈晓' } },
      { employeeName: '陈晓', text: '约了周三' },
      { event: { kind: 'assigned', from: '陈晓', to: lin.employee.name } },
    ]);
    const log = await cloud.asOwner.selectFrom('audit').select('details').where('action', '=', 'lead.assigned').where('entityId', '=', id).execute(); // prettier-ignore
    expect(log).toHaveLength(2);
  });

  it('is for managers within their department, and for administrators', async () => {
    const id = fresh();
    expect(await give(chen, id, null, chen)).toMatchObject({ code: 'access.denied' });
    expect(await give(zhao, id, null, lin)).toMatchObject({ code: 'access.denied' });
    await claim(lin, id);
    expect(await give(zhao, id, lin, chen)).toMatchObject({ code: 'access.denied', row: null });
    expect(await lead(lin, id)).toMatchObject({ ownerId: lin.employee.id });
    expect(await give(admin, id, lin, lin)).toMatchObject({ status: 'applied' });
    expect(await give(admin, newId(), null, chen)).toMatchObject({ code: 'not-found' });
  });

  it('leaves it with whoever took it meanwhile, and says who and when; a lead given up meanwhile is given', async () => {
    const [taken, free] = [fresh(), fresh()];
    await claim(chen, taken);
    expect(await give(admin, taken, null, lin)).toMatchObject({ code: 'lead.taken', details: { by: '陈晓', takenAt: noon } }); // prettier-ignore
    await claim(chen, free);
    await does(chen, 'lead.release', { id: free, reason: '暂无需求' });
    expect(await give(admin, free, chen, lin)).toMatchObject({ status: 'applied' });
  });

  it('ends at the hold limit of who gets it, and charges nobody’s day', async () => {
    const { id: companyId } = admin.company;
    const rules = JSON.stringify({ ...defaultPoolRules, claimsPerDay: 1, holdLimit: 3 });
    await cloud.asOwner.insertInto('poolRules').values({ companyId, id: companyId, departmentId: null, version: 1, rules, updatedAt: 1 }).execute(); // prettier-ignore
    const ids = [fresh(), fresh(), fresh(), fresh()];
    const results = await Promise.all(ids.map((id) => give(admin, id, null, zhao)));
    expect(results.map(({ status }) => status).sort()).toEqual(['applied', 'applied', 'applied', 'rejected']);
    expect(results.find(({ code }) => code)).toMatchObject({ code: 'lead.hold-limit', details: { limit: 3, of: zhao.employee.name } }); // prettier-ignore
    await cloud.asOwner.deleteFrom('poolRules').execute();
  });
});

describe('somebody who works here no more', () => {
  const setDisabled = (disabled: boolean) =>
    cloud.as(admin, { method: 'PATCH', url: `/v1/company/employees/${lin.employee.id}`, body: { disabled } });

  it('is known for it by those who see them, gets nothing, and is named', async () => {
    await setDisabled(true);
    const known = (await seenBy<CloudEmployee>(admin, 'employee')).map(({ name, disabled }) => [name, disabled]);
    expect(known).toContainEqual([lin.employee.name, true]);
    expect(known).toContainEqual(['陈晓', undefined]);
    expect(await give(admin, fresh(), null, lin)).toMatchObject({ code: 'lead.receiver-disabled', details: { of: lin.employee.name } }); // prettier-ignore
    // Whom a manager does not see is not told of either.
    expect(await give(zhao, fresh(), null, lin)).toMatchObject({ code: 'access.denied' });
    await setDisabled(false);
  });
});

describe('what managers do to a colleague’s lead', () => {
  const release = (session: CloudSession, id: string, from: CloudSession): Promise<PushResult> =>
    does(session, 'lead.release', { id, from: from.employee.id, reason: '长期未跟进' });

  it('is to give it up for its owner, who then has to wait, unless somebody else has it by then', async () => {
    const [id, moved] = [fresh(), fresh()];
    await claim(chen, id);
    await claim(chen, moved);
    await give(admin, moved, chen, zhao);
    expect(await release(zhao, id, chen)).toMatchObject({ status: 'applied' });
    expect(await lead(chen, id)).toMatchObject({ ownerId: null, pool: 'public', formerOwnerId: chen.employee.id });
    // Said twice it is done once.
    expect(await release(zhao, id, chen)).toMatchObject({ status: 'applied' });
    expect(await release(admin, moved, chen)).toMatchObject({
      code: 'lead.taken',
      details: { by: zhao.employee.name },
    });
    expect(await lead(zhao, moved)).toMatchObject({ ownerId: zhao.employee.id });
    // Without whose it was, it was their own: they do not have it.
    expect(await does(admin, 'lead.release', { id: moved, reason: '暂无需求' })).toMatchObject({ code: 'lead.taken' });
    expect(await lead(zhao, moved)).toMatchObject({ ownerId: zhao.employee.id });
  });

  it.each(['', '  ', recycledReason])('is given up for a reason of a person’s own: %j is none', async (reason) => {
    const id = fresh();
    await claim(chen, id);
    expect(await does(chen, 'lead.release', { id, reason })).toMatchObject({ status: 'rejected', code: 'input.invalid' }); // prettier-ignore
    expect(await lead(chen, id)).toMatchObject({ ownerId: chen.employee.id });
  });

  it('is to edit it, and one that nobody has; agents do neither', async () => {
    const [theirs, free] = [fresh(), fresh()];
    await claim(chen, theirs);
    const patch = (session: CloudSession, id: string): Promise<PushResult> =>
      does(session, 'lead.patch', { id, base: 9, fields: { tags: ['重点'] } });
    expect([await patch(zhao, theirs), await patch(zhao, free)]).toMatchObject([{ status: 'applied' }, { status: 'applied' }]); // prettier-ignore
    expect([await patch(lin, theirs), await patch(lin, free)]).toMatchObject([{ code: 'lead.not-yours' }, { code: 'lead.not-yours' }]); // prettier-ignore
    expect(await release(lin, theirs, chen)).toMatchObject({ code: 'lead.not-yours' });
  });
});

describe('what is written about a lead', () => {
  it('tells its stages as they follow, and nothing where it stays; lists are compared by what is in them', async () => {
    const id = fresh();
    await claim(chen, id);
    const contacts = [{ id: newId(), name: '李四', title: '采购', phone: '+8615400000188', note: '' }];
    await does(chen, 'lead.patch', { id, base: 2, fields: { stage: 'contacted', tags: ['重点'], contacts } });
    const { version } = (await lead(chen, id)) ?? {};
    expect(await does(chen, 'lead.patch', { id, base: 3, fields: { tags: ['重点'], stage: 'contacted', contacts } })).toMatchObject({ status: 'applied' }); // prettier-ignore
    expect(await lead(chen, id)).toMatchObject({ stage: 'contacted', tags: ['重点'], contacts, version });
    await does(chen, 'lead.patch', { id, base: 3, fields: { stage: 'won' } });
    expect((await story(chen, id)).map(({ event }) => event)).toEqual([
      { kind: 'claimed' },
      { kind: 'stage', before: 'new', after: 'contacted' },
      { kind: 'stage', before: 'contacted', after: 'won' },
    ]);
  });

  it('of which two desks wrote the tags keeps the first, and the others as a note', async () => {
    const id = fresh();
    await claim(chen, id);
    await does(chen, 'lead.patch', { id, base: 2, fields: { tags: ['重点'] } });
    expect(await does(zhao, 'lead.patch', { id, base: 2, fields: { tags: ['老客户'] } })).toMatchObject({ status: 'merged' }); // prettier-ignore
    expect(await lead(chen, id)).toMatchObject({ tags: ['重点'] });
    expect((await story(chen, id)).at(-1)).toMatchObject({ employeeName: zhao.employee.name, lost: { tags: ['老客户'] } }); // prettier-ignore
  });
});
