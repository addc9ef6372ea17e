import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newId, systemClock } from '#cloud/main/system.ts';
import { loadNumberHeads } from '#cloud/modules/number-heads/index.ts';
import { startTestCloud, type TestCloud } from '#cloud/testing/test-cloud.ts';
import { createNumberPlaces, type NumberPlacesFeature } from '#engine/features/number-places/index.ts';
import { createCloudClient, type CloudClient, type Tokens } from '#engine/sync/cloud-client.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { writeNumberHeads } from '#shared/domain/number-heads-writer.ts';

const number = '+8613400000137';
const folder = mkdtempSync(join(tmpdir(), 'number-places-'));
let cloud: TestCloud;
let client: CloudClient;

beforeAll(async () => {
  const path = join(folder, 'phone.dat');
  // Larger than one chunk of a connection.
  const of = { province: '示例省', city: '示例市', postcode: '', areaCode: '', kind: 2 };
  writeFileSync(path, writeNumberHeads('2502', [{ from: 1_300_000, to: 1_399_999, ...of }]));
  cloud = await startTestCloud({ numberHeads: await loadNumberHeads(path, silentLogger) });
  const baseUrl = await cloud.app.listen({ host: '127.0.0.1', port: 0 });
  let stored: Tokens | null = null;
  const tokens = { load: () => stored, save: (next: Tokens | null) => void (stored = next) };
  client = createCloudClient({ baseUrl, clock: systemClock, tokens, deviceId: 'desk-1', onSignedOut: () => undefined });
  await client.signIn('chen', 'demo1234', 'test');
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

function openDesk(): NumberPlacesFeature {
  const context = { clock: systemClock, newId, logger: silentLogger, dataDir: folder };
  const feature = createNumberPlaces({ context, environment: 'production', cloud: client, random: () => 0.5 });
  onTestFinished(() => feature.dispose());
  return feature;
}
const known = (feature: NumberPlacesFeature): Promise<void> =>
  expect.poll(() => feature.placeOf(number)?.city, { timeout: 20_000 }).toBe('示例市') as Promise<void>;

describe('a desk and its cloud', () => {
  it('the table comes over the wire, and the next start has it while the cloud is away', async () => {
    await known(openDesk());
    const [name] = readdirSync(join(folder, 'number-heads'));
    expect(name).toBe(`${cloud.deps.numberHeads?.sha256}.dat`);
    await cloud.app.close();
    await known(openDesk());
    expect(readdirSync(join(folder, 'number-heads'))).toEqual([name]);
  });
});
