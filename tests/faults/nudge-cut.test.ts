import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { sql } from 'kysely';
import { demoAccounts } from '#cloud/main/sample-company.ts';
import { startCloud, type RunningCloud } from '#cloud/main/start-cloud.ts';
import { newId, systemClock } from '#cloud/main/system.ts';
import type { CloudApi } from '#engine/sync/index.ts';
import { testCall } from '#engine/sync/testing/test-call.ts';
import { openSyncDesk, type SyncDesk } from '#engine/sync/testing/sync-desk.ts';
import { startBareCloud, type BareCloud } from '#tests/support/bare-cloud.ts';
import { signedClient } from '#tests/support/signed-client.ts';
import { startTcpGate, type TcpGate } from '#tests/support/tcp-gate.ts';

// Two servers on one database. A colleague writes at the first; the desk is at the second, through a cable that can be cut.
// While it is told it asks by itself every 45 s only: what it has sooner it has by a nudge.

const { password } = demoAccounts[0];
let first: BareCloud;
let second: RunningCloud;
let cable: TcpGate;
let dir: string;
let desk: SyncDesk;
let colleague: CloudApi;
let colleagueId: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'jinhu-nudge-'));
  first = await startBareCloud();
  second = await startCloud({
    dataDir: dir,
    databaseUrl: first.databaseUrl,
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
  });
  cable = await startTcpGate(second.url);
  const of = (account: string, url: string) => signedClient(url, { account, password, deviceId: account });
  const chen = await of('chen', first.url);
  colleague = chen;
  colleagueId = (await chen.me()).employee.id;
  const api = await of('admin', cable.url);
  const context = { clock: systemClock, newId, logger: silentLogger, dataDir: dir };
  const types = ['call', 'lead', 'note', 'employee', 'company', 'recording'];
  desk = openSyncDesk({ folder: dir, context, api, types });
  await vi.waitFor(() => expect(desk.taken('lead').size).toBe(200), 20_000);
});
afterAll(async () => {
  desk.stop();
  await cable.close();
  await second.close();
  await first.close();
  rmSync(dir, { recursive: true, force: true });
});

async function write(): Promise<string> {
  const row = { ...testCall(newId(), 1), employeeId: colleagueId };
  const [result] = await colleague.push([{ opId: newId(), type: 'call.put', row }]);
  expect(result?.status).toBe('applied');
  return row.id;
}
const has = (id: string, ms = 20_000): Promise<void> =>
  vi.waitFor(() => expect([...desk.taken('call').keys()]).toContain(id), { timeout: ms, interval: 20 });
const listeners = () =>
  sql<{ pid: number }>`SELECT pid FROM pg_stat_activity
  WHERE query LIKE '%pg_notify%' AND pid <> pg_backend_pid()`.execute(first.asOwner);

it('what is written at one server is on the desk of another at once', async () => {
  for (let n = 0; n < 3; n += 1) await has(await write());
});

it('a desk whose cable is cut has what it missed when it is back, and is told again', async () => {
  cable.shut();
  const missed = await write();
  await vi.waitFor(() => expect(desk.sync.service.state.state).toBe('offline'), 20_000);
  expect(desk.taken('call').has(missed)).toBe(false);
  cable.open();
  await has(missed);
  await has(await write());
});

it('when the database ends the sessions in which both servers listen nothing is lost, and desks are told again', async () => {
  const { rows } = await listeners();
  expect(rows).toHaveLength(2);
  for (const { pid } of rows) await sql`SELECT pg_terminate_backend(${pid})`.execute(first.asOwner);
  const written = [await write(), await write()];
  for (const id of written) await has(id);
  await vi.waitFor(async () => expect((await listeners()).rows).toHaveLength(2), 20_000);
  await has(await write());
});
