import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import pg from 'pg';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { describeFailure } from './describe-failure.ts';
import { BurstSocket, looking, queriesBy, TransactionSession } from './sessions.ts';
import type { Tables } from './schema.ts';
import { migrations, oldestServer, type Contract } from './migrations.ts';
import { fitOf, retireBefore, writeOldestServer, type SchemaFit, type ServerVersion } from './server-version.ts';

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
/** The whole database as its owner: for migrations, secrets, backups and what tests look up. No module is given one. */
export type OwnerDatabase = Queries;

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

/** Names here are in camelCase, there in snake_case. */
export const plugins = [new CamelCasePlugin({ maintainNestedObjectKeys: true })];
const queriesOf = (pool: pg.Pool): Queries => new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), plugins });

/**
 * What the rows' policies ask of a transaction: whose company it is, at which one table it looks across companies, or
 * that it works on the one of no company.
 */
export type Sight = { readonly company: string } | { readonly across: string } | { readonly alone: string };

const settingOf = (sight: Sight): Record<string, string> => {
  if ('company' in sight) return { 'jinhu.company': sight.company };
  return 'across' in sight ? { 'jinhu.across': sight.across } : { 'jinhu.alone': sight.alone };
};

/** Of one server. A database lets in some hundred in all: this many per server leave room for several servers. */
export const poolSize = 10;

export interface SessionOptions {
  /** The role of every transaction (row-security.ts); null = that of the login, which the policies bind then. */
  readonly role: string | null;
  /** Sessions at most. */
  readonly max?: number;
}

/** What a transaction of this process has left behind it. */
export interface Committed {
  readonly companyId: string;
  /** Where the company's counter stands now; null = no row that desks have was changed. */
  readonly seq: number | null;
  /** Only who may see rows of one of these employees can see the change; null = anybody in the company may. */
  readonly owners: readonly string[] | null;
  /** Anybody in the company can see something of it that has time. */
  readonly later: boolean;
  /** Sessions were ended, or their people have other rights (ChangeLog.endSessions). */
  readonly sessionsEnded: boolean;
  /** The session whose desk sent the change, where the rows are as it sent them: it has nothing to read. */
  readonly knownTo: string | null;
}

/** It sees no row: its transactions say of no company that it is theirs. */
export interface SideSession {
  /**
   * Statements without parameters, in one message, which is a transaction by itself: in the role of all transactions, and
   * not waiting for the disk. Nothing stays in the session, which behind a pooler may be somebody else's next.
   */
  run(statements: string): Promise<unknown>;
  onNotification(listener: (payload: string) => void): void;
  onEnd(listener: () => void): void;
  end(): Promise<void>;
}

/**
 * The rows, as modules are given them: no query can be asked of it, only transactions that see one company or one
 * table. `readCompany`, `writeCompany`, `acrossCompanies` and `writeTries` are how modules open them.
 */
export class Database {
  readonly #pool: pg.Pool;
  readonly #role: string | null;
  /** Said by `writeCompany`, after each commit. */
  readonly committed = new Emitter<Committed>();

  constructor(pool: pg.Pool, role: string | null) {
    this.#pool = pool;
    this.#role = role;
  }

  /**
   * Reading is one snapshot of all that `work` looks at. Role and sight are set for this transaction alone and in the
   * message that begins it: the session's next user has nothing of them, behind a pooler of transactions too.
   * @param closing what is written last, and sent together with the commit: locks that it takes are held for no round trip.
   * It executes its queries at once, before it waits for anything
   */
  async transaction<T>(
    sight: Sight,
    access: 'read' | 'write',
    work: (tx: Queries) => Promise<T>,
    closing: (tx: Queries) => readonly Promise<unknown>[] = () => [],
  ): Promise<T> {
    const client = await this.#pool.connect();
    const session = new TransactionSession(client, `${beginnings[access]}; ${this.#set(settingOf(sight))}`);
    const tx = queriesBy<Tables>(session.ask, plugins);
    let result: T;
    let last: readonly Promise<unknown>[];
    try {
      result = await work(tx);
      last = sentAtOnce(session, () => closing(tx));
    } catch (error) {
      // Where even that fails the session is thrown away, and the reason is the first one.
      await session.rollback().then(() => client.release(), () => client.release(true)); // prettier-ignore
      throw error;
    }
    // Of several failures the first: what comes behind it, the commit included, only says that the transaction is lost.
    const ends = await Promise.allSettled([...last, session.commit()]);
    client.release(ends.at(-1)?.status === 'rejected');
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return result;
  }

  /** For what is one query, asked for every request: it begins and ends with that query, in one round trip. */
  look(sight: Sight): Queries {
    return queriesBy(looking(this.#pool, this.#set({ transaction_read_only: 'on', ...settingOf(sight) })), plugins);
  }

  /** SQL: these, and the role of all transactions, for the rest of the transaction. */
  #set(more: Record<string, string>): string {
    const settings = Object.entries(this.#role === null ? more : { ...more, role: this.#role });
    return settings.map(setLocally).join('; ');
  }

  /**
   * Does the schema, as it is now, still fit to this server? Asked of the login, in a session of this pool: the server's
   * role has no right to look. No row of a company is looked at.
   */
  schemaFit(schema: ServerSchema = ourSchema): Promise<SchemaFit> {
    return schemaFit(queriesOf(this.#pool), schema);
  }

  /**
   * Shuts out servers before `server`, if its migration was there before `since`, ms (server-version.ts). As the login, like
   * `schemaFit`. @returns whether they are shut out now
   */
  retireServersBefore(server: string, since: number): Promise<boolean> {
    return retireBefore(queriesOf(this.#pool).withoutPlugins() as never, server, since);
  }

  /** Sessions there are, those of them that nobody uses, and transactions that wait for one. */
  poolUse(): { total: number; idle: number; waiting: number } {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { total, idle, waiting };
  }

  /** A session beside the pool, for whoever listens to the database (change-notices.ts). To be ended by the caller. */
  async openSession(): Promise<SideSession> {
    const client = new pg.Client(this.#pool.options);
    client.on('error', () => undefined); // 'end' follows, which the caller hears
    await client.connect();
    const begin = this.#set({ synchronous_commit: 'off' });
    return {
      run: (statements) => client.query(`${begin}; ${statements}`) as Promise<unknown>,
      onNotification: (listener) => void client.on('notification', ({ payload = '' }) => listener(payload)),
      onEnd: (listener) => void client.once('end', listener),
      end: () => client.end(),
    };
  }

  /** Waits for running transactions. */
  destroy(): Promise<void> {
    return this.#pool.end();
  }
}

/** A query that came behind the commit would be carried out by itself. @throws Error for one that was not sent */
function sentAtOnce(
  session: TransactionSession,
  closing: () => readonly Promise<unknown>[],
): readonly Promise<unknown>[] {
  const before = session.sent;
  const answers = closing();
  for (const answer of answers) answer.catch(() => undefined); // heard with the commit
  if (session.sent - before < answers.length) throw new Error('closing has waited before it wrote');
  return answers;
}

const beginnings = {
  read: 'START TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY',
  write: 'START TRANSACTION',
} as const;

/** SQL: a setting for the rest of the transaction. */
const setLocally = ([name, value]: [string, string]): string => `SET LOCAL ${name} = ${pg.escapeLiteral(value)}`;

/** A pool of at most `max` sessions. Nothing is connected until the first query. */
export function openDatabase(
  connectionString: string,
  logger: Logger,
  { role, max = poolSize }: SessionOptions,
): Database {
  return new Database(
    openPool(connectionString, logger, {
      max,
      statement_timeout: 30_000,
      pipeline: true,
      stream: () => new BurstSocket(),
    } as pg.PoolConfig),
    role,
  );
}

/** What a session says that is the owner's, where policies bind owners too (row-security.ts). */
const asOwner = '-c jinhu.owner=on';

/** As the login of `connectionString`. */
export function openOwner(connectionString: string, logger: Logger): OwnerDatabase {
  return queriesOf(openPool(connectionString, logger, { max: 4, options: asOwner }));
}

/** One session of the owner, for streams of rows (COPY), which know no pool. The caller ends it. */
export async function connectOwner(connectionString: string, applicationName: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: applicationName, options: asOwner });
  client.on('error', () => undefined); // the query under way says it
  await client.connect();
  return client;
}

/** Queries on a session of the owner: whatever is done joins the transaction that it is in. */
export function ownerOn(client: pg.Client): OwnerDatabase {
  const session = { query: client.query.bind(client), release: () => undefined } as unknown as pg.PoolClient;
  const pool = { connect: async () => session, end: async () => undefined, options: {} } as unknown as pg.Pool;
  return queriesOf(pool);
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
    client.on('error', (error) => logger.log('warn', 'database.session-lost', { error: describeFailure(error) }));
  });
  pool.on('error', () => undefined); // said above
  return pool;
}

/**
 * Brings the schema up to date. Kysely's Migrator holds an advisory lock and one transaction around all of it, so that
 * two clouds on one database may start together. A schema of a newer server is left as it is, if that server lets ours
 * work beside it; else `database.from-the-future`. A table that somebody holds for longer than `lockMs` ends it, and
 * nothing has changed: whoever waits for a lock on a table holds up all requests that come behind.
 */
export async function migrate(db: OwnerDatabase, schema: ServerSchema = ourSchema, lockMs = 5000): Promise<void> {
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

const schemaFit = (db: Queries, schema: ServerSchema): Promise<SchemaFit> =>
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
