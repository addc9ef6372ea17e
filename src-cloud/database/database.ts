import {
  CamelCasePlugin,
  CompiledQuery,
  Kysely,
  PostgresDialect,
  PostgresDriver,
  type DatabaseConnection,
} from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { Tables } from './schema.ts';
import * as foundation from './migrations/0001-foundation.ts';
import * as callQuality from './migrations/0002-call-quality.ts';
import * as callTransfer from './migrations/0003-call-transfer.ts';
import * as callLine from './migrations/0004-call-line.ts';
import * as accountKey from './migrations/0005-account-key.ts';
import * as leadsOfPeople from './migrations/0006-leads-of-people.ts';
import * as signInTries from './migrations/0007-sign-in-tries.ts';
import * as device from './migrations/0008-device.ts';
import * as deskKey from './migrations/0009-desk-key.ts';

type Queries = Kysely<Tables>;
declare const sees: unique symbol;

/** What a repository reads with: a transaction that sees one company and nothing else. Made by `readCompany` alone. */
export interface Reader extends Pick<Queries, 'selectFrom' | 'getExecutor'> {
  readonly [sees]: 'one company';
}
/** … and writes with. Made by `writeCompany` alone. */
export interface Tx extends Reader, Pick<Queries, 'insertInto' | 'updateTable' | 'deleteFrom' | 'with'> {}
/** What a question across companies is asked with: a look at these tables. Made by `acrossCompanies` alone. */
export interface AcrossReader<Table extends keyof Tables> extends Pick<
  Kysely<Pick<Tables, Table>>,
  'selectFrom' | 'getExecutor'
> {
  readonly [sees]: 'one table';
}
/** What the tries of passwords are counted with, which belong to no company: that table alone. Made by `writeTries` alone. */
export interface TriesTx extends Pick<
  Kysely<Pick<Tables, 'signInTry'>>,
  'selectFrom' | 'insertInto' | 'updateTable' | 'deleteFrom' | 'getExecutor'
> {
  readonly [sees]: 'tries';
}
/** The whole database as its owner: for migrations, secrets and what tests look up. No module is given one. */
export type OwnerDatabase = Queries;

/** In this order; frozen once released. */
const migrations = {
  '0001-foundation': foundation,
  '0002-call-quality': callQuality,
  '0003-call-transfer': callTransfer,
  '0004-call-line': callLine,
  '0005-account-key': accountKey,
  '0006-leads-of-people': leadsOfPeople,
  '0007-sign-in-tries': signInTries,
  '0008-device': device,
  '0009-desk-key': deskKey,
};

const int8 = 20;
const types: pg.CustomTypesConfig = {
  // int8 arrives as text by default; our times, counters and fen stay below 2^53.
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : (pg.types.getTypeParser(oid, format as 'text') as never),
};

const plugins = [new CamelCasePlugin({ maintainNestedObjectKeys: true })];

/**
 * What the rows' policies ask of a transaction: whose company it is, at which one table it looks across companies, or
 * that it works on the one of no company.
 */
export type Sight = { readonly company: string } | { readonly across: string } | { readonly alone: string };

const settingOf = (sight: Sight): Record<string, string> => {
  if ('company' in sight) return { 'jinhu.company': sight.company };
  return 'across' in sight ? { 'jinhu.across': sight.across } : { 'jinhu.alone': sight.alone };
};

export interface SessionOptions {
  /** The role of every transaction (row-security.ts); null = that of the login, which the policies bind then. */
  readonly role: string | null;
  /** Sessions at most. */
  readonly max?: number;
}

/**
 * The rows, as modules are given them: no query can be asked of it, only transactions that see one company or one
 * table. `readCompany`, `writeCompany`, `acrossCompanies` and `writeTries` are how modules open them.
 */
export class Database {
  readonly #pool: pg.Pool;
  readonly #role: string | null;

  constructor(pool: pg.Pool, role: string | null) {
    this.#pool = pool;
    this.#role = role;
  }

  /**
   * Reading is one snapshot of all that `work` looks at. Role and sight are set for this transaction alone and in the
   * round trip that begins it: the session's next user has nothing of them, behind a pooler of transactions too.
   */
  async transaction<T>(sight: Sight, access: 'read' | 'write', work: (tx: Queries) => Promise<T>): Promise<T> {
    const seen = settingOf(sight);
    const settings = Object.entries(this.#role === null ? seen : { ...seen, role: this.#role });
    const begin = `${beginnings[access]}; SELECT ${settings.map(setLocally).join(', ')}`;
    return new Kysely<Tables>({ dialect: new BeginningDialect(this.#pool, begin), plugins })
      .transaction()
      .execute(work);
  }

  /** Waits for running transactions. */
  destroy(): Promise<void> {
    return this.#pool.end();
  }
}

const beginnings = {
  read: 'START TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY',
  write: 'START TRANSACTION',
} as const;

/** SQL: a setting for the rest of the transaction. */
const setLocally = ([name, value]: [string, string]): string =>
  `set_config(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)}, true)`;

/** Kysely's own, but for the words that begin a transaction. */
class BeginningDialect extends PostgresDialect {
  readonly #pool: pg.Pool;
  readonly #begin: string;

  constructor(pool: pg.Pool, begin: string) {
    super({ pool });
    this.#pool = pool;
    this.#begin = begin;
  }

  override createDriver(): PostgresDriver {
    return new BeginningDriver(this.#pool, this.#begin);
  }
}

class BeginningDriver extends PostgresDriver {
  readonly #begin: string;

  constructor(pool: pg.Pool, begin: string) {
    super({ pool });
    this.#begin = begin;
  }

  /** Without parameters several statements go in one message (PostgreSQL docs, 54.2.2.1). */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(this.#begin));
  }
}

/** A pool of at most `max` sessions. Nothing is connected until the first query. */
export function openDatabase(connectionString: string, logger: Logger, { role, max = 10 }: SessionOptions): Database {
  return new Database(openPool(connectionString, logger, { max, statement_timeout: 30_000 }), role);
}

/** As the login of `connectionString`, which says that it is the owner where policies bind owners too. */
export function openOwner(connectionString: string, logger: Logger): OwnerDatabase {
  const pool = openPool(connectionString, logger, { max: 4, options: '-c jinhu.owner=on' });
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), plugins });
}

function openPool(connectionString: string, logger: Logger, more: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    types,
    application_name: 'jinhu-cloud',
    connectionTimeoutMillis: 10_000,
    idle_in_transaction_session_timeout: 60_000,
    ...more,
  });
  // A server that goes away breaks sessions; the pool replaces them, but an unheard 'error' would end the process. The
  // pool passes on those of idle sessions only: one between two queries of a transaction has to be heard itself.
  pool.on('connect', (client) => {
    client.on('error', (error) => logger.log('warn', 'database.session-lost', { error: describeError(error) }));
  });
  pool.on('error', () => undefined); // said above
  return pool;
}

/**
 * Brings the schema up to date. Kysely's Migrator holds an advisory lock and one transaction around all of it, so that
 * two clouds on one database may start together. Throws `database.from-the-future` when a newer version was here.
 */
export async function migrate(db: OwnerDatabase): Promise<void> {
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
