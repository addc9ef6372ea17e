import type { WritableDb } from './handles.ts';

/** A table that the cloud's rows fill, and that is read anew as a whole. */
export interface GenerationTable {
  readonly name: string;
  /** SQL over `own`, a row of it: what is this desk's own goes on in the next generation. Null: nothing is. */
  readonly own: string | null;
  /** Columns that are unique, each for itself; of tables with own rows. */
  readonly unique?: readonly string[];
}

/** Ids that were in the new history, whatever became of them; for those who have to know what was not. */
export const seenTable = 'generation_seen';

const nextOf = (name: string): string => `next_${name}`;
const oldOf = (name: string): string => `old_${name}`;

interface SchemaEntry {
  readonly name: string;
  readonly sql: string;
}

/**
 * The next generation of some tables, beside the ones that are in use: `next_lead` beside `lead`. What has them filled
 * swaps them by names, in one transaction whose cost does not grow with the rows; the old ones are emptied bit by bit.
 *
 * They are made like the ones in use, whatever migrations have made of those. Names of indexes are unique in a database and
 * cannot change: an index of the n-th generation is called `lead_by_name_gn`. A migration that drops one looks for both.
 */
export class NextGeneration {
  private readonly db: WritableDb;
  private readonly tables: readonly GenerationTable[];

  constructor(db: WritableDb, tables: readonly GenerationTable[]) {
    this.db = db;
    this.tables = tables;
  }

  /** In the caller's transaction. From here on what changes of the desk's own rows changes in both. */
  create(number: number): void {
    for (const { name } of this.tables) {
      this.db.run(renamedTable(this.entry('table', name).sql, nextOf(name)));
      for (const index of this.indexes(name)) this.db.run(renamedIndex(index, number, nextOf(name)));
    }
    this.db.run(`CREATE TABLE ${seenTable} (type TEXT NOT NULL, id TEXT NOT NULL, rev INTEGER, gone INTEGER NOT NULL,
      PRIMARY KEY (type, id)) STRICT, WITHOUT ROWID`);
    for (const table of this.tables) if (table.own) for (const when of ['INSERT', 'UPDATE']) this.follow(table, when);
  }

  /** Copies some own rows of a table. @returns behind which row to go on; null = that was the last */
  copyOwn({ name, own, unique = [] }: GenerationTable, after: number, limit: number): number | null {
    if (!own) return null;
    const last = this.db.get<{ last: number | null }>(
      `SELECT max(n) AS last FROM (SELECT rowid AS n FROM ${name} AS own WHERE rowid > ? AND (${own}) ORDER BY rowid LIMIT ?)`,
      [after, limit],
    )?.last;
    if (last === null || last === undefined) return null;
    const rows = `SELECT * FROM ${name} AS own WHERE rowid > ? AND rowid <= ? AND (${own})`;
    for (const column of unique)
      this.db.run(`DELETE FROM ${nextOf(name)} WHERE ${column} IN (SELECT ${column} FROM (${rows}))`, [after, last]);
    this.db.run(`INSERT INTO ${nextOf(name)} ${rows}`, [after, last]);
    return last;
  }

  /** In the caller's transaction: what was next is in use, what was in use is old. */
  swap(): void {
    stopFollowing(this.db);
    for (const { name } of this.tables) {
      this.db.run(`ALTER TABLE ${name} RENAME TO ${oldOf(name)}`);
      this.db.run(`ALTER TABLE ${nextOf(name)} RENAME TO ${name}`);
    }
  }

  /** In the caller's transaction: what was read so far is rubbish. */
  discard(): void {
    stopFollowing(this.db);
    for (const { name } of this.tables)
      if (this.has(nextOf(name))) this.db.run(`ALTER TABLE ${nextOf(name)} RENAME TO ${oldOf(name)}`);
  }

  get exists(): boolean {
    return this.has(nextOf(this.tables[0]?.name ?? ''));
  }

  /**
   * One step of taking away what is old, in the caller's transaction: an index, some rows, an empty table.
   * @returns whether something is left to do
   */
  clean(rows: number): boolean {
    for (const { name } of this.tables) if (this.has(oldOf(name))) return this.shrink(oldOf(name), rows);
    if (!this.has(seenTable) || this.exists) return false;
    return this.shrink(seenTable, rows);
  }

  private shrink(table: string, rows: number): boolean {
    const { sql } = this.entry('table', table);
    const index = this.indexes(table)[0];
    if (index) this.db.run(`DROP INDEX ${index.name}`);
    else if (/^CREATE VIRTUAL/i.test(sql)) this.db.run(`DROP TABLE ${table}`);
    else if (this.db.run(`DELETE FROM ${table} WHERE ${firstRows(table, sql)} LIMIT ?)`, [rows]).changes === 0)
      this.db.run(`DROP TABLE ${table}`);
    return true;
  }

  private follow({ name, own, unique = [] }: GenerationTable, when: string): void {
    const next = nextOf(name);
    const same = unique.map((column) => `DELETE FROM ${next} WHERE ${column} = new.${column};`).join(' ');
    this.db.run(`CREATE TRIGGER ${next}_${when.toLowerCase()} AFTER ${when} ON ${name}
      WHEN EXISTS (SELECT 1 FROM ${name} AS own WHERE own.rowid = new.rowid AND (${own}))
      BEGIN ${same} INSERT INTO ${next} SELECT * FROM ${name} WHERE rowid = new.rowid; END`);
  }

  private has(table: string): boolean {
    return this.db.get(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`, [table]) !== undefined;
  }

  private entry(type: string, name: string): SchemaEntry {
    const found = this.db.get<SchemaEntry>('SELECT name, sql FROM sqlite_schema WHERE type = ? AND name = ?', [
      type,
      name,
    ]);
    if (!found) throw new Error(`no ${type} ${name}`);
    return found;
  }

  /** Those that were made by name, not those that stand for UNIQUE. */
  private indexes(table: string): SchemaEntry[] {
    return this.db.all<SchemaEntry>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL ORDER BY name`,
      [table],
    );
  }
}

/** What changes of own rows no longer changes in the next generation, which is then good for nothing. */
export function stopFollowing(db: WritableDb): void {
  const triggers = db.all<{ name: string }>(
    `SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'next_*'`,
  );
  for (const { name } of triggers) db.run(`DROP TRIGGER ${name}`);
}

/** As SQLite keeps it: `CREATE TABLE lead (…`, or with quotes behind a renaming. */
const renamedTable = (sql: string, to: string): string => sql.replace(/(TABLE\s+)(?:"[^"]+"|\w+)/i, `$1${to}`);

const renamedIndex = ({ name, sql }: SchemaEntry, number: number, table: string): string =>
  sql.replace(
    /(INDEX\s+)(?:"[^"]+"|\w+)(\s+ON\s+)(?:"[^"]+"|\w+)/i,
    `$1${name.replace(/_g\d+$/, '')}_g${number}$2${table}`,
  );

/** The beginning of `column IN (SELECT …` with the table's own key. */
const firstRows = (table: string, sql: string): string =>
  /WITHOUT ROWID/i.test(sql) ? keyed(table, sql) : `rowid IN (SELECT rowid FROM ${table}`;

function keyed(table: string, sql: string): string {
  const key = /PRIMARY KEY \(([^)]+)\)/i.exec(sql)?.[1] ?? /(\w+)\s+\w+\s+PRIMARY KEY/i.exec(sql)?.[1] ?? 'id';
  return `(${key}) IN (SELECT ${key} FROM ${table}`;
}

/**
 * The same statements, on the tables of the next generation: what fills it is the code that fills the one in use. A name
 * is a table's where a table stands, or in front of one of its columns.
 */
export function onNext(db: WritableDb, tables: readonly GenerationTable[]): WritableDb {
  const names = tables.map(({ name }) => name).join('|');
  const place = new RegExp(`\\b(FROM|INTO|UPDATE|JOIN)(\\s+)(${names})\\b`, 'g');
  const column = new RegExp(`(?<![\\w.])(${names})(?=\\.[a-z])`, 'g');
  const known = new Map<string, string>();
  const renamed = (sql: string): string => {
    const found = known.get(sql) ?? sql.replace(place, '$1$2next_$3').replace(column, 'next_$1');
    known.set(sql, found);
    return found;
  };
  return {
    get: (sql, params) => db.get(renamed(sql), params),
    all: (sql, params) => db.all(renamed(sql), params),
    run: (sql, params) => db.run(renamed(sql), params),
    transaction: (work) => db.transaction(work),
    quickTransaction: (work) => db.quickTransaction(work),
  };
}
