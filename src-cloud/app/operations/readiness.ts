import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep, type Clock } from '#shared/base/clock.ts';
import { databaseIsAway, type Database } from '../../database/database.ts';

/** What a server needs to answer requests, each part by itself. */
export interface Readiness {
  readonly ready: boolean;
  readonly parts: {
    /** `slow`: no answer within a second, a pool without a free session included. */
    readonly database: 'ok' | 'slow' | 'away' | 'broken';
    /** `unknown` while the database does not answer. */
    readonly schema: 'ok' | 'behind' | 'from-the-future' | 'unknown';
    /** `full` or `not-writable`: nothing can be stored. */
    readonly recordings: 'ok' | 'full' | 'not-writable';
    /** `draining`: the server is on its way down and wants no new requests. */
    readonly server: 'ok' | 'draining';
  };
}

export interface ReadinessDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly recordingsDir: string;
  readonly isDraining: () => boolean;
}

const patienceMs = 1000;

export async function readinessOf({ db, clock, recordingsDir, isDraining }: ReadinessDeps): Promise<Readiness> {
  const [{ database, schema }, recordings] = await Promise.all([askDatabase(db, clock), probe(recordingsDir)]);
  const server = isDraining() ? ('draining' as const) : ('ok' as const);
  const parts = { database, schema, recordings, server };
  return { ready: Object.values(parts).every((part) => part === 'ok'), parts };
}

type DatabaseParts = Pick<Readiness['parts'], 'database' | 'schema'>;

async function askDatabase(db: Database, clock: Clock): Promise<DatabaseParts> {
  const over = new AbortController();
  const asking = db.schemaFit().then(
    (schema): DatabaseParts => ({ database: 'ok', schema }),
    (error: unknown): DatabaseParts => ({ database: databaseIsAway(error) ? 'away' : 'broken', schema: 'unknown' }),
  );
  const tooLong = sleep(clock, patienceMs, over.signal).then((): DatabaseParts => ({
    database: 'slow',
    schema: 'unknown',
  }));
  // The clock is let go of only behind the race, which an ended wait would win.
  return Promise.race([asking, tooLong]).finally(() => over.abort());
}

/** Writes a byte: a disk that is full, read-only or gone says so only then. */
async function probe(folder: string): Promise<Readiness['parts']['recordings']> {
  const path = join(folder, `.probe-${randomBytes(8).toString('hex')}`);
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.write('.');
    } finally {
      await file.close();
    }
    return 'ok';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'full' : 'not-writable';
  } finally {
    await rm(path, { force: true }).catch(() => undefined); // the answer says what is wrong with the disk
  }
}
