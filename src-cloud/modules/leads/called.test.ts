import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudCall, CloudChange, CloudLead, CloudNote, CloudSession } from '#shared/cloud-contract/contract.ts';
import { newId } from '../../main/system.ts';
import { rowsSeenBy } from '../../testing/read-stream.ts';
import { makeCall, pushCall, startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';

let cloud: TestCloud;
/** Chen and Lin are agents of two departments. */
let chen: CloudSession;
let lin: CloudSession;
let admin: CloudSession;
let leads: CloudLead[];
beforeAll(async () => {
  cloud = await startTestCloud();
  [chen, lin, admin] = await Promise.all([cloud.signIn('chen'), cloud.signIn('lin'), cloud.signIn('admin')]);
  leads = await seenBy<CloudLead>(admin, 'lead');
}, 60_000);
afterAll(() => cloud.close());
const fresh = (): CloudLead => leads.pop() as CloudLead;

async function does(session: CloudSession, type: string, row: object): Promise<void> {
  const body = { deviceId: session.employee.account, ops: [{ opId: newId(), type, row }] };
  const reply = await cloud.as(session, { method: 'POST', url: '/v1/sync/push', body });
  expect(reply.json()).toMatchObject({ results: [{ status: 'applied' }] });
}
const seenBy = <T>(session: CloudSession, type: CloudChange['type']): Promise<T[]> =>
  rowsSeenBy<T>(cloud, session, type);
const storyOf = async (session: CloudSession, { id }: CloudLead): Promise<CloudNote[]> =>
  (await seenBy<CloudNote>(session, 'note')).filter(({ leadId }) => leadId === id);
const stateOf = async ({ id }: CloudLead): Promise<CloudLead> => (await seenBy<CloudLead>(admin, 'lead')).find((one) => one.id === id) as CloudLead; // prettier-ignore
const call = (by: CloudSession, { id, phone }: CloudLead, change: Partial<CloudCall> = {}): CloudCall =>
  makeCall(by.employee.id, { leadId: id, number: phone ?? '', ...change });

describe('a call with a lead', () => {
  it('is told once it is over to everybody who sees the lead, though its record is its person’s alone', async () => {
    const lead = fresh();
    const made = call(chen, lead, { note: '采购周三回来', outcome: 'call-again' });
    await pushCall(cloud, chen, { ...made, endedAt: null, endCause: null, talkMs: null });
    expect(await storyOf(lin, lead)).toEqual([]);
    await pushCall(cloud, chen, { ...made, rev: 2 });
    expect(await storyOf(lin, lead)).toMatchObject([
      {
        ...{ id: made.id, employeeName: '陈晓', text: '采购周三回来', createdAt: made.startedAt },
        event: { kind: 'called', direction: 'outbound', result: 'connected', talkMs: 60_000, outcome: 'call-again' },
      },
    ]);
    expect(await seenBy<CloudCall>(lin, 'call')).toEqual([]);
  });

  it('stands there once: what is said of it later is in its place, and what says nothing new is no news', async () => {
    const lead = fresh();
    const made = call(chen, lead, { answeredAt: null, talkMs: null, endCause: 'no-answer' });
    await pushCall(cloud, chen, made);
    expect((await storyOf(lin, lead))[0]?.event).toEqual({
      kind: 'called',
      direction: 'outbound',
      result: 'no-answer',
    });
    await pushCall(cloud, chen, { ...made, rev: 2, note: '打了三次' });
    expect(await storyOf(lin, lead)).toMatchObject([{ text: '打了三次' }]);
    const entries = () => cloud.asOwner.selectFrom('change').select('seq').where('type', '=', 'note').where('entityId', '=', made.id).execute(); // prettier-ignore
    const before = (await entries()).length;
    await pushCall(cloud, chen, { ...made, rev: 3, note: '打了三次', numberTyped: '154' });
    expect(await entries()).toHaveLength(before);
  });

  it('is the next one’s to read when the lead changes hands, and nobody else’s', async () => {
    const lead = fresh();
    await does(chen, 'lead.claim', { id: lead.id });
    await pushCall(cloud, chen, call(chen, lead, { note: '报价已发' }));
    expect(await storyOf(lin, lead)).toEqual([]);
    await does(admin, 'lead.assign', { id: lead.id, from: chen.employee.id, to: lin.employee.id });
    const told = (await storyOf(lin, lead)).filter(({ event }) => event?.kind === 'called');
    expect(told).toMatchObject([{ employeeName: '陈晓', text: '报价已发' }]);
    expect(await storyOf(chen, lead)).toEqual([]);
  });

  it('is not told of a lead that is somebody else’s by whoever has not called it, nor of one that is deleted', async () => {
    const [lead, deleted] = [fresh(), fresh()];
    await does(lin, 'lead.claim', { id: lead.id });
    await pushCall(cloud, chen, call(chen, lead, { number: '+8615400009999' }));
    expect(await storyOf(admin, lead)).toMatchObject([{ event: { kind: 'claimed' } }]);
    // The lead was taken while it was called.
    await pushCall(cloud, chen, call(chen, lead));
    expect((await storyOf(lin, lead)).map(({ event }) => event?.kind)).toEqual(['claimed', 'called']);
    // So it was on the number of another contact.
    const contacts = [{ id: newId(), name: '王采购', title: '', phone: '+8615400008888', note: '' }];
    await does(lin, 'lead.patch', { id: lead.id, base: (await stateOf(lead)).version, fields: { contacts } });
    await pushCall(cloud, chen, call(chen, lead, { number: '+8615400008888' }));
    expect((await storyOf(lin, lead)).map(({ event }) => event?.kind)).toEqual(['claimed', 'called', 'called']);
    await does(admin, 'lead.delete', { id: deleted.id, reason: '' });
    await pushCall(cloud, chen, call(chen, deleted));
    expect(await cloud.asOwner.selectFrom('note').select('id').where('leadId', '=', deleted.id).execute()).toEqual([]);
  });
});
