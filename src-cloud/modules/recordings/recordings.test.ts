import { createHash, randomBytes } from 'node:crypto';
import { readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { newId } from '../../main/system.ts';
import { makeCall, pushCall, startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';

let cloud: TestCloud;
let chen: CloudSession;
let lin: CloudSession;
beforeAll(async () => {
  cloud = await startTestCloud();
  chen = await cloud.signIn('chen');
  lin = await cloud.signIn('lin');
}, 60_000);
afterAll(() => cloud.close());

interface Plan {
  recordingId: string;
  callId: string;
  sha256: string;
  durationMs: string;
}
const root = '/v1/recordings/upload';
const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const metadata = (plan: object) =>
  Object.entries(plan)
    .map(([name, value]) => `${name} ${Buffer.from(String(value)).toString('base64')}`)
    .join(',');
const create = (session: CloudSession, plan: Plan, length: number) =>
  cloud.as(session, {
    method: 'POST',
    url: root,
    headers: { 'tus-resumable': '1.0.0', 'upload-length': String(length), 'upload-metadata': metadata(plan) },
  });
const patch = (session: CloudSession, id: string, offset: number, payload: Buffer) =>
  cloud.as(session, {
    method: 'PATCH',
    url: `${root}/${id}`,
    payload,
    headers: {
      'tus-resumable': '1.0.0',
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
    },
  });
const head = (session: CloudSession, id: string) => cloud.as(session, { method: 'HEAD', url: `${root}/${id}` });
const codeOf = (reply: { json(): { error?: { code: string } } }) => reply.json().error?.code;

async function planFor(session: CloudSession, bytes: Buffer): Promise<Plan> {
  const row = makeCall(session.employee.id);
  await pushCall(cloud, session, row);
  return { recordingId: newId(), callId: row.id, sha256: hashOf(bytes), durationMs: '60000' };
}

describe('upload', () => {
  it('arrives in pieces, is verified, and is told to the desks', async () => {
    const bytes = randomBytes(10_000);
    const plan = await planFor(chen, bytes);
    const id = plan.recordingId;
    const created = await create(chen, plan, bytes.length);
    expect([created.statusCode, created.headers['location']]).toEqual([201, `${root}/${id}`]);
    expect((await patch(chen, id, 0, bytes.subarray(0, 4000))).headers['upload-offset']).toBe('4000');
    expect((await create(chen, plan, bytes.length)).statusCode).toBe(201);
    const where = await head(chen, id);
    expect([where.headers['upload-offset'], where.headers['upload-length']]).toEqual(['4000', '10000']);
    expect((await patch(chen, id, 4000, bytes.subarray(4000))).statusCode).toBe(204);
    const stream = await cloud.as(chen, { url: '/v1/changes?after=200' });
    const { changes } = stream.json<{ changes: { type: string; id: string; row: unknown }[] }>();
    const told = changes.find((change) => change.type === 'recording' && change.id === id);
    const expected = { id, callId: plan.callId, employeeId: chen.employee.id, state: 'stored', sha256: plan.sha256, bytes: 10_000, durationMs: 60_000 }; // prettier-ignore
    expect(told?.row).toMatchObject(expected);
    // Lost the last reply? Asking again is fine.
    expect((await create(chen, plan, bytes.length)).statusCode).toBe(201);
    expect((await head(chen, id)).headers['upload-offset']).toBe('10000');
    expect((await patch(chen, id, 10_000, Buffer.alloc(0))).statusCode).toBe(204);
    const folder = join(cloud.deps.recordingsDir, chen.company.id);
    expect([await readdir(folder), (await stat(join(folder, id))).mode & 0o777]).toEqual([[id], 0o600]);
  });

  it('discards what does not have the promised hash, and takes it again', async () => {
    const bytes = randomBytes(5000);
    const plan = await planFor(chen, bytes);
    await create(chen, plan, bytes.length);
    const damaged = await patch(chen, plan.recordingId, 0, randomBytes(5000));
    expect([damaged.statusCode, codeOf(damaged)]).toEqual([460, 'recording.damaged']);
    expect((await head(chen, plan.recordingId)).statusCode).toBe(404);
    await create(chen, plan, bytes.length);
    expect((await patch(chen, plan.recordingId, 0, bytes)).statusCode).toBe(204);
  });

  it('refuses a wrong offset and says the right one; refuses bytes beyond the end', async () => {
    const bytes = randomBytes(3000);
    const plan = await planFor(chen, bytes);
    await create(chen, plan, bytes.length);
    await patch(chen, plan.recordingId, 0, bytes.subarray(0, 1000));
    const wrong = await patch(chen, plan.recordingId, 500, bytes.subarray(500));
    expect(wrong.json()).toEqual({ error: { code: 'sync.conflict', details: { offset: 1000 } } });
    expect(codeOf(await patch(chen, plan.recordingId, 1000, randomBytes(2500)))).toBe('input.invalid');
  });

  it('finishes after the cloud died between the last byte and the row', async () => {
    const bytes = randomBytes(2000);
    const plan = await planFor(chen, bytes);
    await create(chen, plan, bytes.length);
    await patch(chen, plan.recordingId, 0, bytes.subarray(0, 1999));
    const path = join(cloud.deps.recordingsDir, chen.company.id, plan.recordingId);
    // As the dead cloud left it: all bytes there, under the final name already, no row.
    await writeFile(`${path}.part`, bytes);
    await rename(`${path}.part`, path);
    expect((await head(chen, plan.recordingId)).headers['upload-offset']).toBe('2000');
    expect((await patch(chen, plan.recordingId, 2000, Buffer.alloc(0))).statusCode).toBe(204);
    expect((await cloud.as(chen, { url: `/v1/recordings/${plan.recordingId}/file` })).rawPayload.equals(bytes)).toBe(
      true,
    );
  });

  it('belongs to its sender, for a call of their own that is here', async () => {
    const bytes = randomBytes(1000);
    const plan = await planFor(chen, bytes);
    expect(codeOf(await create(chen, { ...plan, callId: newId() }, 1000))).toBe('not-found');
    expect(codeOf(await create(lin, plan, 1000))).toBe('access.denied');
    await create(chen, plan, 1000);
    expect((await head(lin, plan.recordingId)).statusCode).toBe(404);
    expect(codeOf(await patch(lin, plan.recordingId, 0, bytes))).toBe('not-found');
    expect((await cloud.as(lin, { method: 'DELETE', url: `${root}/${plan.recordingId}` })).statusCode).toBe(404);
    expect(codeOf(await create(chen, { ...plan, sha256: 'b'.repeat(64) }, 1000))).toBe('sync.conflict');
    expect((await cloud.as(chen, { method: 'DELETE', url: `${root}/${plan.recordingId}` })).statusCode).toBe(204);
    expect((await head(chen, plan.recordingId)).statusCode).toBe(404);
  });

  it.each([
    ['201 MB', { length: 201 * 1024 * 1024 }],
    ['no id', { plan: { recordingId: '../../x' } }],
    ['no hash', { plan: { sha256: 'zz' } }],
  ])('refuses a plan with %s', async (_, changes: { length?: number; plan?: Partial<Plan> }) => {
    const plan = { recordingId: newId(), callId: newId(), sha256: 'a'.repeat(64), durationMs: '1', ...changes.plan };
    const reply = await create(chen, plan, changes.length ?? 1000);
    expect([reply.statusCode, codeOf(reply)]).toEqual([400, 'input.invalid']);
  });
});

describe('playback', () => {
  it('answers ranges, and notes one playback per person however many ranges', async () => {
    const bytes = randomBytes(8000);
    const plan = await planFor(chen, bytes);
    await create(chen, plan, bytes.length);
    await patch(chen, plan.recordingId, 0, bytes);
    const zhao = await cloud.signIn('zhao');
    const url = `/v1/recordings/${plan.recordingId}/file`;
    const whole = await cloud.as(zhao, { url });
    expect([whole.statusCode, whole.headers['accept-ranges'], whole.rawPayload.equals(bytes)]).toEqual([
      200,
      'bytes',
      true,
    ]);
    const part = await cloud.as(zhao, { url, headers: { range: 'bytes=100-199' } });
    expect([part.statusCode, part.headers['content-range']]).toEqual([206, 'bytes 100-199/8000']);
    expect(part.rawPayload.equals(bytes.subarray(100, 200))).toBe(true);
    const beyond = await cloud.as(zhao, { url, headers: { range: 'bytes=8000-' } });
    expect([beyond.statusCode, beyond.headers['content-range']]).toEqual([416, 'bytes */8000']);
    await cloud.as(chen, { url });
    await cloud.as(chen, { url: `${url}?download=1` });
    await cloud.as(chen, { url: `${url}?download=1` });
    const audit = await cloud.asOwner.selectFrom('audit').select('employeeId').where('entityId', '=', plan.recordingId).where('action', '=', 'recording.play').execute(); // prettier-ignore
    expect(audit.map((row) => row.employeeId).sort()).toEqual([chen.employee.id, zhao.employee.id].sort());
    const saved = await cloud.asOwner.selectFrom('audit').select('employeeId').where('entityId', '=', plan.recordingId).where('action', '=', 'recording.download').execute(); // prettier-ignore
    expect(saved).toEqual([{ employeeId: chen.employee.id }]);
  });
});
