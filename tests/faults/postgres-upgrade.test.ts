import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBackup } from '#cloud/backup/index.ts';
import { openDatabase } from '#cloud/database/database.ts';
import { startEmbedded } from '#cloud/database/embedded.ts';
import { prepareDatabase } from '#cloud/database/prepare.ts';
import { createSampleCompany } from '#cloud/main/sample-company.ts';
import { newId, systemClock } from '#cloud/main/system.ts';
import { CloudMetrics } from '#cloud/app/operations/index.ts';
import { SecretBox } from '#cloud/app/secret-box.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { freePortAbove, freeTcpPort } from '#simulator/pbx/ports.ts';

/** As Debian and Ubuntu lay them out. Where none is installed there is nothing to come from, and this file is skipped. */
const installed = '/usr/lib/postgresql';
const older = (existsSync(installed) ? readdirSync(installed) : [])
  .filter((name) => /^1[5-7]$/.test(name) && existsSync(join(installed, name, 'bin', 'initdb')))
  .sort()[0];

/** PostgreSQL refuses to run as root. */
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const owner: { readonly uid?: number; readonly gid?: number } = isRoot ? { uid: nobody, gid: nobody } : {};

describe.skipIf(older === undefined)(`from PostgreSQL ${older ?? ''}`, () => {
  const bin = join(installed, older ?? '', 'bin');
  let dir: string;
  let server: ChildProcess;
  let url: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'jinhu-upgrade-'));
    chmodSync(dir, 0o711);
    const home = join(dir, 'old');
    mkdirSync(home, { mode: 0o700 });
    if (isRoot) chownSync(home, nobody, nobody);
    const options = { cwd: home, ...owner };
    execFileSync(join(bin, 'initdb'), ['-D', join(home, 'data'), '-U', 'jinhu', '-A', 'trust', '-E', 'UTF8', '--locale=C'], options); // prettier-ignore
    const port = await freePortAbove(20_000, freeTcpPort);
    const args = ['-D', join(home, 'data'), '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']; // prettier-ignore
    server = spawn(join(bin, 'postgres'), args, { ...options, stdio: 'ignore' });
    url = `postgres://jinhu@127.0.0.1:${port}/postgres`;
    await answers(url);
    const { role, signingKey } = await prepareDatabase(url, silentLogger);
    const db = openDatabase(url, silentLogger, { role });
    const rest = { clock: systemClock, newId, logger: silentLogger, recordingsDir: join(dir, 'none') };
    await createSampleCompany({ ...rest, db, signingKey, secrets: new SecretBox([]), metrics: new CloudMetrics() });
    await db.destroy();
  }, 180_000);
  afterAll(async () => {
    server.kill('SIGINT');
    await once(server, 'exit');
    rmSync(dir, { recursive: true, force: true });
  });

  it('the same rows are in the new one, although its first try was killed', async () => {
    const { folder, manifest } = await writeBackup({ url, recordingsDir: join(dir, 'none'), to: join(dir, 'move'), now: new Date() }); // prettier-ignore
    expect(manifest.postgres).toMatch(new RegExp(`^${older}\\.`));
    const dataDir = join(dir, 'data');
    const killed = restoreBy(folder, dataDir);
    // Its PostgreSQL is there; the rows are on their way, or already there at the latest when it ends by itself.
    await Promise.race([saysStarted(killed), once(killed, 'exit')]);
    killed.kill('SIGKILL');
    if (killed.exitCode === null && killed.signalCode === null) await once(killed, 'exit');
    const again = restoreBy(folder, dataDir);
    let said = '';
    again.stderr?.on('data', (text: Buffer) => (said += text.toString()));
    const [code] = (await once(again, 'exit')) as [number | null];
    // A first try that was through before it was killed has left nothing to do.
    if (code !== 0) expect(said).toContain('not empty');
    const now = await startEmbedded({ dataDir, clock: systemClock, logger: silentLogger });
    try {
      const [old, fresh] = [await contents(url), await contents(now.url)];
      expect(Number(await version(now.url))).toBeGreaterThan(Number(older));
      expect(fresh).toEqual(old);
      expect(old['lead']).toHaveLength(200);
    } finally {
      await now.stop();
    }
  }, 240_000);
});

function restoreBy(from: string, dataDir: string): ChildProcess {
  const args = ['src-cloud/main/cloud.ts', 'restore', '--moved', '--from', from, '--data', dataDir];
  const env = { ...process.env, DATABASE_URL: '' };
  return spawn(process.execPath, args, { cwd: join(import.meta.dirname, '../..'), env, stdio: ['ignore', 'ignore', 'pipe'] }); // prettier-ignore
}

function saysStarted(child: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((resolve) => {
    child.stderr?.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.includes('postgres.started')) resolve();
    });
  });
}

async function ask<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // the query says it
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function answers(url: string): Promise<void> {
  const limit = systemClock.mono() + 120_000;
  while (!(await ask(url, 'SELECT 1').then(() => true, () => false))) {
    if (systemClock.mono() > limit) throw new Error('the old PostgreSQL does not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
} // prettier-ignore

const version = async (url: string): Promise<string | undefined> =>
  (await ask<{ major: string }>(url, `SELECT current_setting('server_version_num')::int / 10000 AS major`))[0]?.major;

/** All rows, table by table; the Migrator makes its lock anew. */
async function contents(url: string): Promise<Record<string, object[]>> {
  const tables = await ask<{ name: string }>(url, `SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_name <> 'kysely_migration_lock' ORDER BY 1`); // prettier-ignore
  const found: Record<string, object[]> = {};
  for (const { name } of tables) found[name] = await ask(url, `SELECT to_jsonb(t) AS row FROM "${name}" t ORDER BY 1`);
  return found;
}
