import type { ReadableDb } from '../database/handles.ts';
import { Bits } from './bits.ts';
import type { CodeColumn } from './numbers.ts';
import { reorder } from './order.ts';
import type { TextColumn } from './text.ts';
import { rowsAlong, type Stretch } from './walk.ts';

/** What lists of one kind of row are found by, one place per row number of the database. */
export interface RowColumns<Facts, Sort> {
  readonly present: CodeColumn;
  readonly names: Pick<TextColumn, 'learn'>;
  /** @returns what lists are sorted by that is another one now, and whether anything is */
  set(row: number, facts: Facts): { readonly sorts: readonly Sort[]; readonly changed: boolean };
}

/** Reads of the database by which the columns are made. */
export interface FactReads<Facts> {
  /** The next ones behind a row number, in the order of the numbers, `atOnce` of them; fewer are the last. */
  next(after: number, atOnce: number): readonly (Facts & { readonly row: number })[];
  /** Of these, by row number; what is not there is not in it. */
  of(ids: readonly string[], rows: readonly number[]): ReadonlyMap<number, Facts>;
}

/** Of a page: row numbers in their order, and how long the whole list is. */
export interface FoundRows {
  readonly rows: Uint32Array;
  readonly total: number;
}

/** Lists that were asked for last; scrolling asks for the same one again and again. */
const mostKept = 8;
/** So many are sorted sooner than looked for among all. */
const fewFound = 1000;
/** Of so many rows from the top nobody needs the whole list in its order. */
const nearTop = 1000;
/** Rows read at once: what is asked meanwhile waits so long (some 10 ms). */
const atOnce = 2500;

/** The rows of a list. */
interface Found {
  /** Null where `ordered` is there from the beginning. */
  readonly matches: Bits | null;
  readonly total: number;
  /** All in their order: of few, and of more once somebody scrolls about far down. */
  ordered: Uint32Array | null;
  isDeep: boolean;
}

/** In one order, and what has changed since it was made. */
interface Kept {
  order: Uint32Array;
  readonly stale: Set<number>;
}

/**
 * All rows of one kind as columns in memory: any filters, any order, any page, without an index in the database for each. Made
 * from the database, and told which rows have changed since. Belongs to one thread (list-worker.ts).
 */
export abstract class RowTable<Query, Facts, Sort extends string, Columns extends RowColumns<Facts, Sort>> {
  protected columns: Columns;
  /** Ascending. */
  protected rows: Uint32Array = new Uint32Array();
  /** Rows are numbered below this. */
  protected below = 0;
  protected readonly db: ReadableDb;
  private readonly name: 'lead' | 'call';
  private readonly orders = new Map<Sort, Kept>();
  private readonly found = new Map<string, Found>();
  /** Of which rows the columns are, and up to which number they are read; Infinity = to the end. */
  private loaded = { inUse: '', upTo: 0 };

  /** @param name of the database's table */
  protected constructor(db: ReadableDb, name: 'lead' | 'call', columns: Columns) {
    this.db = db;
    this.name = name;
    this.columns = columns;
  }

  protected abstract readonly reads: FactReads<Facts>;
  protected abstract readonly sorts: readonly Sort[];
  protected abstract blank(): Columns;
  /** Queries with the same key ask for the same list now. */
  protected abstract keyOf(query: Query): string;
  /** Takes out of all rows what the query does not ask for. */
  protected abstract narrow(rows: Bits, query: Query): void;
  protected abstract sortOf(query: Query): Sort;
  /** All rows, ascending. */
  protected abstract sorted(sort: Sort): Uint32Array;
  /** 0 = nothing but the row number tells them apart. */
  protected abstract compare(sort: Sort, a: number, b: number): number;
  /** How a list goes along rows that are in their ascending order. */
  protected abstract wayOf(query: Query, order: Uint32Array): readonly Stretch[];

  /** Are the columns those of the rows that are in use? */
  get isLoaded(): boolean {
    return this.loaded.upTo === Infinity && this.loaded.inUse === rowsInUse(this.db, this.name);
  }

  /** These have changed, come or gone. @param ids of rows; @param gone row numbers of those that were deleted */
  refresh(ids: readonly string[], gone: readonly number[]): void {
    // What is not read yet will be read as it is then.
    if (this.loaded.upTo === 0 || this.loaded.inUse !== rowsInUse(this.db, this.name)) return;
    const facts = this.reads.of(ids, gone);
    let [isOther, isMoved] = [false, false];
    const moved = (row: number): void => {
      isMoved = true;
      for (const { stale } of this.orders.values()) stale.add(row);
    };
    for (const row of gone) if (!facts.has(row) && this.columns.present.set(row, 0)) moved(row);
    for (const [row, one] of facts) {
      if (this.columns.present.at(row) === 0) moved(row);
      const now = this.columns.set(row, one);
      for (const sort of now.sorts) this.orders.get(sort)?.stale.add(row);
      isOther ||= now.changed;
    }
    if (isMoved && this.loaded.upTo === Infinity) this.countRows();
    if (isMoved || isOther) this.found.clear();
  }

  /** A window onto a list. */
  page(query: Query, offset: number, limit: number): FoundRows {
    this.load();
    this.look();
    const found = this.find(query);
    const below = Math.min(offset + limit, found.total);
    return { rows: this.window(query, found, Math.min(offset, below), below), total: found.total };
  }

  /** Makes what every list needs before somebody asks for it, a piece at a time. @returns whether there is more to make */
  warm(): boolean {
    if (!this.isLoaded) {
      this.loadSome();
      return true;
    }
    if (this.columns.names.learn()) return true;
    this.look();
    const missing = this.sorts.find((sort) => (this.orders.get(sort)?.stale.size ?? 1) > 0);
    if (missing) this.order(missing);
    return missing !== undefined;
  }

  protected load(): void {
    while (!this.isLoaded) this.loadSome();
  }

  /** Before each page, and each order that is made: what orders rest on beside the columns may be another thing now. */
  protected look(): void {
    // Nothing else.
  }

  /** An order rests on something that is not what it was. */
  protected forget(sort: Sort): void {
    this.orders.delete(sort);
    this.found.clear();
  }

  /** What a query leaves of all rows. */
  protected matches(query: Query): Bits {
    const rows = this.columns.present.rowsOf([1]).copy();
    this.narrow(rows, query);
    return rows;
  }

  /** Rows by what they can be sorted by: from ≤ value < below. They stand beside each other in the order. @param values ms, fen … */
  protected within(sort: Sort, values: Float64Array, from: number, below: number): Bits {
    const order = this.order(sort);
    const firstFrom = (bound: number): number => {
      let [low, high] = [0, order.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (values[order[middle]!]! < bound) low = middle + 1;
        else high = middle;
      }
      return low;
    };
    const [first, end] = [firstFrom(from), firstFrom(below)];
    if (end - first <= order.length / 2) return Bits.of(order.subarray(first, end), this.below);
    const outside = Bits.of(order.subarray(0, first), this.below).or(Bits.of(order.subarray(end), this.below));
    return this.columns.present.rowsOf([1]).copy().without(outside);
  }

  private find(query: Query): Found {
    const key = this.keyOf(query);
    const known = this.found.get(key);
    if (known) return known;
    const matches = this.matches(query);
    const total = matches.count();
    const found: Found =
      total > fewFound
        ? { matches, total, ordered: null, isDeep: false }
        : { matches: null, total, ordered: this.few(query, matches.rows(total)), isDeep: false };
    if (this.found.size >= mostKept) this.found.delete(this.found.keys().next().value ?? '');
    this.found.set(key, found);
    return found;
  }

  private few(query: Query, rows: Uint32Array): Uint32Array {
    const sort = this.sortOf(query);
    const order = rows.sort((a, b) => this.compare(sort, a, b) || a - b);
    return rowsAlong(order, this.wayOf(query, order), null, { from: 0, below: order.length, total: order.length });
  }

  private window(query: Query, found: Found, from: number, below: number): Uint32Array {
    const { matches, total } = found;
    if (found.ordered === null) {
      const order = this.order(this.sortOf(query));
      const way = this.wayOf(query, order);
      // Far down for the first time: one page, from the end that is nearer.
      if (below <= nearTop || !found.isDeep) {
        found.isDeep ||= below > nearTop;
        return rowsAlong(order, way, matches, { from, below, total });
      }
      found.ordered = rowsAlong(order, way, matches, { from: 0, below: total, total });
    }
    return found.ordered.subarray(from, below);
  }

  private loadSome(): void {
    const inUse = rowsInUse(this.db, this.name);
    if (this.loaded.inUse !== inUse) {
      this.columns = this.blank();
      this.orders.clear();
      this.found.clear();
      this.loaded = { inUse, upTo: 0 };
    }
    const some = this.reads.next(this.loaded.upTo, atOnce);
    for (const one of some) this.columns.set(one.row, one);
    this.loaded.upTo = some.length < atOnce ? Infinity : (some.at(-1)?.row ?? Infinity);
    if (this.loaded.upTo === Infinity) this.countRows();
  }

  private countRows(): void {
    const { values } = this.columns.present;
    let [count, below] = [0, 0];
    for (let row = 0; row < values.length; row++) if (values[row]) [count, below] = [count + 1, row + 1];
    this.rows = new Uint32Array(count);
    let next = 0;
    for (let row = 0; row < below; row++) if (values[row]) this.rows[next++] = row;
    this.below = below;
  }

  private order(sort: Sort): Uint32Array {
    const kept = this.orders.get(sort);
    if (!kept) {
      const order = this.sorted(sort);
      this.orders.set(sort, { order, stale: new Set() });
      return order;
    }
    if (kept.stale.size > 0) {
      const belongs = (row: number): boolean => this.columns.present.at(row) === 1;
      kept.order = reorder(kept.order, kept.stale, belongs, (a, b) => this.compare(sort, a, b) || a - b);
      kept.stale.clear();
    }
    return kept.order;
  }
}

/**
 * Another generation of rows brings a table of its own (next-generation.ts), in which the numbers are others'. Pages of the file are
 * used again, numbers of generations are not.
 */
const rowsInUse = (db: ReadableDb, table: 'lead' | 'call'): string =>
  db.get<{ which: string }>(
    `SELECT rootpage || ' ' || coalesce((SELECT value FROM meta WHERE key = 'generation.number'), '') AS which
     FROM sqlite_schema WHERE type = 'table' AND name = ?`,
    [table],
  )?.which ?? '';
