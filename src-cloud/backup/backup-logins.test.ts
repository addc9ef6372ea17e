import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { readCompany } from '../database/access.ts';
import { writeCompany } from '../database/changes.ts';
import { openDatabase } from '../database/database.ts';
import { startEmbedded, type EmbeddedPostgres } from '../database/embedded.ts';
import { prepareDatabase } from '../database/prepare.ts';
import { newId, systemClock } from '../main/system.ts';
import { companyIds } from '../modules/companies/index.ts';
import { testFolder } from '../testing/test-cloud.ts';
import { restoreBackup, writeBackup } from './index.ts';

// Row policies bind the logins of external databases, and their owners too. A backup holds all companies all the same, or is
// none; what comes back is under policies again, whoever owned it before.

let dir: string;
let server: EmbeddedPostgres;
let admin: pg.Client;
beforeAll(async () => {
  dir = await testFolder();
  server = await startEmbedded({ dataDir: dir, clock: systemClock, logger: silentLogger });
  admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
}, 60_000);
afterAll(async () => {
  await admin.end();
  await server.stop();
  await rm(dir, { recursive: true, force: true });
});

const addressOf = (name: string, database = name): string =>
  `postgres://${name}:x@127.0.0.1:${new URL(server.url).port}/${database}`;

/** A login with an empty database of its own. @returns the address */
async function login(name: string, attributes = ''): Promise<string> {
  await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'x' ${attributes}`);
  await admin.query(`CREATE DATABASE ${name} OWNER ${name} TEMPLATE template0`);
  return addressOf(name);
}

/** … with the tables of the cloud and two companies in them. */
async function cloudOf(name: string, attributes = ''): Promise<string> {
  const url = await login(name, attributes);
  const { role } = await prepareDatabase(url, silentLogger);
  const db = openDatabase(url, silentLogger, { role });
  for (const companyId of [newId(), newId()])
    await writeCompany(db, companyId, 0, async (tx) => {
      await tx.insertInto('company').values({ companyId, name, sample: false, createdAt: 0 }).execute();
      await tx.insertInto('companyCounter').values({ companyId, epoch: companyId, seq: 0 }).execute();
    });
  await db.destroy();
  return url;
}

let time = 0;
const backup = (url: string) =>
  writeBackup({ url, recordingsDir: join(dir, 'none'), to: join(dir, 'backups'), now: new Date((time += 1000)) });

/** What the server, started on it, sees as each company, and whether policies are forced on every table of a company. */
async function lookAt(url: string): Promise<{ role: string | null; sees: number[]; loose: string[] }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  // Before the server's start, which would make good what is missing.
  const loose = await client.query<{ name: string }>(`SELECT relname AS name FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id' WHERE relkind = 'r'
    AND relnamespace = 'public'::regnamespace AND NOT (relrowsecurity AND relforcerowsecurity)`);
  await client.end();
  const { role } = await prepareDatabase(url, silentLogger);
  const db = openDatabase(url, silentLogger, { role });
  const sees: number[] = [];
  for (const id of await companyIds(db))
    sees.push((await readCompany(db, id, (reader) => reader.selectFrom('company').selectAll().execute())).length);
  await db.destroy();
  return { role, sees, loose: loose.rows.map(({ name }) => name) };
}

it.each([
  ['a superuser', 'super', 'SUPERUSER', 'jinhu_app'],
  ['an owner who was given the role', 'given', 'IN ROLE jinhu_app', 'jinhu_app'],
  ['an owner without it, whom the policies bind', 'bare', '', null],
])('%s backs up every company, and brings them back under policies', async (_, name, attributes, role) => {
  const { folder, manifest } = await backup(await cloudOf(name, attributes));
  expect(manifest.tables.find(({ table }) => table === 'company')?.rows).toBe(2);
  const url = await login(`${name}_back`, attributes);
  await restoreBackup({ url, from: folder, recordingsDir: join(dir, 'none'), now: 1, logger: silentLogger });
  expect(await lookAt(url)).toEqual({ role, sees: [1, 1], loose: [] });
  // Also as the next backup's source.
  const again = await backup(url);
  expect(again.manifest.tables.map(({ rows }) => rows)).toEqual(manifest.tables.map(({ rows }) => rows));
});

it('a login that does not see all rows is no login to back up with', async () => {
  const url = await cloudOf('owner');
  await login('reader');
  await admin.query('GRANT pg_read_all_data TO reader');
  await expect(backup(addressOf('reader', 'owner'))).rejects.toThrow(/does not see all rows of .*call.*company/);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE POLICY narrow ON call AS RESTRICTIVE USING (false)');
  await client.end();
  await expect(backup(url)).rejects.toThrow('does not see all rows of call:');
});
