import { createHash, randomBytes } from 'node:crypto';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { newId } from '../../main/system.ts';
import { makeCall, pushCall, startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';
import { sweepUploads } from './sweep.ts';

const day = 24 * 60 * 60_000;
const clock = new ManualClock(Date.now());
let cloud: TestCloud;
let chen: CloudSession;
beforeAll(async () => {
  cloud = await startTestCloud({ clock });
  chen = await cloud.signIn('chen');
});
afterAll(() => cloud.close());

const url = '/v1/recordings/upload';
const bytes = randomBytes(1000);
const folder = (): string => join(cloud.deps.recordingsDir, chen.company.id);
const touch = (name: string, at: number): Promise<void> => utimes(join(folder(), name), at / 1000, at / 1000);
const rows = async (): Promise<string[]> =>
  (await cloud.asOwner.selectFrom('upload').select('id').orderBy('id').execute()).map(({ id }) => id);

async function send(id: string, callId: string, from: number, to: number): Promise<number> {
  const fields = { recordingId: id, callId, sha256: createHash('sha256').update(bytes).digest('hex'), durationMs: '1' };
  const metadata = Object.entries(fields).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`);
  const headers = { 'upload-length': String(bytes.length), 'upload-metadata': metadata.join(',') };
  await cloud.as(chen, { method: 'POST', url, headers });
  const patch = { 'upload-offset': String(from), 'content-type': 'application/offset+octet-stream' };
  const payload = bytes.subarray(from, to);
  return (await cloud.as(chen, { method: 'PATCH', url: `${url}/${id}`, headers: patch, payload })).statusCode;
}

describe('the sweep', () => {
  it('removes what nobody went on with for seven days, and nothing else; the desk may begin anew', async () => {
    const call = makeCall(chen.employee.id);
    await pushCall(cloud, chen, call);
    const [stored, abandoned, growing, empty] = [newId(), newId(), newId(), newId()];
    await send(stored, call.id, 0, 1000);
    await send(abandoned, call.id, 0, 400);
    await send(growing, call.id, 0, 400);
    await send(empty, call.id, 0, 0);
    const stray = `${newId()}.part`;
    await writeFile(join(folder(), stray), 'x');
    const begun = clock.now();
    clock.advance(7 * day + 60_000);
    for (const name of [stored, `${abandoned}.part`, `${empty}.part`, stray]) await touch(name, begun);
    await touch(`${growing}.part`, clock.now() - day);
    const fresh = newId();
    chen = await cloud.signIn('chen');
    await send(fresh, call.id, 0, 400);

    expect(await sweepUploads(cloud.deps)).toBe(3);
    expect(await rows()).toEqual([growing, fresh].sort());
    expect((await readdir(folder())).sort()).toEqual([stored, `${growing}.part`, `${fresh}.part`].sort());
    expect(await sweepUploads(cloud.deps)).toBe(0);
    expect(await send(growing, call.id, 400, 1000)).toBe(204);
    expect(await send(abandoned, call.id, 0, 1000)).toBe(204);
  });
});
