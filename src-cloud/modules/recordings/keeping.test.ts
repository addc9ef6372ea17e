import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { sendRecording } from '../../testing/marked-rows.ts';
import { makeCall, pushCall, startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';
import { purgeRecordings, sweepUploads } from './index.ts';

const day = 24 * 60 * 60_000;
const clock = new ManualClock(Date.now());
let cloud: TestCloud;
let chen: CloudSession;
let admin: CloudSession;
beforeAll(async () => {
  cloud = await startTestCloud({ clock });
});
afterAll(() => cloud.close());

/** Access tokens live for a quarter of an hour. */
async function signIn(): Promise<void> {
  chen = await cloud.signIn('chen');
  admin = await cloud.signIn('admin');
}
async function record(): Promise<string> {
  const call = makeCall(chen.employee.id, { customerName: '示例市恒辉建材有限公司' });
  await pushCall(cloud, chen, call);
  return sendRecording(cloud, chen, call.id, randomBytes(100));
}
const company = async (request: InjectOptions, status = 200): Promise<never> => {
  const reply = await cloud.as(admin, { ...request, url: `/v1/company/recordings${String(request.url)}` });
  expect([reply.statusCode, reply.body]).toEqual([status, reply.body]);
  return reply.json<never>();
};
const setRule = (keepDays: number | null) => company({ method: 'PUT', url: '/rule', body: { keepDays } });
const play = async (id: string) => (await cloud.as(chen, { url: `/v1/recordings/${id}/file` })).statusCode;
const files = () => readdir(join(cloud.deps.recordingsDir, chen.company.id));
const rowOf = (id: string) =>
  cloud.asOwner.selectFrom('recording').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const purges = () =>
  cloud.asOwner
    .selectFrom('audit')
    .select(['employeeId', 'entityType', 'entityId', 'details'])
    .where('action', '=', 'recording.purged')
    .orderBy('id')
    .execute();
const actions = async (): Promise<string[]> =>
  (await cloud.asOwner.selectFrom('audit').select('action').where('employeeId', '=', admin.employee.id).orderBy('id').execute())
    .map(({ action }) => String(action)).filter((action) => action.startsWith('recording.')); // prettier-ignore

describe('how long recordings are kept', () => {
  it('is for ever until somebody says otherwise; then what is due goes, and its desks are told', async () => {
    await signIn();
    const [old, held] = [await record(), await record()];
    await company({ method: 'PUT', url: `/${held}/hold`, body: { reason: '客户投诉' } });
    clock.advance(40 * day);
    await signIn();
    const fresh = await record();
    expect(await purgeRecordings(cloud.deps)).toBe(0);

    expect(await company({ url: '/rule?keepDays=30' })).toEqual({ keepDays: null, due: 1 });
    await setRule(30);
    const before = await cloud.as(chen, { url: '/v1/changes?after=0' }).then((reply) => reply.json<{ next: number }>());
    expect(await purgeRecordings(cloud.deps)).toBe(1);
    expect([await play(old), await play(held), await play(fresh)]).toEqual([410, 200, 200]);
    expect((await files()).sort()).toEqual([held, fresh].sort());
    const after = await cloud.as(chen, { url: `/v1/changes?after=${before.next}` });
    // Desks that have a copy are to take it away.
    expect(after.json()).toMatchObject({
      changes: [{ type: 'recording', id: old, row: { state: 'purged' } }],
      hidden: 0,
    });
    expect(await purgeRecordings(cloud.deps)).toBe(0);
    // Once, by nobody of the company, and of whom the recording was it does not say.
    const stored = Number((await rowOf(old)).storedAt);
    expect(await purges()).toEqual([
      {
        employeeId: chen.company.id,
        entityType: 'company',
        entityId: chen.company.id,
        details: { after: { count: 1, keepDays: 30, oldest: stored, newest: stored } },
      },
    ]);

    // A desk that sends it once more has done its part.
    const row = await rowOf(old);
    const fields = { recordingId: old, callId: row.callId, sha256: row.sha256, durationMs: String(row.durationMs) };
    const metadata = Object.entries(fields).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`).join(','); // prettier-ignore
    const headers = { 'upload-length': String(row.bytes), 'upload-metadata': metadata };
    expect((await cloud.as(chen, { method: 'POST', url: '/v1/recordings/upload', headers })).statusCode).toBe(201);
    expect((await files()).sort()).toEqual([held, fresh].sort());

    expect(await company({ url: '/holds' })).toMatchObject({
      holds: [{ id: held, reason: '客户投诉', heldByName: '周敏', employeeName: '陈晓', customerName: '示例市恒辉建材有限公司' }],
    }); // prettier-ignore
    await company({ method: 'DELETE', url: `/${held}/hold` });
    await company({ method: 'DELETE', url: `/${held}/hold` }, 404);
    expect(await purgeRecordings(cloud.deps)).toBe(1);
    await company({ method: 'PUT', url: `/${held}/hold`, body: { reason: '太晚了' } }, 410);
    expect(await actions()).toEqual(['recording.held', 'recording.rule-changed', 'recording.released']);
    await setRule(null);
  });

  it('is told in the audit log for each transaction, with the oldest and the newest of them', async () => {
    await signIn();
    const ids = [await record(), await record()];
    const day0 = clock.now();
    for (const [index, id] of ids.entries())
      await cloud.asOwner
        .updateTable('recording')
        .set({ storedAt: day0 + index * 1000 })
        .where('id', '=', id)
        .execute();
    clock.advance(91 * day);
    await signIn();
    await setRule(90);
    const known = (await purges()).length;
    await purgeRecordings(cloud.deps);
    const told = (await purges()).slice(known).map(({ details }) => details);
    expect(told).toMatchObject([{ after: { keepDays: 90, newest: day0 + 1000 } }]);
    await purgeRecordings(cloud.deps);
    expect(await purges()).toHaveLength(known + 1);
    await setRule(null);
  });

  it('goes on where it was cut: what nobody hears any more, and its file', async () => {
    await signIn();
    const id = await record();
    await cloud.asOwner.updateTable('recording').set({ purgedAt: clock.now() }).where('id', '=', id).execute();
    expect(await files()).toContain(id);
    expect(await purgeRecordings(cloud.deps)).toBe(1);
    expect(await files()).not.toContain(id);
  });

  it('never takes one that is held in the same moment', async () => {
    await signIn();
    const id = await record();
    clock.advance(40 * day);
    await signIn();
    await setRule(30);
    // The hold is under way, and has the row: as two servers at once.
    const [taken, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holding = cloud.asOwner.transaction().execute(async (tx) => {
      await sql`SELECT set_config('jinhu.owner', 'on', true)`.execute(tx);
      await tx.updateTable('recording').set({ heldAt: 1, heldBy: 'x', holdReason: 'x' }).where('id', '=', id).execute();
      taken.resolve();
      await release.promise;
    });
    await taken.promise;
    const purging = purgeRecordings(cloud.deps);
    release.resolve();
    await holding;
    await purging;
    await purgeRecordings(cloud.deps);
    expect(await play(id)).toBe(200);
    await setRule(null);
  });
});

describe('what does not have the promised hash', () => {
  it('is set aside for 30 days, and told in the audit log', async () => {
    await signIn();
    const call = makeCall(chen.employee.id);
    await pushCall(cloud, chen, call);
    const [id, wrong] = [cloud.deps.newId(), randomBytes(50)];
    const sha256 = createHash('sha256').update('what was promised').digest('hex');
    const fields = { recordingId: id, callId: call.id, sha256, durationMs: '1' };
    const metadata = Object.entries(fields).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`).join(','); // prettier-ignore
    const url = '/v1/recordings/upload';
    await cloud.as(chen, { method: 'POST', url, headers: { 'upload-length': '50', 'upload-metadata': metadata } });
    const headers = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
    expect((await cloud.as(chen, { method: 'PATCH', url: `${url}/${id}`, headers, payload: wrong })).statusCode).toBe(
      460,
    );
    const aside = join(cloud.deps.recordingsDir, 'quarantine', chen.company.id);
    const now = clock.now();
    expect(await readdir(aside)).toEqual([`${id}.${now}`]);
    const told = await cloud.asOwner.selectFrom('audit').select('details').where('entityId', '=', id).execute();
    expect(told).toEqual([{ details: { after: { bytes: 50 } } }]);
    await mkdir(aside, { recursive: true });
    await writeFile(join(aside, `other.${now + day}`), 'x');
    clock.advance(30 * day + 1);
    expect(await sweepUploads(cloud.deps)).toBe(1);
    expect(await readdir(aside)).toEqual([`other.${now + day}`]);
  });
});
