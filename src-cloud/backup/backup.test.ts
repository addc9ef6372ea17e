import { appendFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { openOwner, ourSchema, type ServerSchema } from '../database/database.ts';
import { prepareDatabase } from '../database/prepare.ts';
import { newId } from '../main/system.ts';
import { makeCall, pushCall, startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { readManifest } from './manifest.ts';
import { restoreBackup, writeBackup } from './index.ts';

let cloud: TestCloud;
let chen: CloudSession;
let to: string;
let recordingsDir: string;
const now = new Date('2026-11-23T02:00:00Z');
beforeAll(async () => {
  cloud = await startTestCloud();
  chen = await cloud.signIn('chen');
  to = join(cloud.dir, 'backups');
  recordingsDir = join(cloud.dir, 'recordings');
});
afterAll(() => cloud.close());

const backup = (url = cloud.server.url, at = now) => writeBackup({ url, recordingsDir, to, now: at });
let fresh = 0;
const emptyDatabase = (): Promise<string> => cloud.server.databaseUrl(`empty_${(fresh += 1)}`);
const restore = (from: string, url: string, dir = join(cloud.dir, `restored-${fresh}`)) =>
  restoreBackup({ url, from, recordingsDir: dir, now: now.getTime(), logger: silentLogger });

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A recording as the cloud keeps it: its row, and its file unless it is lost. */
async function addRecording(bytes: Buffer, there = true): Promise<string> {
  const row = makeCall(chen.employee.id);
  await pushCall(cloud, chen, row);
  const [id, companyId] = [newId(), chen.company.id];
  const sha256 = sha256Of(bytes);
  const values = { companyId, id, callId: row.id, employeeId: chen.employee.id, sha256, bytes: bytes.length, durationMs: 1, storedAt: 1 }; // prettier-ignore
  await cloud.asOwner.insertInto('recording').values(values).execute();
  await mkdir(join(recordingsDir, companyId), { recursive: true });
  if (there) await writeFile(join(recordingsDir, companyId, id), bytes);
  return id;
}

/** An opener of the company, with its sound. @returns the sound's name */
async function addOpener(bytes: Buffer): Promise<string> {
  const [companyId, sha256] = [chen.company.id, sha256Of(bytes)];
  const sound = { companyId, sha256, bytes: bytes.length, durationMs: 1000, storedAt: 1 };
  await cloud.asOwner.insertInto('openerSound').values(sound).execute();
  const departmentIds = [newId(), newId()];
  const opener = { companyId, id: newId(), name: '九月', text: '', sha256, departmentIds, enabled: true };
  await cloud.asOwner
    .insertInto('opener')
    .values({ ...opener, isDefault: false, position: 1, createdAt: 1 })
    .execute();
  await writeFile(join(recordingsDir, companyId, sha256), bytes);
  return sha256;
}

/** All rows of a database, table by table. */
async function contents(url: string, leaveOut: readonly string[] = []): Promise<Record<string, unknown[]>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const tables = await client.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
  );
  const found: Record<string, unknown[]> = {};
  for (const { name } of tables.rows)
    if (!leaveOut.includes(name))
      found[name] = (
        await client.query<{ row: unknown }>(`SELECT to_jsonb(t) AS row FROM "${name}" t ORDER BY 1`)
      ).rows;
  await client.end();
  return found;
}
/** What a restore changes on purpose: the epochs, all sessions have ended, and the Migrator makes its lock anew. */
const changed = ['company_counter', 'refresh_token', 'kysely_migration_lock'];

describe('a backup', () => {
  it('comes back as it was, awkward values and all, with another history and no living session', async () => {
    const awkward = '一行\n二行\t"引号" \\N \\. ,\r\u2028😀';
    await pushCall(cloud, chen, makeCall(chen.employee.id, { note: awkward, customerName: '' }));
    const id = await addRecording(Buffer.from('some sound'));
    const opener = await addOpener(Buffer.from('a greeting'));
    const { folder, manifest } = await backup();
    expect(manifest.recordings).toEqual({ count: 2, bytes: 20, missing: 0 });
    const url = await emptyDatabase();
    const restored = await restore(folder, url, join(cloud.dir, 'back'));
    expect(restored).toMatchObject({ missingRecordings: 0, foreignTables: [] });
    expect(await contents(url, changed)).toEqual(await contents(cloud.server.url, changed));
    expect(await readFile(join(cloud.dir, 'back', chen.company.id, id), 'utf8')).toBe('some sound');
    expect(await readFile(join(cloud.dir, 'back', chen.company.id, opener), 'utf8')).toBe('a greeting');
    const [before, after] = [await contents(cloud.server.url), await contents(url)];
    const epochs = [before, after].map((all) => JSON.stringify(all['company_counter']).match(/"epoch": ?"\w+"/g));
    expect(epochs[0]).toHaveLength(2);
    expect(epochs[1]?.some((epoch) => epochs[0]?.includes(epoch))).toBe(false);
    expect(JSON.stringify(before['refresh_token'])).toContain('"revoked_at":null');
    expect(JSON.stringify(after['refresh_token'])).not.toContain('"revoked_at":null');
    // The server starts on it as on its own.
    await expect(prepareDatabase(url, silentLogger)).resolves.toMatchObject({ role: 'jinhu_app' });
  });

  it('that is only moved goes on with the same history and sessions', async () => {
    const { folder } = await backup(cloud.server.url, new Date('2026-11-23T02:30:00Z'));
    const url = await emptyDatabase();
    await restoreBackup({
      url,
      from: folder,
      recordingsDir: join(cloud.dir, 'moved'),
      now: now.getTime(),
      moved: true,
      logger: silentLogger,
    });
    const but = ['kysely_migration_lock'];
    expect(await contents(url, but)).toEqual(await contents(cloud.server.url, but));
  });

  it('is one moment of a database that is written to', async () => {
    let writing = true;
    const writers = Array.from({ length: 3 }, async () => {
      while (writing) await pushCall(cloud, chen, makeCall(chen.employee.id));
    });
    const { folder } = await backup(cloud.server.url, new Date('2026-11-23T03:00:00Z'));
    writing = false;
    await Promise.all(writers);
    const url = await emptyDatabase();
    await restore(folder, url);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    // The counter, the stream and the rows behind it fit together to the last change.
    const { rows } = await client.query(`SELECT c.company_id, c.seq::int AS seq,
      (SELECT count(*)::int FROM change WHERE change.company_id = c.company_id) AS changes,
      (SELECT count(*)::int FROM change x WHERE x.company_id = c.company_id AND x.type = 'call'
        AND NOT EXISTS (SELECT 1 FROM call WHERE call.company_id = x.company_id AND call.id = x.entity_id)) AS lost
      FROM company_counter c`);
    await client.end();
    expect(rows.length).toBe(2);
    for (const row of rows as { seq: number; changes: number; lost: number }[])
      expect([row.changes, row.lost]).toEqual([row.seq, 0]);
  });

  it('brings each recording once to all backups, and says which ones are not to be had', async () => {
    await addRecording(Buffer.from('gone'), false);
    const damaged = await addRecording(Buffer.from('as it was'));
    await writeFile(join(recordingsDir, chen.company.id, damaged), 'as it is.');
    const first = await backup(cloud.server.url, new Date('2026-11-23T04:00:00Z'));
    // The opener's sound is one of them.
    expect(first.manifest.recordings).toMatchObject({ count: 2, missing: 2 });
    const kept = async (): Promise<string[]> =>
      (await readdir(join(to, 'recordings'), { recursive: true })).filter((name) => name.length > 60);
    expect(await kept()).toHaveLength(2);
    await addRecording(Buffer.from('some sound'));
    await backup(cloud.server.url, new Date('2026-11-23T05:00:00Z'));
    expect(await kept()).toHaveLength(2);
    expect((await restore(first.folder, await emptyDatabase())).missingRecordings).toBe(2);
  });

  it('is for its owner alone, and what an earlier try left half is cleared away, nothing else', async () => {
    await mkdir(join(to, '2026-11-23T01-00-00.000Z.part'));
    await mkdir(join(to, 'mine.part'));
    const { folder } = await backup(cloud.server.url, new Date('2026-11-23T06:00:00Z'));
    const names = await readdir(to);
    expect([names.includes('mine.part'), names.includes('2026-11-23T01-00-00.000Z.part')]).toEqual([true, false]);
    for (const path of [folder, join(folder, 'rows'), join(to, 'recordings')])
      expect((await stat(path)).mode & 0o077).toBe(0);
    for (const name of await readdir(join(folder, 'rows')))
      expect((await stat(join(folder, 'rows', name))).mode & 0o077).toBe(0);
  });
});

describe('a restore', () => {
  it('refuses what is not empty, not a backup, damaged, or newer than this server', async () => {
    const { folder } = await backup(cloud.server.url, new Date('2026-11-23T07:00:00Z'));
    await expect(restore(folder, cloud.server.url)).rejects.toThrow(/not empty/);
    const url = await emptyDatabase();
    await expect(restore(cloud.dir, url)).rejects.toThrow(/holds no backup/);
    const older = { ...ourSchema, migrations: Object.fromEntries(Object.entries(ourSchema.migrations).slice(0, -1)) };
    await expect(
      restoreBackup({ url, from: folder, recordingsDir, now: 1, logger: silentLogger }, older),
    ).rejects.toThrow(/newer version/);
    await appendFile(join(folder, 'rows', 'call.copy.gz'), 'x');
    await expect(restore(folder, url)).rejects.toThrow(/call\.copy\.gz is damaged/);
    await rm(join(folder, 'manifest.json'));
    await expect(restore(folder, url)).rejects.toThrow(/holds no backup/);
    expect(await contents(url)).toEqual({});
  });

  it('that fails in the middle leaves nothing, and comes through the next time', async () => {
    const { folder, manifest } = await backup(cloud.server.url, new Date('2026-11-23T08:00:00Z'));
    const url = await emptyDatabase();
    // The last table of all: everything else is loaded by then.
    const file = join(folder, 'rows', 'upload.copy.gz');
    const [goodRows, goodManifest] = [await readFile(file), await readFile(join(folder, 'manifest.json'))];
    const bad = gzipSync('no row of this table\n');
    await writeFile(file, bad);
    const tables = manifest.tables.map((one) =>
      one.table === 'upload' ? { ...one, rows: 1, bytes: bad.length, sha256: sha256Of(bad) } : one,
    );
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, tables }));
    await expect(restore(folder, url)).rejects.toThrow(/missing data for column/);
    expect(await contents(url)).toEqual({});
    await writeFile(file, goodRows);
    await writeFile(join(folder, 'manifest.json'), goodManifest);
    await restore(folder, url);
    expect(Object.keys(await contents(url))).toContain('call');
  });

  it('of an older release is brought up to date by the server that starts on it', async () => {
    const { folder } = await backup(cloud.server.url, new Date('2026-11-23T09:00:00Z'));
    const newer: ServerSchema = {
      ...ourSchema,
      migrations: { ...ourSchema.migrations, '9001-mood': { up: (db) => sql`ALTER TABLE call ADD COLUMN mood text NOT NULL DEFAULT 'calm'`.execute(db).then(() => undefined) } }, // prettier-ignore
    };
    const url = await emptyDatabase();
    await restoreBackup(
      { url, from: folder, recordingsDir: join(cloud.dir, 'newer'), now: 1, logger: silentLogger },
      newer,
    );
    await prepareDatabase(url, silentLogger, newer);
    const db = openOwner(url, silentLogger);
    const { rows } = await sql<{
      mood: string;
      n: number;
    }>`SELECT mood, count(*)::int AS n FROM call GROUP BY mood`.execute(db);
    await db.destroy();
    const [calls] = (await readManifest(folder)).tables.filter(({ table }) => table === 'call');
    expect(rows).toEqual([{ mood: 'calm', n: calls?.rows }]);
  });
});
