import type BetterSqlite from 'better-sqlite3';
import { toDatabaseError } from './database-error.ts';
import type { ReadableDb, SqlParams, SqlValue, WritableDb } from './handles.ts';
import { WriteTurn } from './write-turn.ts';

/** SQL text is fixed in the repositories, a few hundred at most; the bound only guards against text built from data. */
const statementLimit = 500;

type Statement = BetterSqlite.Statement<unknown[]>;

/** A readable handle over one better-sqlite3 connection; statements are prepared once. */
export function createReadable(connection: BetterSqlite.Database): ReadableDb {
  const prepare = statementCache(connection);
  return {
    get: <Row>(sql: string, params?: SqlParams) =>
      translated(() => prepare(sql).get(...bind(params)) as Row | undefined),
    all: <Row>(sql: string, params?: SqlParams) => translated(() => prepare(sql).all(...bind(params)) as Row[]),
  };
}

/** @param turn of whoever else writes to this database: taken for each write */
export function createWritable(connection: BetterSqlite.Database, turn: WriteTurn = new WriteTurn()): WritableDb {
  const prepare = statementCache(connection);
  const inTurn = <T>(work: () => T): T => (connection.inTransaction ? work() : turn.first(work));
  return {
    get: <Row>(sql: string, params?: SqlParams) =>
      translated(() => prepare(sql).get(...bind(params)) as Row | undefined),
    all: <Row>(sql: string, params?: SqlParams) => translated(() => prepare(sql).all(...bind(params)) as Row[]),
    run: (sql, params) =>
      translated(() =>
        inTurn(() => {
          // Several statements in one text exist only in migrations, and those have no parameters.
          if (params === undefined && isScript(sql)) {
            connection.exec(sql);
            return { changes: 0, lastRow: 0 };
          }
          const { changes, lastInsertRowid } = prepare(sql).run(...bind(params));
          return { changes, lastRow: Number(lastInsertRowid) };
        }),
      ),
    transaction: (work) => inTurn(() => transact(connection, prepare, work)),
    quickTransaction: (work) =>
      inTurn(() => {
        if (connection.inTransaction) return work();
        connection.exec('PRAGMA synchronous = NORMAL');
        try {
          return transact(connection, prepare, work);
        } finally {
          connection.exec('PRAGMA synchronous = FULL');
        }
      }),
  };
}

function transact<T>(connection: BetterSqlite.Database, prepare: (sql: string) => Statement, work: () => T): T {
  if (connection.inTransaction) return work();
  translated(() => prepare('BEGIN IMMEDIATE').run());
  try {
    const result = work();
    if (result instanceof Promise) throw new Error('a transaction must not wait: its work is synchronous');
    translated(() => prepare('COMMIT').run());
    return result;
  } catch (error) {
    // A full disk or a failed write may have rolled back already (SQLite "auto-rollback").
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

const isScript = (sql: string): boolean => /;\s*\S/.test(sql);

function statementCache(connection: BetterSqlite.Database): (sql: string) => Statement {
  const statements = new Map<string, Statement>();
  return (sql) => {
    const known = statements.get(sql);
    if (known) return known;
    if (statements.size >= statementLimit) statements.clear();
    const statement = connection.prepare<unknown[]>(sql);
    statements.set(sql, statement);
    return statement;
  };
}

const bind = (params: SqlParams | undefined): readonly (SqlValue | Readonly<Record<string, SqlValue>>)[] => {
  if (params === undefined) return [];
  return isPositional(params) ? params : [params];
};

const isPositional = (params: SqlParams): params is readonly SqlValue[] => Array.isArray(params);

function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toDatabaseError(error);
  }
}
