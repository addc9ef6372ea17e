import { CamelCasePlugin, Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import pg from 'pg';
import { AppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { describeFailure } from './describe-failure.ts';
import type { Tables } from './schema.ts';
import * as foundation from './migrations/0001-foundation.ts';
import * as callQuality from './migrations/0002-call-quality.ts';
import * as callTransfer from './migrations/0003-call-transfer.ts';
import * as callLine from './migrations/0004-call-line.ts';
import * as cloudFacts from './migrations/0005-cloud-facts.ts';
import { fitOf, writeOldestServer, type SchemaFit, type ServerVersion } from './server-version.ts';

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
  '0005-cloud-facts': cloudFacts,
} satisfies Record<string, Migration & Contract>;

/**
 * The oldest server that may run beside this one (docs/guides/run-the-cloud.md, «Two versions side by side»). It moves with
 * a contract migration alone, to the server that first did without what goes.
 */
const oldestServer: keyof typeof migrations = '0005-cloud-facts';

/** A migration that takes something away says since which server nobody has asked for it. */
export interface Contract {
  readonly contract?: { readonly unusedSince: string };
}

/** What a server of this source knows. Tests make newer ones of it. */
export interface ServerSchema {
  readonly migrations: Readonly<Record<string, Migration & Contract>>;
  readonly oldestServer: string;
}
export const ourSchema: ServerSchema = { migrations, oldestServer };

const versionOf = (schema: ServerSchema): ServerVersion => ({
  migrations: Object.keys(schema.migrations).sort(),
  oldestServer: schema.oldestServer,
});

const int8 = 20;
const types: pg.CustomTypesConfig = {
  // int8 arrives as text by default; our times, counters and fen stay below 2^53.
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : (pg.types.getTypeParser(oid, format as 'text') as never),
};

/** Of one server. A database lets in some hundred in all: this many per server leave room for several servers. */
export const poolSize = 10;

/** A pool of at most `max` sessions. Nothing is connected until the first query. */
export function openDatabase(connectionString: string, logger: Logger, max = poolSize): Database {
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
    client.on('error', (error) => logger.log('warn', 'database.session-lost', { error: describeFailure(error) }));
  });
  pool.on('error', () => undefined); // said above
  const db = kyselyOf(new PostgresDialect({ pool }));
  pools.set(db, pool);
  return db;
}

const kyselyOf = (dialect: PostgresDialect): Database =>
  new Kysely<Tables>({ dialect, plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })] });

/** The same on one open session: whatever is done joins the transaction that the session is in. */
export function kyselyOn(client: pg.Client): Database {
  const session = { query: client.query.bind(client), release: () => undefined } as unknown as pg.PoolClient;
  const pool = { connect: async () => session, end: async () => undefined, options: {} } as unknown as pg.Pool;
  return kyselyOf(new PostgresDialect({ pool }));
}

const pools = new WeakMap<Database, pg.Pool>();

/** The sessions of a database that `openDatabase` has given. */
export function poolUse(db: Database): { total: number; idle: number; waiting: number } {
  const pool = pools.get(db);
  return { total: pool?.totalCount ?? 0, idle: pool?.idleCount ?? 0, waiting: pool?.waitingCount ?? 0 };
}

/**
 * Brings the schema up to date. Kysely's Migrator holds an advisory lock and one transaction around all of it, so that
 * two clouds on one database may start together. A schema of a newer server is left as it is, if that server lets ours
 * work beside it; else `database.from-the-future`. A table that somebody holds for longer than `lockMs` ends it, and
 * nothing has changed: whoever waits for a lock on a table holds up all requests that come behind.
 */
export async function migrate(db: Database, schema: ServerSchema = ourSchema, lockMs = 5000): Promise<void> {
  // Without our plugin: a migration writes real column names.
  const plain = db.withoutPlugins();
  const patient = ({ up }: Migration): Migration => ({
    async up(tx: Kysely<never>) {
      await sql`SELECT set_config('lock_timeout', ${String(lockMs)}, true), set_config('statement_timeout', '0', true)`.execute(tx); // prettier-ignore
      await up(tx);
    },
  });
  const all = Object.fromEntries(Object.entries(schema.migrations).map(([name, one]) => [name, patient(one)]));
  const migrator = new Migrator({ db: plain, provider: { getMigrations: async () => all } });
  let fit = await schemaFit(db, schema);
  if (fit === 'behind') {
    const { error } = await migrator.migrateToLatest();
    fit = await schemaFit(db, schema);
    // A newer server may have been faster: then all is there in spite of the error.
    if (fit === 'behind') throw error;
  }
  if (fit === 'from-the-future') throw new AppError('database.from-the-future');
  await writeOldestServer(plain as never, versionOf(schema));
}

/** Does the schema, as it is now, fit to this server? For its start, and for as long as it runs. */
export const schemaFit = (db: Database, schema: ServerSchema = ourSchema): Promise<SchemaFit> =>
  fitOf(db.withoutPlugins() as never, versionOf(schema));

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
