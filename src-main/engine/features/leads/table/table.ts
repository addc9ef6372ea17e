import { leadSorts, type LeadQuery, type LeadSelection, type LeadSortKey } from '#shared/desk-contract/areas/leads.ts'; // prettier-ignore
import type { PoolRules } from '#shared/domain/pool-rules.ts';
import { compareNames, orderByName } from '../../../columns/name-order.ts';
import { orderByKey, reorder } from '../../../columns/order.ts';
import type { ReadableDb } from '../../../database/handles.ts';
import { LeadColumns } from './columns.ts';
import { leadFacts, leadFactsOf } from './facts.ts';
import { keepFilters, keepPlace, keepRows, tagsOf } from './filters.ts';
import { ownLeads, type OwnLeads } from './own-leads.ts';
import { keepMatches, parseSearch } from './search.ts';

/** 0 = has none: last, whichever way it is sorted. */
const sortColumns = {
  newest: 'created',
  capital: 'capital',
  'last-call': 'lastCall',
  'last-follow-up': 'lastFollowUp',
  claimed: 'claimed',
  released: 'released',
  'next-follow-up': 'nextFollowUp',
} as const satisfies { [S in Exclude<LeadSortKey, 'name'>]: keyof LeadColumns };

/** Of these never is before all, where the longest ago is asked for first. */
const neverFirst: ReadonlySet<LeadSortKey> = new Set(['last-call', 'last-follow-up', 'claimed', 'released']);

/** What lists count the words of. */
const wordColumns = { regions: 'region', industries: 'industry', tags: 'tags' } as const;
export type LeadWordKind = keyof typeof wordColumns;

/** Lists that were asked for last; scrolling asks for the same one again and again. */
const mostKept = 8;

/** The leads of a list. */
interface Found {
  /** One byte per row number: 1 = in it. */
  readonly matches: Uint8Array;
  readonly total: number;
  /** In their order, once somebody has scrolled far. */
  rows: Uint32Array | null;
}

/** So many are sorted sooner than looked for among all. */
const fewFound = 4000;

/** Of so many rows from the top nobody needs the whole list in its order. */
const nearTop = 1000;

/** In one order, and what has changed since it was made. */
interface Kept {
  order: Uint32Array;
  readonly stale: Set<number>;
}

/**
 * All leads of a desk as columns in memory: any filters, any order, any page, without an index in the database for each. Made
 * from the database, and told which rows have changed since. Belongs to one thread (list-worker.ts).
 */
export class LeadTable {
  private readonly db: ReadableDb;
  private readonly now: () => number;
  private columns = new LeadColumns();
  private below = 0;
  private rows: Uint32Array = new Uint32Array();
  private readonly orders = new Map<LeadSortKey, Kept>();
  private readonly found = new Map<string, Found>();
  /** Which rows they are of (`rowsInUse`); null = nothing is read. */
  private loaded: string | null = null;

  /** @param now for plans that are due, ms */
  constructor(db: ReadableDb, now: () => number) {
    this.db = db;
    this.now = now;
  }

  /** Are the columns those of the rows that are in use? */
  get isLoaded(): boolean {
    return this.loaded !== null && this.loaded === rowsInUse(this.db);
  }

  /** These have changed, come or gone. @param ids of leads; @param gone row numbers of those that were deleted */
  refresh(ids: readonly string[], gone: readonly number[]): void {
    if (!this.isLoaded) return;
    const facts = leadFactsOf(this.db, ids, gone);
    let changed = false;
    for (const row of gone) if (!facts.has(row) && this.columns.present.set(row, 0)) changed = this.moved(row);
    for (const [row, one] of facts) {
      const isNew = this.columns.present.at(row) === 0;
      const now = this.columns.set(row, one);
      if (isNew) this.moved(row);
      for (const sort of now.sorts) this.orders.get(sort)?.stale.add(row);
      changed ||= now.changed;
    }
    if (!changed) return;
    this.found.clear();
    this.countRows();
  }

  /** A window onto a list: row numbers in its order, and how long the whole of it is. */
  page(query: LeadQuery, me: string, offset: number, limit: number): { rows: Uint32Array; total: number } {
    this.load();
    const found = this.find(query, me);
    const below = Math.min(offset + limit, found.total);
    if (below <= nearTop && !found.rows) return { rows: this.inOrder(query, found, below).subarray(offset), total: found.total }; // prettier-ignore
    found.rows ??= this.inOrder(query, found, found.total);
    return { rows: found.rows.subarray(offset, below), total: found.total };
  }

  /** What a person's own leads come to, and which of them want something. @param rules null = nothing is taken back */
  own(me: string, rules: PoolRules | null): OwnLeads {
    this.load();
    return ownLeads(this.columns, this.below, me, rules, this.now());
  }

  /** Makes what every list needs before somebody asks for it. @returns whether there is more to make */
  warm(): boolean {
    this.load();
    const missing = leadSorts.find((sort) => !this.orders.has(sort));
    if (missing) this.order(missing);
    return missing !== undefined;
  }

  private find(query: LeadQuery, me: string): Found {
    const key = JSON.stringify([query, me, this.minuteOf(query), handedRows(this.db, query.filters.handed).length]);
    const known = this.found.get(key);
    if (known) return known;
    const matches = this.matches(query, me);
    const found: Found = { matches, total: count(matches), rows: null };
    if (this.found.size >= mostKept) this.found.delete(this.found.keys().next().value ?? '');
    this.found.set(key, found);
    return found;
  }

  /** How many leads have which word, over what the other filters leave. */
  words(selection: LeadSelection, me: string, of: LeadWordKind): { word: string; count: number }[] {
    this.load();
    const matches = this.matches({ ...selection, filters: { ...selection.filters, [of]: [] } }, me);
    const column = this.columns[wordColumns[of]];
    const counts = new Uint32Array(column.words.length);
    for (let row = 0; row < this.below; row++) if (matches[row]) counts[column.codes.at(row)]! += 1;
    const byWord = new Map<string, number>();
    for (const [code, count] of counts.entries()) {
      const word = column.words[code] ?? null;
      // A lead counts with each of its tags.
      const words = of === 'tags' && word !== null ? tagsOf(word) : [word ?? ''];
      if (count > 0) for (const one of words) byWord.set(one, (byWord.get(one) ?? 0) + count);
    }
    return [...byWord]
      .map(([word, count]) => ({ word, count }))
      .sort((a, b) => b.count - a.count)
      .slice(0, 300);
  }

  /** How late it is, for what that makes a difference. */
  private minuteOf({ filters }: LeadQuery): number {
    return filters.followUp === null ? 0 : Math.floor(this.now() / 60_000);
  }

  private load(): void {
    const inUse = rowsInUse(this.db);
    if (this.loaded === inUse) return;
    this.columns = new LeadColumns();
    this.orders.clear();
    this.found.clear();
    for (const [row, facts] of leadFacts(this.db)) this.columns.set(row, facts);
    this.countRows();
    this.loaded = inUse;
  }

  private moved(row: number): true {
    for (const { stale } of this.orders.values()) stale.add(row);
    return true;
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

  /** One byte per row number: 1 = in the list. */
  private matches({ place, search, filters }: LeadSelection, me: string): Uint8Array {
    const { columns, below } = this;
    const matches = columns.present.values.slice(0, below);
    keepPlace(matches, columns, place, me);
    keepFilters(matches, columns, filters, this.now());
    if (filters.handed !== null) keepRows(matches, handedRows(this.db, filters.handed));
    keepMatches(matches, columns, parseSearch(search));
    return matches;
  }

  private order(sort: LeadSortKey): Uint32Array {
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

  private sorted(sort: LeadSortKey): Uint32Array {
    if (sort === 'name') return orderByName(this.columns.names, this.rows);
    const { values } = this.columns[sortColumns[sort]];
    return orderByKey(this.rows, (row) => values[row] ?? 0);
  }

  private sortedOf(rows: Uint32Array, sort: LeadSortKey): Uint32Array {
    return rows.sort((a, b) => this.compare(sort, a, b) || a - b);
  }

  private compare(sort: LeadSortKey, a: number, b: number): number {
    if (sort === 'name') return compareNames(this.columns.names, a, b);
    const column = this.columns[sortColumns[sort]];
    return column.at(a) - column.at(b);
  }

  /** The first ones of a list. */
  private inOrder(query: LeadQuery, { matches, total }: Found, wanted: number): Uint32Array {
    const order = total <= fewFound ? this.sortedOf(rowsOf(matches, total), query.sort) : this.order(query.sort);
    const { without, descending, withoutFirst } = this.turned(query, order);
    const found = new Uint32Array(wanted);
    let have = 0;
    const take = (from: number, below: number, backwards: boolean): void => {
      for (let n = from; n < below && have < wanted; n++) {
        const row = order[backwards ? below - 1 - (n - from) : n]!;
        if (matches[row]) found[have++] = row;
      }
    };
    if (withoutFirst) take(0, without, descending);
    take(without, order.length, descending);
    if (!withoutFirst) take(0, without, descending);
    return found;
  }

  /** How many of the order's first rows have no value to be sorted by, and how the rest is gone through. */
  private turned({ sort, descending }: LeadQuery, order: Uint32Array): Turn {
    if (sort === 'name' || sort === 'newest') return { without: 0, descending, withoutFirst: false };
    const { values } = this.columns[sortColumns[sort]];
    let [from, below] = [0, order.length];
    while (from < below) {
      const middle = (from + below) >> 1;
      if ((values[order[middle]!] ?? 0) === 0) from = middle + 1;
      else below = middle;
    }
    return { without: from, descending, withoutFirst: neverFirst.has(sort) && !descending };
  }
}

/**
 * Another generation of rows brings a table of its own (next-generation.ts), in which the numbers are others'. Pages of the file are
 * used again, numbers of generations are not.
 */
const rowsInUse = (db: ReadableDb): string =>
  db.get<{ which: string }>(
    `SELECT rootpage || ' ' || coalesce((SELECT value FROM meta WHERE key = 'generation.number'), '') AS which
     FROM sqlite_schema WHERE type = 'table' AND name = 'lead'`,
  )?.which ?? '';

/** Row numbers of the leads of a batch (handed-leads.ts). */
const handedRows = (db: ReadableDb, batch: string | null): number[] =>
  batch === null
    ? []
    : db
        .all<{ row: number }>(
          'SELECT l.rowid AS row FROM lead_handed h JOIN lead l ON l.id = h.lead_id WHERE h.batch = ?',
          [batch],
        )
        .map(({ row }) => row);

/** Those without a value stand last; where the longest ago is asked for first, never is before all. */
interface Turn {
  readonly without: number;
  readonly descending: boolean;
  readonly withoutFirst: boolean;
}

const count = (matches: Uint8Array): number => {
  let total = 0;
  for (let row = 0; row < matches.length; row++) total += matches[row]!;
  return total;
};

function rowsOf(matches: Uint8Array, total: number): Uint32Array {
  const rows = new Uint32Array(total);
  for (let row = 0, have = 0; have < total; row++) if (matches[row]) rows[have++] = row;
  return rows;
}
