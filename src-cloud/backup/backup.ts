import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { connectOwner, ownerOn } from '../database/database.ts';
import { partlyHidden } from '../database/row-security.ts';
import { syncFolder, writeDurably } from './files.ts';
import { manifestName, rowsFolder, type Manifest, type TableFile } from './manifest.ts';
import { archiveRecordings } from './recordings.ts';
import { checkTable, dumpTable, tablesOf } from './rows.ts';

export interface BackupOptions {
  /** Of the database; its server may be at work. */
  readonly url: string;
  /** Null = they lie in a bucket, and are no part of a backup. */
  readonly recordingsDir: string | null;
  /** Holds all backups. Created when missing. */
  readonly to: string;
  readonly now: Date;
}

export interface Backup {
  /** The new folder in `to`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

const half = '.part';
/** As `nameOf` gives, and nobody's else. */
const halfBackup = /^\d{4}-\d\d-\d\dT[\d.-]+Z\.part$/;
const nameOf = (time: Date): string => time.toISOString().replaceAll(':', '-');

/**
 * Writes a backup into a folder of its own, named by the time: rows in one snapshot, then the recordings that they name
 * (sealed files never change), all verified after writing. Until it is whole its name ends in `.part`; such a folder of
 * an earlier try is removed. One backup at a time per folder.
 */
export async function writeBackup({ url, recordingsDir, to, now }: BackupOptions): Promise<Backup> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const name of await readdir(to)) if (halfBackup.test(name)) await rm(join(to, name), { recursive: true });
  const folder = join(to, nameOf(now));
  const part = `${folder}${half}`;
  await mkdir(join(part, rowsFolder), { recursive: true, mode: 0o700 });
  const snapshot = await dumpRows(url, part);
  for (const table of snapshot.tables) await checkTable(part, table);
  const recordings =
    recordingsDir === null
      ? { count: 0, bytes: 0, missing: 0 }
      : await archiveRecordings(to, part, snapshot.tables, recordingsDir);
  const manifest: Manifest = { format: 1, ...snapshot, recordings };
  await writeDurably(join(part, manifestName), Readable.from([`${JSON.stringify(manifest, null, 2)}\n`]));
  await syncFolder(join(part, rowsFolder));
  await syncFolder(part);
  await rename(part, folder);
  await syncFolder(to);
  return { folder, manifest };
}

type Snapshot = Pick<Manifest, 'takenAt' | 'migrations' | 'postgres' | 'tables'>;

async function dumpRows(url: string, folder: string): Promise<Snapshot> {
  const client = await connectOwner(url, 'jinhu-backup');
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // A row policy that hides rows must end this, not shorten it.
    const hidden = await partlyHidden(ownerOn(client));
    if (hidden.length > 0)
      throw new Error(
        `this login does not see all rows of ${hidden.join(', ')}: back up with the login that the cloud starts with, or ` +
          'with a superuser',
      );
    const about = await client.query<{ at: Date; postgres: string }>(
      `SELECT statement_timestamp() AS at, current_setting('server_version') AS postgres`,
    );
    const [first] = about.rows;
    if (!first) throw new Error('the database says nothing of itself');
    const done = await client.query<{ name: string }>('SELECT name FROM kysely_migration ORDER BY name');
    const tables: TableFile[] = [];
    for (const { table, columns } of await tablesOf(client))
      tables.push(await dumpTable(client, folder, table, columns));
    await client.query('COMMIT');
    const migrations = done.rows.map(({ name }) => name);
    return { takenAt: first.at.toISOString(), migrations, postgres: first.postgres, tables };
  } finally {
    await client.end().catch(() => undefined); // a server that is gone has been told of above
  }
}
