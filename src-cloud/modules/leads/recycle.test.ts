import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { CloudCall, CloudLead, CloudNote, CloudSession, PushResult } from '#shared/cloud-contract/contract.ts';
import { defaultPoolRules, type PoolRules } from '#shared/domain/pool-rules.ts';
import { newId } from '../../main/system.ts';
import { rowsSeenBy } from '../../testing/read-stream.ts';
import { makeCall, startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';
import { recycleLeads } from './index.ts';

const dayMs = 86_400_000;
/** Noon in Beijing. */
const noon = Date.UTC(2026, 10, 23, 4, 0, 0);

let cloud: TestCloud;
let clock: ManualClock;
let chen: CloudSession;
let lin: CloudSession;
let admin: CloudSession;
/** Leads that nobody has touched yet. */
let untouched: string[];
beforeAll(async () => {
  clock = new ManualClock(noon);
  cloud = await startTestCloud({ clock });
  await later(0);
  untouched = (await rowsSeenBy<CloudLead>(cloud, admin, 'lead')).map(({ id }) => id);
}, 60_000);
afterAll(() => cloud.close());
beforeEach(async () => {
  await cloud.asOwner.updateTable('lead').set({ ownerId: null }).where('ownerId', 'is not', null).execute();
  await cloud.asOwner.deleteFrom('audit').where('action', '=', 'lead.recycled').execute();
});

/** Sessions are shorter than a day. */
async function later(ms: number): Promise<void> {
  clock.advance(ms);
  [chen, lin, admin] = await Promise.all([cloud.signIn('chen'), cloud.signIn('lin'), cloud.signIn('admin')]);
}
async function setRules(rules: Partial<PoolRules>, id = admin.company.id): Promise<void> {
  const url = `/v1/company/pool-rules/${id}`;
  await cloud.as(admin, { method: 'DELETE', url });
  const reply = await cloud.as(admin, { method: 'PUT', url, body: { ...defaultPoolRules, ...rules, base: 0 } });
  if (reply.statusCode !== 200) throw new Error(reply.body);
}
async function does(session: CloudSession, type: string, row: object): Promise<PushResult> {
  const body = { deviceId: `device-of-${session.employee.account}`, ops: [{ opId: newId(), type, row }] };
  const reply = await cloud.as(session, { method: 'POST', url: '/v1/sync/push', body });
  return reply.json<{ results: PushResult[] }>().results[0] as PushResult;
}
async function claimed(session: CloudSession, count: number): Promise<string[]> {
  const ids = untouched.splice(0, count);
  for (const id of ids) expect(await does(session, 'lead.claim', { id })).toMatchObject({ status: 'applied' });
  return ids;
}
const note = (session: CloudSession, leadId = '') =>
  does(session, 'note.add', { id: newId(), leadId, text: '已沟通', createdAt: clock.now() });
const called = (session: CloudSession, leadId = '', change: Partial<CloudCall> = {}) =>
  does(session, 'call.put', makeCall(session.employee.id, { ...change, leadId }));
const now = async (session: CloudSession, lead = ''): Promise<CloudLead | undefined> =>
  (await rowsSeenBy<CloudLead>(cloud, session, 'lead')).find(({ id }) => id === lead);
const owned = async (): Promise<string[]> =>
  (await cloud.asOwner.selectFrom('lead').select('id').where('ownerId', 'is not', null).execute()).map(({ id }) => id);
const written = () =>
  cloud.asOwner.selectFrom('audit').select(['entityType', 'details']).where('action', '=', 'lead.recycled').execute();

describe('taking leads back', () => {
  it('counts from the last note or answered call; ringing in vain keeps nothing', async () => {
    await setRules({ idleDays: 3 });
    const leads = await claimed(chen, 4);
    const [silent, noted, answered, inVain] = leads;
    const talk = makeCall(chen.employee.id);
    const goneOn: Record<string, number> = {};
    for (let day = 1; day <= 8; day += 1) {
      await later(dayMs);
      if (day === 2) await note(chen, noted);
      if (day === 3) await called(chen, answered, talk);
      // What is written of a call afterwards is no new one.
      if (day === 5) await called(chen, answered, { ...talk, rev: 2, note: '补记' });
      if (day === 3) await called(chen, inVain, { answeredAt: null, talkMs: null });
      await recycleLeads(cloud.deps);
      const left = await owned();
      for (const id of leads) if (!left.includes(id)) goneOn[id] ??= day;
    }
    // Noon of day 0 and three days: the midnight before day 4.
    expect(goneOn).toEqual({ [silent ?? '']: 4, [noted ?? '']: 6, [answered ?? '']: 7, [inVain ?? '']: 4 });
    expect(await recycleLeads(cloud.deps)).toBe(0);
  });

  it('is the same as giving up: everybody sees the lead with its notes, and who had it waits', async () => {
    await setRules({ idleDays: 1, formerOwnerDays: 5 });
    const [lead] = await claimed(chen, 1);
    await note(chen, lead);
    expect(await now(lin, lead)).toBeUndefined();
    await later(2 * dayMs);
    expect(await recycleLeads(cloud.deps)).toBe(1);
    const row = { ownerId: null, pool: 'public', releaseReason: 'recycled', formerOwnerId: chen.employee.id };
    expect(await now(lin, lead)).toMatchObject({ ...row, releasedAt: clock.now() });
    const story = (await rowsSeenBy<CloudNote>(cloud, lin, 'note')).filter(({ leadId }) => leadId === lead);
    // Of the one who lost it to the rule.
    const lost = { employeeId: chen.employee.id, event: { kind: 'released', reason: 'recycled' } };
    expect(story).toMatchObject([{ event: { kind: 'claimed' } }, { text: expect.not.stringMatching(/^$/) }, lost]);
    const nextAt = clock.now() + 5 * dayMs;
    expect(await does(chen, 'lead.claim', { id: lead })).toMatchObject({ code: 'lead.former-owner', details: { nextAt } }); // prettier-ignore
    expect(await does(lin, 'lead.claim', { id: lead })).toMatchObject({ status: 'applied' });
    expect(await written()).toEqual([{ entityType: 'company', details: { after: { count: 1 } } }]);
  });

  it('loses nothing of what its owner did offline: it is taken, or refused with the lead as it is now', async () => {
    await setRules({ idleDays: 1 });
    const [lead] = await claimed(chen, 1);
    await later(2 * dayMs);
    await recycleLeads(cloud.deps);
    expect(await called(chen, lead)).toMatchObject({ status: 'applied' });
    expect(await note(chen, lead)).toMatchObject({ status: 'applied' });
    expect(await does(chen, 'lead.patch', { id: lead, base: 9, fields: { region: '示例市' } })).toMatchObject({
      status: 'rejected',
      code: 'lead.not-yours',
      row: { id: lead, ownerId: null, releaseReason: 'recycled' },
    });
    expect(await does(chen, 'lead.release', { id: lead, reason: '暂无需求' })).toMatchObject({ status: 'applied' });
    await does(lin, 'lead.claim', { id: lead });
    expect(await note(chen, lead)).toMatchObject({ status: 'rejected', code: 'lead.not-yours' });
  });

  it('goes by the rules of the owner’s department, spares what is new, and 有意向 where the rule says so', async () => {
    const { departmentId } = await cloud.asOwner.selectFrom('employee').select('departmentId').where('id', '=', chen.employee.id).executeTakeFirstOrThrow(); // prettier-ignore
    await setRules({});
    await setRules({ idleDays: 1, newLeadDays: 20, keepInterested: true }, departmentId ?? '');
    const [other] = await claimed(lin, 1);
    const [old, fresh, interested] = await claimed(chen, 3);
    await cloud.asOwner.updateTable('lead').set({ createdAt: noon - 30 * dayMs }).where('id', '!=', fresh ?? '').execute(); // prettier-ignore
    await cloud.asOwner.updateTable('lead').set({ createdAt: clock.now() }).where('id', '=', fresh ?? '').execute();
    await called(chen, interested, { outcome: 'interested' });
    await later(5 * dayMs);
    expect(await recycleLeads(cloud.deps)).toBe(1);
    expect((await owned()).sort()).toEqual([other, fresh, interested].sort());
    expect(await now(lin, old)).toMatchObject({ ownerId: null });
    await cloud.as(admin, { method: 'DELETE', url: `/v1/company/pool-rules/${departmentId}` });
  });

  it('by two servers at once, one of which dies between, takes each lead once, a few in a transaction', async () => {
    await setRules({ heldDays: 1 });
    const ids = await claimed(chen, 50);
    const version = async (): Promise<number[]> =>
      (await cloud.asOwner.selectFrom('lead').select('version').where('id', 'in', ids).execute()).map((one) => one.version); // prettier-ignore
    const before = await version();
    await later(3 * dayMs);
    // An entry of each of the first twenty leads, and of the log.
    let left = 21;
    const dying = { ...cloud.deps, newId: () => (left-- > 0 ? newId() : (undefined as never)) };
    await expect(recycleLeads(dying)).rejects.toThrow();
    expect(await owned()).toHaveLength(30);
    const both = await Promise.all([recycleLeads(cloud.deps), recycleLeads(cloud.deps)]);
    expect([both[0] + both[1], await owned()]).toEqual([30, []]);
    expect((await version()).sort()).toEqual(before.map((one) => one + 1).sort());
    const counts = (await written()).map(({ details }) => Number(details?.after?.['count']));
    expect([counts.reduce((sum, one) => sum + one, 0), Math.max(...counts)]).toEqual([50, 20]);
  });

  it('waits for nobody: a lead that is being written to is taken at the next turn', async () => {
    await setRules({ idleDays: 1 });
    const [busy, idle] = await claimed(chen, 2);
    await later(2 * dayMs);
    await cloud.asOwner.transaction().execute(async (tx) => {
      await tx.selectFrom('lead').select('id').where('id', '=', busy ?? '').forUpdate().execute();
      expect(await recycleLeads(cloud.deps)).toBe(1);
      expect(await owned()).toEqual([busy]);
    });
    expect(await now(lin, idle)).toMatchObject({ ownerId: null });
    expect(await recycleLeads(cloud.deps)).toBe(1);
  });
}); // prettier-ignore
