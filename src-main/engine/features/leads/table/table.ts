import { leadSorts, type LeadQuery, type LeadSelection, type LeadSortKey } from '#shared/desk-contract/areas/leads.ts'; // prettier-ignore
import type { PoolRules } from '#shared/domain/pool-rules.ts';
import type { Bits } from '../../../columns/bits.ts';
import { indexedRows } from '../../../columns/indexed-rows.ts';
import { compareNames, orderByName } from '../../../columns/name-order.ts';
import { orderByKey } from '../../../columns/order.ts';
import { PersonRanks } from '../../../columns/person-ranks.ts';
import { RowTable } from '../../../columns/row-table.ts';
import { byValue, type Stretch } from '../../../columns/walk.ts';
import type { ReadableDb } from '../../../database/handles.ts';
import { LeadColumns } from './columns.ts';
import { leadFacts, type LeadFacts } from './facts.ts';
import { keepFilters, keepPlace, tagsOf } from './filters.ts';
import { movedLeads, ownLeads, type OwnLeads } from './own-leads.ts';
import { keepMatches } from './search.ts';

/** 0 = has none: last, whichever way it is sorted. */
const sortColumns = {
  newest: 'created',
  capital: 'capital',
  'last-call': 'lastCall',
  'last-follow-up': 'lastFollowUp',
  claimed: 'claimed',
  released: 'released',
  'next-follow-up': 'nextFollowUp',
} as const satisfies { [S in Exclude<LeadSortKey, 'name' | 'owner'>]: keyof LeadColumns };

/** Of these never is before all, where the longest ago is asked for first. */
const neverFirst: ReadonlySet<LeadSortKey> = new Set(['last-call', 'last-follow-up', 'claimed', 'released']);

/** What lists count the words of. */
const wordColumns = { regions: 'region', industries: 'industry', tags: 'tags', owners: 'owner' } as const;
export type LeadWordKind = keyof typeof wordColumns;

/** All leads of a desk, as its person looks at them. */
export class LeadTable extends RowTable<LeadQuery, LeadFacts, LeadSortKey, LeadColumns> {
  protected readonly sorts = leadSorts;
  protected readonly reads;
  private readonly me: string;
  private readonly now: () => number;
  private readonly owners: PersonRanks;

  /** @param now for plans that are due, ms */
  constructor(db: ReadableDb, me: string, now: () => number) {
    super(db, 'lead', new LeadColumns());
    this.reads = leadFacts(db);
    this.me = me;
    this.now = now;
    this.owners = new PersonRanks(db);
  }

  /** What a person's own leads come to, and which of them want something. @param rules null = nothing is taken back */
  own(rules: PoolRules | null): OwnLeads {
    this.load();
    return ownLeads(this.columns, this.below, this.me, rules, this.now());
  }

  /** As `movedLeads`. */
  moved(since: number): ReturnType<typeof movedLeads> {
    this.load();
    return movedLeads(this.columns, this.below, this.me, since);
  }

  /** How many leads have which word, over what the other filters leave: the most frequent first, of people all, else 300. */
  words(selection: LeadSelection, of: LeadWordKind): { word: string; count: number }[] {
    this.load();
    const column = this.columns[wordColumns[of]];
    const codes = column.codes.values;
    const counts = new Uint32Array(column.words.length);
    const filters = { ...selection.filters, [of]: [] };
    const leads = this.matches({ ...selection, filters, sort: 'newest', descending: true });
    for (const row of leads.rows(leads.count())) counts[codes[row]!]! += 1;
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
      .slice(0, of === 'owners' ? Infinity : 300);
  }

  protected blank(): LeadColumns {
    return new LeadColumns();
  }

  protected override look(): void {
    if (this.owners.look(this.columns.owner)) this.forget('owner');
  }

  protected keyOf(query: LeadQuery): string {
    // How late it is, for what that makes a difference.
    const minute = query.filters.followUp === null ? 0 : Math.floor(this.now() / 60_000);
    const { handed } = query.filters;
    // A batch grows while somebody looks at it.
    return JSON.stringify([query, minute, handed && handedRows(this.db, handed).count()]);
  }

  protected sortOf({ sort }: LeadQuery): LeadSortKey {
    return sort;
  }

  protected narrow(leads: Bits, { place, search, filters }: LeadSelection): void {
    const { columns } = this;
    keepPlace(leads, columns, place, this.me);
    keepFilters(leads, columns, filters, this.now(), (sort, from, below) =>
      this.within(sort, columns[sortColumns[sort]].values, from, below),
    );
    if (filters.handed !== null) leads.and(handedRows(this.db, filters.handed));
    keepMatches(leads, columns, search);
  }

  protected sorted(sort: LeadSortKey): Uint32Array {
    return sort === 'name' ? orderByName(this.columns.names, this.rows) : orderByKey(this.rows, this.keysBy(sort));
  }

  protected compare(sort: LeadSortKey, a: number, b: number): number {
    if (sort === 'name') return compareNames(this.columns.names, a, b);
    if (sort === 'owner') return this.ownerAt(a) - this.ownerAt(b);
    const column = this.columns[sortColumns[sort]];
    return column.at(a) - column.at(b);
  }

  /** Those without a value stand last; where the longest ago is asked for first, never is before all. */
  protected wayOf({ sort, descending }: LeadQuery, order: Uint32Array): readonly Stretch[] {
    if (sort === 'name' || sort === 'newest') return [{ from: 0, below: order.length, backwards: descending }];
    const of = this.keysBy(sort);
    const { without, rest } = byValue(order, (row) => of(row) > 0, descending);
    return neverFirst.has(sort) && !descending ? [without, rest] : [rest, without];
  }

  /** What a row is sorted by; 0 = it has none. */
  private keysBy(sort: Exclude<LeadSortKey, 'name'>): (row: number) => number {
    if (sort === 'owner') return (row) => this.ownerAt(row);
    const { values } = this.columns[sortColumns[sort]];
    return (row) => values[row] ?? 0;
  }

  private ownerAt(row: number): number {
    return this.owners.of(this.columns.owner.codes.at(row));
  }
}

/** Leads of a batch (handed-leads.ts). */
const handedRows = (db: ReadableDb, batch: string): Bits =>
  indexedRows(
    db,
    'SELECT json_group_array(l.rowid) AS rows FROM lead_handed h JOIN lead l ON l.id = h.lead_id WHERE h.batch = :batch',
    { batch },
  );
