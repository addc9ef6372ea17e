import { dirname } from 'node:path';
import { sql, type Kysely } from 'kysely';
import pg from 'pg';
import type { Logger } from '#shared/base/logger.ts';
import { connectOwner, ourSchema, ownerOn, type ServerSchema } from '../database/database.ts';
import { guardRowsIn } from '../database/row-security.ts';
import { newEpoch } from '../modules/changes/index.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { restoreRecordings } from './recordings.ts';
import { checkTable, loadTable, tablesOf } from './rows.ts';

export interface RestoreOptions {
  /** A database without tables. */
  readonly url: string;
  /** Null = they lie in a bucket, where they have stayed. */
  readonly recordingsDir: string | null;
  /** The backup's own folder. */
  readonly from: string;
  readonly now: number;
  readonly logger: Logger;
  /** Nothing has happened since the backup: the history and all sessions go on. */
  readonly moved?: boolean;
}

export interface Restored {
  readonly manifest: Manifest;
  /** Recordings whose rows are back and whose files are not. Desks that still have them send them again. */
  readonly missingRecordings: number;
  /** Tables of the backup that no migration of ours makes: the operator's own. They are left out. */
  readonly foreignTables: readonly string[];
}

/**
 * A backup back into an empty database: files first, then all rows in one transaction, so that a cut leaves nothing and
 * the same command goes on. Every company gets another epoch, so that desks read everything anew and send what is not
 * here; every session ends, since one that was revoked after the backup would be alive again. Not so with `moved`.
 * The schema is the backup's own; the server that starts on it brings it up to date. Row policies and rights are not part of
 * a backup but made for the login and the roles that are here, in the same transaction: rows never lie bare.
 */
export async function restoreBackup(options: RestoreOptions, schema: ServerSchema = ourSchema): Promise<Restored> {
  const { from, recordingsDir, url, now } = options;
  const manifest = await readManifest(from);
  for (const table of manifest.tables) await checkTable(from, table);
  return intoEmpty(url, async (client) => {
    const missingRecordings =
      recordingsDir === null ? 0 : await restoreRecordings(dirname(from), from, manifest.tables, recordingsDir);
    const foreignTables = await loadRows(client, from, manifest, schema);
    if (!options.moved) {
      const db = ownerOn(client);
      await db.updateTable('companyCounter').set({ epoch: newEpoch }).execute();
      await db.updateTable('refreshToken').set({ revokedAt: now }).where('revokedAt', 'is', null).execute();
    }
    await guardRowsIn(ownerOn(client), options.logger);
    return { manifest, missingRecordings, foreignTables };
  });
}

/** Runs `work` in one transaction on a database that must have no table. */
async function intoEmpty<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connectOwner(url, 'jinhu-restore');
  try {
    await client.query('BEGIN');
    // Two restores at once: the second one finds the first one's tables. Servers that start wait, too.
    await client.query('SELECT pg_advisory_xact_lock(7460511)');
    const there = await tablesOf(client);
    if (there.length > 0)
      throw new Error(`the database is not empty: ${there.length} tables are there. Restore into a new one.`);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } finally {
    await client.end().catch(() => undefined); // ends the transaction too when it was not committed
  }
}

/** @returns tables of the backup that were left out */
async function loadRows(client: pg.Client, from: string, manifest: Manifest, schema: ServerSchema): Promise<string[]> {
  await makeTables(ownerOn(client).withoutPlugins() as unknown as Kysely<unknown>, manifest, schema);
  const tables = await tablesOf(client);
  // What migrations put there by themselves is in the backup too.
  await client.query(`TRUNCATE ${tables.map(({ table }) => pg.escapeIdentifier(table)).join(', ')}`);
  for (const { table } of tables) {
    const file = manifest.tables.find((one) => one.table === table);
    if (!file) throw new Error(`the backup lacks the table ${table}`);
    await loadTable(client, from, file);
  }
  const ours = new Set(tables.map(({ table }) => table));
  return manifest.tables.map(({ table }) => table).filter((table) => !ours.has(table));
}

/** The schema as it was when the backup was made, and the Migrator's own table, which is filled from the backup. */
async function makeTables(db: Kysely<unknown>, { migrations }: Manifest, schema: ServerSchema): Promise<void> {
  const unknown = migrations.filter((name) => !schema.migrations[name]);
  if (unknown.length > 0) throw new Error(`the backup is of a newer version (${unknown.join(', ')}): update first`);
  // As Kysely makes it, which finds it there and goes on from it.
  await sql`CREATE TABLE kysely_migration (name varchar(255) NOT NULL PRIMARY KEY, timestamp varchar(255) NOT NULL)`.execute(db); // prettier-ignore
  for (const name of migrations) await schema.migrations[name]?.up(db);
}
