import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { LeadQuery, LeadRow } from '#shared/desk-contract/areas/leads.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import type { EngineContext } from '../../context.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { ChangeApplier } from '../../sync/index.ts';
import { noteCall, type LeadCall } from './activity.ts';
import { takeFromAside } from './aside.ts';
import { createLeadWork, type LeadDeeds, type LeadWork } from './lead-work.ts';
import { takeLeads, takeNotes } from './from-cloud.ts';
import { DeskPoolRules } from './pool-rules.ts';
import { countLeads, findLead, findLeadByPhone, lastCallsOf, pageOfLeads } from './repository.ts';
import type { LeadDetails, LeadWindow, Mine } from './repository.ts';

export interface LeadsService {
  /** One window onto the list, and how long the whole list is. */
  list(query: LeadQuery, window: LeadWindow): { rows: LeadRow[]; total: number };
  find(id: string): LeadDetails | null;
  /** When each of these was last called; who never was is missing. */
  lastCalls(ids: readonly string[]): ReadonlyMap<string, number>;
  /** The newest lead with this number, as `readNumber` writes it. */
  findByPhone(e164: string): LeadDetails | null;
  /** @throws AppError `not-found` */
  get(id: string): LeadDetails;
  /** Tells a lead of a call, inside the caller's transaction (activity.ts); the caller then calls `touched` after its commit. */
  noteCall(db: WritableDb, leadId: string, call: LeadCall): void;
  /**
   * Rows of the cloud, inside the puller's transaction; null = no longer this desk's. `touched` follows after the commit.
   * @returns ids of rows that this version cannot read
   */
  applyFromCloud(db: WritableDb, changes: readonly { readonly id: string; readonly row: unknown }[]): string[];
  /** The same for notes. */
  applyNotesFromCloud(db: WritableDb, changes: readonly { readonly id: string; readonly row: unknown }[]): string[];
  /** What the person does to leads. */
  readonly work: LeadWork;
  /** 公海规则 of the cloud. */
  readonly poolRules: ChangeApplier;
  /** Something about leads has changed and is committed: windows look again. */
  touched(): void;
  readonly rev: number;
  onChange(listener: (rev: number) => void): Disposable;
}

export interface LeadsDeps {
  readonly context: EngineContext;
  /** Of the signed-in person. */
  readonly db: WritableDb;
  readonly deeds: LeadDeeds;
  readonly person: { readonly id: string; readonly name: string };
  /** Theirs as the cloud has told last. */
  readonly role: () => Role;
}

export function createLeadsService({ context, db, deeds, person, role }: LeadsDeps): LeadsService {
  const changed = new Emitter<number>();
  const totals = new Map<string, number>();
  // A window may outlive an engine: a start above every number it has seen tells it to look again.
  let rev = context.clock.now();

  function total(query: Pick<LeadQuery, 'search' | 'view'>): number {
    const key = JSON.stringify([query.view, query.search]);
    const known = totals.get(key);
    if (known !== undefined) return known;
    const counted = countLeads(db, query);
    // Typing makes a new search per key press; the map must not grow with a day's work.
    if (totals.size >= 200) totals.clear();
    totals.set(key, counted);
    return counted;
  }

  function touched(): void {
    totals.clear();
    rev += 1;
    changed.emit(rev);
  }

  /** By last call, those never called stand behind (newest call first) or in front (oldest call first) of the others. */
  function parts(query: LeadQuery): readonly LeadQuery[] {
    if (query.sort !== 'last-call') return [query];
    const never: LeadQuery = { ...query, view: 'never-called', sort: 'newest' };
    if (query.view === 'never-called') return [never];
    if (query.view !== 'all') return [query];
    const called: LeadQuery = { ...query, view: 'called' };
    return query.descending ? [called, never] : [never, called];
  }

  const poolRules = new DeskPoolRules(db, touched);
  const warn: Mine['warn'] = (use) => poolRules.warningFor(use, context.clock.now());
  const mine: Mine = { id: person.id, warn };
  const work = createLeadWork({ context, db, deeds, person, role, touched });

  return {
    list(query, { offset, limit }) {
      const rows: LeadRow[] = [];
      let before = 0;
      for (const part of parts(query)) {
        const size = total(part);
        const from = Math.max(0, offset - before);
        const missing = limit - rows.length;
        if (missing > 0 && from < size)
          rows.push(...pageOfLeads(db, part, size, { offset: from, limit: missing }, mine));
        before += size;
      }
      return { rows, total: before };
    },
    find: (id) => findLead(db, id, mine) ?? null,
    lastCalls: (ids) => lastCallsOf(db, ids),
    findByPhone: (e164) => findLeadByPhone(db, e164, mine) ?? null,
    get(id) {
      const lead = findLead(db, id, mine);
      if (!lead) throw new AppError('not-found');
      return lead;
    },
    noteCall,
    applyFromCloud(target, changes) {
      for (const { id, row } of changes) if (row === null) takeFromAside(target, id);
      return takeLeads(target, changes, work.put);
    },
    applyNotesFromCloud: takeNotes,
    work,
    poolRules: poolRules.applier,
    touched,
    get rev() {
      return rev;
    },
    onChange: (listener) => changed.on(listener),
  };
}
