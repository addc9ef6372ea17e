import { createHash } from 'node:crypto';
import { Socket } from 'node:net';
import {
  DefaultQueryExecutor,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type Dialect,
  type KyselyPlugin,
  type QueryResult,
} from 'kysely';
import pg from 'pg';

// What is asked goes to PostgreSQL in as few round trips as it can: most of a request's processor time, here and there, is
// not the query but sending it, waking up, and finding out how to carry it out.

type Result = Pick<pg.QueryResult<object>, 'command' | 'rowCount' | 'rows'>;
type Values = readonly unknown[];
/** Sends it before it returns. */
type Ask = (text: string, values: Values) => Promise<Result>;

const adapter = new PostgresAdapter();
const compiler = new PostgresQueryCompiler();
/** Builds queries and opens no session. */
export const builderDialect: Dialect = {
  createAdapter: () => adapter,
  createDriver: () => new DummyDriver(),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => compiler,
};
const driver = builderDialect.createDriver();

/**
 * Queries that are asked as soon as they are executed, in that turn of the loop: several of one session are on their way at
 * once, in the order in which they were executed. (Kysely's own transactions wait for an answer before they ask again.)
 */
export function queriesBy<Tables>(ask: Ask, plugins: readonly KyselyPlugin[]): Kysely<Tables> {
  const connection = {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      const { command, rowCount, rows } = await ask(sql, parameters);
      const affected = writing.has(command) ? { numAffectedRows: BigInt(rowCount ?? 0) } : {};
      return { rows: rows as Row[], ...affected };
    },
    streamQuery(): never {
      throw new Error('no streams of rows here');
    },
  };
  const provider = { provideConnection: <T>(consumer: (to: typeof connection) => Promise<T>) => consumer(connection) };
  const executor = new DefaultQueryExecutor(compiler, adapter, provider, [...plugins]);
  return new Kysely<Tables>({ config: { dialect: builderDialect }, dialect: builderDialect, driver, executor });
}

const writing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/**
 * One transaction in a session. Its beginning (text without parameters, which may hold several statements; PostgreSQL docs,
 * 54.2.2.1) is sent with the first query; where it fails, what follows fails too, and tells its reason.
 */
export class TransactionSession {
  readonly #client: pg.PoolClient;
  readonly #beginning: string;
  #ended = false;
  /** Queries that were sent. */
  sent = 0;

  /** @param client of a pool with `pipeline` */
  constructor(client: pg.PoolClient, beginning: string) {
    this.#client = client;
    this.#beginning = beginning;
  }

  readonly ask: Ask = (text, values) => {
    // What somebody forgot to wait for would be done outside of the transaction, in the session of another.
    if (this.#ended) return Promise.reject(new Error('the transaction is over'));
    const first = this.sent === 0 ? this.#client.query(this.#beginning) : undefined;
    this.sent += 1;
    const answer = this.#client.query(prepared(text, values));
    return first ? behind(first, answer) : answer;
  };

  /** Sent right behind what was asked last. A transaction that has failed is taken back by it, and does not say so. */
  commit(): Promise<unknown> {
    return this.#end('COMMIT');
  }

  rollback(): Promise<unknown> {
    return this.#end('ROLLBACK');
  }

  #end(text: string): Promise<unknown> {
    this.#ended = true;
    return this.sent > 0 ? this.#client.query(text) : Promise.resolve();
  }
}

async function behind(first: Promise<unknown>, answer: Promise<Result>): Promise<Result> {
  const [begin, asked] = await Promise.allSettled([first, answer]);
  if (begin.status === 'rejected') throw begin.reason;
  if (asked.status === 'rejected') throw asked.reason;
  return asked.value;
}

/**
 * Each query goes with `settings` in one message, which is a transaction by itself: the settings are for this query alone,
 * and nothing is to be undone when it fails. Such a message knows no parameters, so they stand in its text.
 */
export const looking =
  (pool: pg.Pool, settings: string): Ask =>
  async (text, values) => {
    const answers = (await pool.query(`${settings}; ${inlined(text, values)}`)) as unknown as Result[];
    return answers.at(-1) ?? nothing;
  };

const nothing: Result = { command: 'SELECT', rowCount: 0, rows: [] };

/** SQL with its parameters as literals. Only for values whose literal says the same: no arrays, dates, objects. */
export function inlined(text: string, values: Values): string {
  return text.replace(/\$(\d+)/g, (_, n: string) => {
    const value = values[Number(n) - 1];
    if (typeof value === 'string') return pg.escapeLiteral(value);
    if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
    throw new TypeError(`no literal for ${typeof value}`);
  });
}

/**
 * A connection on which everything that is sent in one turn of the loop goes out in one write; node-postgres writes each
 * query by itself.
 */
export class BurstSocket extends Socket {
  #gathering = false;

  /** Node puts its own `write` in place of any other when a socket is connected (lib/net.js). */
  override connect(...args: [never]): this {
    super.connect(...args);
    delete (this as Partial<Pick<Socket, 'write'>>).write;
    return this;
  }

  override write(...args: [never]): boolean {
    if (!this.#gathering) {
      this.#gathering = true;
      this.cork();
      setImmediate(() => {
        this.#gathering = false;
        this.uncork();
      });
    }
    return super.write(...args);
  }
}

/** Longer texts are mostly lists of ids, of which there are as many as lengths. */
const longestPrepared = 3000;
const mostPrepared = 200;
const names = new Map<string, string>();

/**
 * A query that comes again and again is read and planned once per session. Not one of all columns: as soon as a newer
 * server adds one PostgreSQL refuses it («cached plan must not change result type»).
 */
function prepared(text: string, values: Values): pg.QueryConfig {
  const query = { text, values: [...values] };
  const known = names.get(text);
  if (known !== undefined) return { ...query, name: known };
  if (text.includes('*') || text.length > longestPrepared || names.size >= mostPrepared) return query;
  return { ...query, name: nameFor(text) };
}

function nameFor(text: string): string {
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 20);
  names.set(text, name);
  return name;
}

/** … and this one always, however long it is and however many there are: one of the few whose text never changes. */
export function prepareAlways(text: string): void {
  if (text.includes('*')) throw new Error(`a query that is kept names its columns: ${text}`);
  nameFor(text);
}
