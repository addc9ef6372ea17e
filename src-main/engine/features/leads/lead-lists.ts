import type { LeadQuery, LeadSelection } from '#shared/desk-contract/areas/leads.ts';
import type { QueueSource } from '#shared/desk-contract/areas/dial-queue.ts';
import type { SuggestedLeads } from '#shared/desk-contract/areas/workbench.ts';
import type { PoolRules } from '#shared/domain/pool-rules.ts';
import type { SpreadLead } from '#shared/domain/lead-spread.ts';
import type { QueueCandidate } from '#shared/domain/queue-choice.ts';
import type { ReadableDb } from '../../database/handles.ts';
import { firstRows } from './table/first-rows.ts';
import type { OwnLeads } from './table/own-leads.ts';
import { LeadTable } from './table/table.ts';
import {
  calleesAt,
  claimedAmong,
  leadsAt,
  namesOf,
  ownersAt,
  rowNumbersOf,
  type LeadName,
  type StoredLead,
} from './repository.ts';

export interface LeadWindow {
  readonly offset: number;
  readonly limit: number;
}

export interface LeadPage {
  readonly rows: readonly StoredLead[];
  /** Of the whole list. */
  readonly total: number;
}

interface WordCount {
  readonly word: string;
  readonly count: number;
}
export interface LeadWords {
  readonly regions: WordCount[];
  readonly industries: WordCount[];
  readonly tags: WordCount[];
  /** By id; '' = nobody. */
  readonly owners: WordCount[];
}

/** Leads of a list from its top, and how long the whole list is. */
export interface PickedLeads {
  readonly leads: readonly SpreadLead[];
  readonly total: number;
}

/** What a person's own leads come to (table/own-leads.ts), with the first of those that want something. */
export interface OwnLeadFacts extends Pick<OwnLeads, 'followed' | 'library' | 'pool'> {
  readonly wanting: Readonly<Record<SuggestedLeads, { readonly count: number; readonly first: readonly StoredLead[] }>>;
}

/** How many leads a person follows, and how many they have claimed since then. */
export interface LeadClaims {
  readonly followed: number;
  readonly claimed: number;
}

/** One person's lists of leads. Whoever asks behind a `refresh` sees what it was about. */
export interface LeadLists {
  page(query: LeadQuery, window: LeadWindow): Promise<LeadPage>;
  words(selection: LeadSelection): Promise<LeadWords>;
  /** @param since ms */
  claims(since: number): Promise<LeadClaims>;
  pick(query: LeadQuery, most: number): Promise<PickedLeads>;
  /** These have changed, and it is committed. @param gone row numbers of leads that were deleted */
  refresh(ids: readonly string[], gone: readonly number[]): void;
}

/** The same without a thread: what the thread does, and what small tests need. */
export class LeadListing {
  private readonly db: ReadableDb;
  private readonly table: LeadTable;
  private readonly me: string;

  /** @param now for plans that are due, ms */
  constructor(db: ReadableDb, me: string, now: () => number) {
    this.db = db;
    this.table = new LeadTable(db, me, now);
    this.me = me;
  }

  page(query: LeadQuery, { offset, limit }: LeadWindow): LeadPage {
    // The window that opens does not wait for a hundred thousand leads to be read.
    const first = this.table.isLoaded ? null : firstRows(this.db, query, this.me, offset, limit);
    const { rows, total } = first ?? this.table.page(query, offset, limit);
    return { rows: leadsAt(this.db, [...rows]), total };
  }

  /** Null = the leads have not been read yet; `warm` does. @param most of each kind, with their rows */
  own(rules: PoolRules | null, most: number): OwnLeadFacts | null {
    if (!this.table.isLoaded) return null;
    const { wanting, ...counts } = this.table.own(rules);
    const of = (kind: SuggestedLeads) => ({
      count: wanting[kind].length,
      first: leadsAt(this.db, wanting[kind].slice(0, most)),
    });
    return {
      ...counts,
      wanting: { 'taken-back': of('taken-back'), unplanned: of('unplanned'), 'never-called': of('never-called') },
    };
  }

  /** A whole list: row numbers in its order. @param ids of these alone; null = all */
  rows(query: LeadQuery, ids: readonly string[] | null): Uint32Array {
    const { rows } = this.table.page(query, 0, Infinity);
    if (ids === null) return rows;
    const chosen = new Set(rowNumbersOf(this.db, ids));
    return rows.filter((row) => chosen.has(row));
  }

  at(rows: Uint32Array): readonly StoredLead[] {
    return leadsAt(this.db, [...rows]);
  }

  /** Row numbers of whom a queue may be made of, in their order. @param rules by which leads are taken back; null = none is */
  rowsOf(source: QueueSource, rules: PoolRules | null): Uint32Array {
    switch (source.of) {
      case 'leads':
        return Uint32Array.from(rowNumbersOf(this.db, source.ids));
      case 'list':
        return this.rows(source.query, null);
      case 'suggestion':
        return Uint32Array.from(this.table.own(rules).wanting[source.kind]);
    }
  }

  callees(rows: Uint32Array): readonly QueueCandidate[] {
    return calleesAt(this.db, [...rows], this.me);
  }

  names(ids: readonly string[]): ReadonlyMap<string, LeadName> {
    return namesOf(this.db, ids);
  }

  /** Makes what every list needs before somebody asks for it. @returns whether there is more to make */
  warm(): boolean {
    return this.table.warm();
  }

  claims(since: number): LeadClaims {
    const { followed, moved } = this.table.moved(since);
    return { followed, claimed: claimedAmong(this.db, moved, this.me, since) };
  }

  words(selection: LeadSelection): LeadWords {
    const of = (kind: keyof LeadWords): WordCount[] => this.table.words(selection, kind);
    return { regions: of('regions'), industries: of('industries'), tags: of('tags'), owners: of('owners') };
  }

  pick(query: LeadQuery, most: number): PickedLeads {
    const { rows, total } = this.table.page(query, 0, most);
    return { leads: ownersAt(this.db, [...rows]), total };
  }

  refresh(ids: readonly string[], gone: readonly number[]): void {
    this.table.refresh(ids, gone);
  }
}
