import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { CloudSession, PushResult } from '#shared/cloud-contract/contract.ts';
import { pruneHistory } from '../../app/prune-history.ts';
import { ourSchema } from '../../database/database.ts';
import { newId } from '../../main/system.ts';
import { readStream, type ChangesPage } from '../../testing/read-stream.ts';
import { makeCall, pushCall, startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';
import { answersKeptMs } from '../sync/index.ts';

const dayMs = 86_400_000;
const changesMs = 30 * dayMs;

let cloud: TestCloud;
let clock: ManualClock;
let chen: CloudSession;
let admin: CloudSession;
let companyId: string;
beforeAll(async () => {
  clock = new ManualClock(Date.now());
  cloud = await startTestCloud({ clock });
  await later(0);
  companyId = admin.company.id;
});
afterAll(() => cloud.close());

/** Sessions are shorter than that. */
async function later(ms: number): Promise<void> {
  clock.advance(ms);
  [chen, admin] = [await cloud.signIn('chen'), await cloud.signIn('admin')];
}
const prune = (): Promise<void> => pruneHistory(cloud.deps, { changesMs, graceMs: 0 });

const pull = async (session: CloudSession, after = 0, limit = 500): Promise<ChangesPage> =>
  (await cloud.as(session, { url: `/v1/changes?after=${after}&limit=${limit}` })).json();

const readOn = (session: CloudSession, after = 0, limit = 500) => readStream(cloud, session, after, limit);

const seqs = async (): Promise<number[]> =>
  (await cloud.asOwner.selectFrom('change').select('seq').where('companyId', '=', companyId).orderBy('seq').execute()).map(({ seq }) => seq); // prettier-ignore

async function does(session: CloudSession, type: string, row: object, more: object = {}): Promise<PushResult> {
  const ops = [{ opId: newId(), type, row, first: true, ...more }];
  const reply = await cloud.as(session, { method: 'POST', url: '/v1/sync/push', body: { deviceId: 'd', ops } });
  return reply.json<{ results: PushResult[] }>().results[0] as PushResult;
}
const anyLead = async (): Promise<string> =>
  (await cloud.asOwner.selectFrom('lead').select('id').where('companyId', '=', companyId).where('deletedAt', 'is', null).executeTakeFirstOrThrow()).id; // prettier-ignore
const lateCall = async (): Promise<void> => pushCall(cloud, chen, makeCall(chen.employee.id));

describe('pruning', () => {
  it('waits until no server can be beside that does not count what is gone, and shuts such servers out then', async () => {
    const before = await seqs();
    const call = makeCall(chen.employee.id);
    for (const rev of [1, 2]) await pushCall(cloud, chen, { ...call, rev });
    await later(6 * dayMs);
    await pruneHistory(cloud.deps, { changesMs: 0 });
    expect((await seqs()).length).toBe(before.length + 2);
    const older = Object.fromEntries(Object.entries(ourSchema.migrations).filter(([name]) => name < '0027'));
    const fit = (): Promise<string> => cloud.deps.db.schemaFit({ migrations: older, oldestServer: '0010-cloud-facts' });
    expect(await fit()).toBe('ok');
    await later(2 * dayMs);
    await pruneHistory(cloud.deps, { changesMs: 0 });
    expect(await fit()).toBe('from-the-future');
    await expect(cloud.deps.db.schemaFit()).resolves.toBe('ok');
    expect((await seqs()).length).toBeLessThan(before.length + 2);
  });

  it('takes what is followed by a later one, shows everybody the same rows, and every page proves that it is whole', async () => {
    const call = makeCall(chen.employee.id);
    for (const rev of [1, 2, 3, 4]) await pushCall(cloud, chen, { ...call, rev });
    await later(changesMs + 1);
    const young = makeCall(chen.employee.id);
    for (const rev of [1, 2]) await pushCall(cloud, chen, { ...young, rev });
    const [mine, all, entries] = [await readOn(chen), await readOn(admin), await seqs()];
    await prune();
    const left = await seqs();
    expect(entries.length - left.length).toBeGreaterThanOrEqual(3);
    for (const limit of [1, 2, 7, 500]) {
      expect((await readOn(chen, 0, limit)).ids).toEqual(mine.ids);
      expect((await readOn(admin, 0, limit)).ids).toEqual(all.ids);
    }
    // From any number on, also one that is gone.
    for (let after = 0; after <= all.next; after += 1) await readOn(admin, after);
    // Of the young one both are there.
    expect(left.slice(-2)).toEqual([all.next - 1, all.next]);
    expect((await readOn(admin)).floor).toBe(0);
    await prune();
    expect(await seqs()).toEqual(left);
  });

  it('takes deleted leads along with their notes, and says up to where deletions are not told any more', async () => {
    const lead = await anyLead();
    await does(admin, 'note.add', { id: newId(), leadId: lead, text: 'x', createdAt: 1 });
    const { next: before } = await readOn(admin);
    await does(admin, 'lead.delete', { id: lead, reason: '' });
    const deletedAt = (await readOn(admin)).next;
    await later(changesMs + 1);
    // Nothing came behind: the newest entry carries what went before it.
    await prune();
    expect(await readOn(admin, before)).toMatchObject({ ids: new Map([[`lead ${lead}`, false]]), floor: 0 });
    await lateCall();
    await later(changesMs + 1);
    await prune();
    const after = await readOn(admin, before);
    expect([after.ids.has(`lead ${lead}`), after.floor]).toEqual([false, deletedAt]);
    for (const table of ['lead', 'note'] as const)
      expect(await cloud.asOwner.selectFrom(table).select('id').where(table === 'lead' ? 'id' : 'leadId' as never, '=', lead as never).execute()).toEqual([]); // prettier-ignore
    expect(await does(admin, 'lead.claim', { id: lead })).toMatchObject({ code: 'not-found' });
    await readOn(chen);
  });

  it('does not hide what is really lost', async () => {
    await lateCall();
    await lateCall();
    const { next } = await readOn(admin);
    await cloud.asOwner
      .deleteFrom('change')
      .where('companyId', '=', companyId)
      .where('seq', '=', next - 1)
      .execute();
    await later(changesMs + 1);
    await lateCall();
    await prune();
    const page = await pull(admin, next - 3);
    expect(page.next - (next - 3) - page.changes.length - (page.hidden ?? 0)).toBe(1);
  });

  it('by several processes at once, while others write, counts each number once', async () => {
    const calls = Array.from({ length: 5 }, () => makeCall(chen.employee.id));
    for (const rev of [1, 2, 3]) for (const call of calls) await pushCall(cloud, chen, { ...call, rev });
    await later(changesMs + 1);
    const { next } = await pull(admin, 1e9);
    const writing = (async () => {
      for (const call of calls) await pushCall(cloud, chen, { ...call, rev: 4 });
    })();
    await Promise.all([prune(), prune(), prune(), writing]);
    await prune();
    // From behind the entry that the test before has lost.
    expect((await readOn(admin, next - 10)).next).toBe(next + 5);
    expect((await seqs()).filter((seq) => seq > next - 15 && seq <= next)).toEqual([]);
  });
});

describe('answers to operations', () => {
  it('are forgotten after half a year; what may have been done then is refused, not done again', async () => {
    const lead = await anyLead();
    const opId = uuidOf(clock.now());
    const release = (more: object = {}) =>
      does(chen, 'lead.release', { id: lead, reason: 'x' }, { opId, first: undefined, ...more });
    await does(chen, 'lead.claim', { id: lead });
    expect(await release({ first: true })).toMatchObject({ status: 'applied' });
    await later(answersKeptMs);
    await does(chen, 'lead.claim', { id: lead });
    await prune();
    expect(await release()).toMatchObject({ status: 'applied' });
    await later(1);
    await prune();
    expect(await cloud.asOwner.selectFrom('appliedOp').select('opId').where('opId', '=', opId).execute()).toEqual([]);
    expect(await release()).toMatchObject({ status: 'rejected', code: 'sync.too-old', row: { ownerId: chen.employee.id } }); // prettier-ignore
  });

  it('of a desk whose clock is ahead are kept as long as its clock says', async () => {
    const opId = uuidOf(clock.now() + 90 * dayMs);
    const lead = await anyLead();
    await does(chen, 'lead.claim', { id: lead }, { opId });
    await later(answersKeptMs + 1);
    await prune();
    expect(await cloud.asOwner.selectFrom('appliedOp').select('opId').where('opId', '=', opId).execute()).toHaveLength(1); // prettier-ignore
  });

  it('are not needed by what was never sent, nor by what says the same however often it is said', async () => {
    const old = (): object => ({ opId: uuidOf(clock.now() - answersKeptMs - 1), first: undefined });
    const lead = await anyLead();
    const note = { id: newId(), leadId: lead, text: 'x', createdAt: 1 };
    expect(await does(chen, 'lead.claim', { id: lead }, old())).toMatchObject({ code: 'sync.too-old' });
    expect(await does(chen, 'lead.claim', { id: lead }, { ...old(), first: true })).toMatchObject({
      status: 'applied',
    });
    for (let times = 0; times < 2; times += 1)
      expect(await does(chen, 'note.add', note, old())).toMatchObject({ status: 'applied' });
    expect(await does(chen, 'call.put', makeCall(chen.employee.id), old())).toMatchObject({ status: 'applied' });
  });
});

/** A UUIDv7 of that time. */
function uuidOf(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${newId().slice(13)}`;
}
