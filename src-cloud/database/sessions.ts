import { createHash } from 'node:crypto';
import { Socket } from 'node:net';
import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';

// What is asked goes to PostgreSQL in as few round trips as it can: most of a request's processor time, here and there, is
// not the query but sending it, waking up, and finding out how to carry it out.

type Result = Pick<pg.QueryResult<object>, 'command' | 'rowCount' | 'rows'>;
type Values = readonly unknown[];

/**
 * Sends `beginning` (text without parameters, which may hold several statements; PostgreSQL docs, 54.2.2.1) without waiting for
 * its answer: what follows is right behind it. Where it fails, what follows fails too, and tells its reason.
 * @param pool with `pipeline`
 */
export function pipelinedDialect(pool: pg.Pool, beginning: string): PostgresDialect {
  return dialectOver(pool, (client) => {
    let begun: Promise<unknown> | undefined;
    return async (text, values) => {
      if (text === kyselysBegin) {
        begun = client.query(beginning);
        begun.catch(() => undefined); // heard with the first query
        return nothing;
      }
      const first = begun;
      begun = undefined;
      const answer = client.query(prepared(text, values));
      const [begin, asked] = await Promise.allSettled([first, answer]);
      if (begin.status === 'rejected') throw begin.reason;
      if (asked.status === 'rejected') throw asked.reason;
      return asked.value;
    };
  });
}

const kyselysBegin = 'begin';
const nothing: Result = { command: 'SELECT', rowCount: 0, rows: [] };

/**
 * Each query goes with `settings` in one message, which is a transaction by itself: the settings are for this query alone,
 * and nothing is to be undone when it fails. Such a message knows no parameters, so they stand in its text.
 */
export function lookingDialect(pool: pg.Pool, settings: string): PostgresDialect {
  return dialectOver(pool, (client) => async (text, values) => {
    const answers = (await client.query(`${settings}; ${inlined(text, values)}`)) as unknown as Result[];
    return answers.at(-1) ?? nothing;
  });
}

/** SQL with its parameters as literals. Only for values whose literal says the same: no arrays, dates, objects. */
export function inlined(text: string, values: Values): string {
  return text.replace(/\$(\d+)/g, (_, n: string) => {
    const value = values[Number(n) - 1];
    if (typeof value === 'string') return pg.escapeLiteral(value);
    if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
    throw new TypeError(`no literal for ${typeof value}`);
  });
}

type Ask = (text: string, values: Values) => Promise<Result>;

function dialectOver(pool: pg.Pool, asking: (client: pg.PoolClient) => Ask): PostgresDialect {
  const connect = async (): Promise<PostgresPoolClient> => {
    const client = await pool.connect();
    const query = asking(client) as unknown as PostgresPoolClient['query'];
    return { query, release: (destroy) => client.release(destroy) };
  };
  return new PostgresDialect({ pool: { connect, end: () => pool.end(), options: pool.options } as PostgresPool });
}

/**
 * A connection on which everything that is sent in one turn of the loop goes out in one write; node-postgres writes each
 * query by itself.
 */
export class BurstSocket extends Socket {
  #gathering = false;

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
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 20);
  names.set(text, name);
  return { ...query, name };
}
