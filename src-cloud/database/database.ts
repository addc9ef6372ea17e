import { CamelCasePlugin, Kysely, PostgresDialect, type Transaction } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { Tables } from './schema.ts';
import * as foundation from './migrations/0001-foundation.ts';
import * as callQuality from './migrations/0002-call-quality.ts';
import * as callTransfer from './migrations/0003-call-transfer.ts';
import * as callLine from './migrations/0004-call-line.ts';
import * as signInTries from './migrations/0005-sign-in-tries.ts';
import * as device from './migrations/0006-device.ts';
import * as deskKey from './migrations/0007-desk-key.ts';

export type Database = Kysely<Tables>;
export type Tx = Transaction<Tables>;
/** What a repository reads with: the pool or an open transaction. */
export type Reader = Database | Tx;

/** In this order; frozen once released. */
const migrations = {
  '0001-foundation': foundation,
  '0002-call-quality': callQuality,
  '0003-call-transfer': callTransfer,
  '0004-call-line': callLine,
  '0005-sign-in-tries': signInTries,
  '0006-device': device,
  '0007-desk-key': deskKey,
};

const int8 = 20;
const types: pg.CustomTypesConfig = {
  // int8 arrives as text by default; our times, counters and fen stay below 2^53.
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : (pg.types.getTypeParser(oid, format as 'text') as never),
};

/** A pool of at most `max` sessions. Nothing is connected until the first query. */
export function openDatabase(connectionString: string, logger: Logger, max = 10): Database {
  const pool = new pg.Pool({
    connectionString,
    max,
    types,
    application_name: 'jinhu-cloud',
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
  });
  // A server that goes away breaks sessions; the pool replaces them, but an unheard 'error' would end the process. The
  // pool passes on those of idle sessions only: one between two queries of a transaction has to be heard itself.
  pool.on('connect', (client) => {
    client.on('error', (error) => logger.log('warn', 'database.session-lost', { error: describeError(error) }));
  });
  pool.on('error', () => undefined); // said above
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

/**
 * Brings the schema up to date. Kysely's Migrator holds an advisory lock and one transaction around all of it, so that
 * two clouds on one database may start together. Throws `database.from-the-future` when a newer version was here.
 */
export async function migrate(db: Database): Promise<void> {
  // Without our plugin: a migration writes real column names.
  const migrator = new Migrator({ db: db.withoutPlugins(), provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (!error) return;
  const done = await migrator.getMigrations().catch(() => []);
  const message = error instanceof Error ? error.message : '';
  if (message.includes('corrupted migrations') && done.every((one) => one.executedAt))
    throw new AppError('database.from-the-future', {}, error);
  throw error;
}

const awayCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
const awayTexts = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
];

/**
 * Is it the database that is not there (starting, stopping, crashed, out of sessions), rather than our query?
 * SQLSTATE classes 08 and 57P, and 53300 (PostgreSQL docs, appendix A).
 */
export function databaseIsAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return (
    awayCodes.has(code) ||
    /^(08\w{3}|57P\w{2}|53300)$/.test(code) ||
    awayTexts.some((text) => error.message.startsWith(text))
  );
}
