import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { sendRecording } from '../../testing/marked-rows.ts';
import { makeCall, pushCall, startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';
import type { BucketOptions } from '../../app/deps.ts';
import { purgeRecordings } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'jinhu-bucket-'));
const keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
let server: S3rver;
let options: BucketOptions;
let cloud: TestCloud;
let chen: CloudSession;
beforeAll(async () => {
  server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory: folder, configureBuckets: [{ name: 'calls' }] }); // prettier-ignore
  const { port } = await server.run();
  options = { endpoint: `http://127.0.0.1:${port}`, bucket: 'calls', region: 'us-east-1', prefix: 'jinhu/', ...keys };
  cloud = await startTestCloud({ bucket: options });
  chen = await cloud.signIn('chen');
});
afterAll(async () => {
  await cloud.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function call(): Promise<string> {
  const row = makeCall(chen.employee.id);
  await pushCall(cloud, chen, row);
  return row.id;
}
const play = (id: string, range?: string) =>
  cloud.as(chen, { url: `/v1/recordings/${id}/file`, headers: range === undefined ? {} : { range } });
const inFolder = (): string[] =>
  readdirSync(cloud.deps.recordingsDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

describe('recordings in a bucket', () => {
  it('arrive here, lie there, and are heard from there, whole and in ranges', async () => {
    const bytes = randomBytes(200_000);
    const id = await sendRecording(cloud, chen, await call(), bytes);
    expect(inFolder()).toEqual([]);
    expect(readdirSync(join(folder, 'calls/jinhu', chen.company.id)).some((name) => name.startsWith(id))).toBe(true);
    expect((await play(id)).rawPayload.equals(bytes)).toBe(true);
    const part = await play(id, 'bytes=100-199');
    expect([part.statusCode, part.rawPayload.equals(bytes.subarray(100, 200))]).toEqual([206, true]);
  });

  it('go when they are due', async () => {
    const id = await sendRecording(cloud, chen, await call(), randomBytes(100));
    await cloud.asOwner.updateTable('recording').set({ purgedAt: 1 }).where('id', '=', id).execute();
    expect(await purgeRecordings(cloud.deps)).toBe(1);
    expect(readdirSync(join(folder, 'calls/jinhu', chen.company.id)).filter((name) => name.startsWith(id))).toEqual([]);
    expect((await play(id)).statusCode).toBe(410);
  });

  it('wait here while the bucket does not answer or refuses, and the desk is told to try again', async () => {
    const good = { ...options };
    const broken = async (changes: Partial<BucketOptions>): Promise<void> => {
      Object.assign(options, changes);
      const bytes = randomBytes(1000);
      const callId = await call();
      await expect(sendRecording(cloud, chen, callId, bytes)).rejects.toThrow(/cloud\.unreachable/);
      expect(inFolder().some((name) => name.endsWith('.part'))).toBe(true);
      const [upload] = await cloud.asOwner.selectFrom('upload').select('id').where('callId', '=', callId).execute();
      Object.assign(options, good);
      const headers = { 'upload-offset': String(bytes.length), 'content-type': 'application/offset+octet-stream' };
      const url = `/v1/recordings/upload/${upload?.id}`;
      expect((await cloud.as(chen, { method: 'PATCH', url, headers, payload: Buffer.alloc(0) })).statusCode).toBe(204);
      expect((await play(upload?.id ?? '')).rawPayload.equals(bytes)).toBe(true);
    };
    await broken({ bucket: 'no-such-bucket' });
    await broken({ endpoint: 'http://127.0.0.1:9' });
    expect(inFolder()).toEqual([]);
  });
});
