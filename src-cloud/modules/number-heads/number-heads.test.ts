import { createHash } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { writeNumberHeads } from '#shared/domain/number-heads-writer.ts';
import { startCloud } from '../../main/start-cloud.ts';
import { startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';
import { loadNumberHeads } from './index.ts';

const file = Buffer.from(
  writeNumberHeads('2502', [
    { from: 1_540_000, to: 1_540_999, province: '示例省', city: '示例市', postcode: '', areaCode: '', kind: 1 },
  ]),
);
const sha256 = createHash('sha256').update(file).digest('hex');
let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'number-heads-'));
  path = join(folder, 'phone.dat');
  await writeFile(path, file);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the table of number heads', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud({ numberHeads: await loadNumberHeads(path, silentLogger) });
  });
  afterAll(() => cloud.close());

  it('is told by its hash and handed out whole, to people of any company', async () => {
    for (const who of ['chen', 'foreign-admin'] as const) {
      const session = await cloud.signIn(who);
      const told = await cloud.as(session, { url: '/v1/number-heads' });
      expect(told.json()).toEqual({ file: { sha256, bytes: file.length, version: '2502', rows: 1000 } });
      const sent = await cloud.as(session, { url: `/v1/number-heads/${sha256}` });
      expect(sent.rawPayload.equals(file)).toBe(true);
      expect(sent.headers['content-type']).toBe('application/octet-stream');
    }
  });

  it('is not handed out under another hash, nor to strangers', async () => {
    const other = await cloud.as(await cloud.signIn('chen'), { url: `/v1/number-heads/${'0'.repeat(64)}` });
    expect([other.statusCode, other.json()]).toEqual([404, { error: { code: 'not-found', details: {} } }]);
    for (const url of ['/v1/number-heads', `/v1/number-heads/${sha256}`])
      expect((await cloud.app.inject({ url })).statusCode).toBe(401);
  });
});

describe('a cloud without one', () => {
  it('says so', async () => {
    const cloud = await startTestCloud();
    const session = await cloud.signIn('chen');
    expect((await cloud.as(session, { url: '/v1/number-heads' })).json()).toEqual({ file: null });
    expect((await cloud.as(session, { url: `/v1/number-heads/${sha256}` })).statusCode).toBe(404);
    await cloud.close();
  });
});

describe('at the start', () => {
  it('a file that is not there, or is not right, is told with its path, before anything is begun', async () => {
    const wrong = join(folder, 'wrong.dat');
    const dataDir = join(folder, 'data');
    const start = (numberHeads: string): Promise<unknown> =>
      startCloud({ dataDir, host: '127.0.0.1', port: 0, logger: silentLogger, numberHeads });
    await expect(start(wrong)).rejects.toThrow(`--number-heads ${wrong}: it cannot be read (ENOENT)`);
    await writeFile(wrong, file.subarray(0, -1));
    await expect(start(wrong)).rejects.toThrow(`${wrong}: its index does not end with a whole row: the file is cut`);
    const unsorted = Buffer.from(file);
    unsorted.copy(unsorted, unsorted.length - 9, unsorted.length - 18, unsorted.length - 9);
    await writeFile(wrong, unsorted);
    await expect(start(wrong)).rejects.toThrow('row 1000: the head does not follow the one before');
    await truncate(wrong, 64 * 1024 * 1024 + 1);
    await expect(start(wrong)).rejects.toThrow('it is larger than 67108864 bytes');
    await expect(rm(dataDir, { recursive: true })).rejects.toThrow('ENOENT');
  });
});
