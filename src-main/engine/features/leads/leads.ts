import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import { leadQuery, type LeadQuery, type LeadRow, type LeadSelection } from '#shared/desk-contract/areas/leads.ts';
import { mayAssignLeads } from '#shared/domain/lead-rights.ts';
import { defaultPoolRules, type PoolRules } from '#shared/domain/pool-rules.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import { RowTouches } from '../../columns/touches.ts';
import type { EngineContext } from '../../context.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { ChangeApplier } from '../../sync/index.ts';
import { noteCall, type LeadCall } from './activity.ts';
import { takeFromAside } from './aside.ts';
import { DueFollowUps } from './due-follow-ups.ts';
import { createLeadWork, type LeadDeeds, type LeadWork } from './lead-work.ts';
import { takeLeads, takeNotes } from './from-cloud.ts';
import { DeskPoolRules } from './pool-rules.ts';
import type { LeadLists, LeadWindow, LeadWords } from './lead-lists.ts';
import {
  cloudRowOf,
  companiesAt,
  findLead,
  findLeadByPhone,
  lastCallsOf,
  peopleOf,
  toLeadRow,
  type LeadDetails,
  type Mine,
  type StoredLead,
} from './repository.ts';

export interface LeadsService {
  /** One window onto the list, and how long the whole list is. */
  list(query: LeadQuery, window: LeadWindow): Promise<{ rows: LeadRow[]; total: number }>;
  /** What there is to filter by. */
  words(selection: LeadSelection): Promise<LeadWords>;
  find(id: string): LeadDetails | null;
  /** Of a lead that the person follows, what is planned and how far it is; null = they do not follow it. */
  followed(id: string): Pick<LeadDetails, 'nextFollowUpAt' | 'stage'> | null;
  /** When each of these was last called; who never was is missing. */
  lastCalls(ids: readonly string[]): ReadonlyMap<string, number>;
  /** The newest lead with this number, as `readNumber` writes it. */
  findByPhone(e164: string): LeadDetails | null;
  /** The companies that this desk knows at numbers, by the number; of unknown ones there is none. */
  companiesAt(numbers: readonly string[]): ReadonlyMap<string, string>;
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
  /** Everybody to whom the person may give leads; nobody where they may not. */
  assignees(): { id: string; name: string }[];
  /** Whose it is; null = nobody's, or not here. */
  ownerOf(id: string): string | null;
  /** 待跟进. */
  readonly due: DueFollowUps;
  /** 公海规则 that hold for the person, and how many leads they follow. */
  limits(): Promise<LeadLimits>;
  /** What the person does to leads. */
  readonly work: LeadWork;
  /** 公海规则 of the cloud. */
  readonly poolRules: ChangeApplier;
  /** Those that hold for the person; null = nobody has said anything. */
  rules(): PoolRules | null;
  /** A lead of the lists' thread as windows see it. */
  toRow(stored: StoredLead): LeadRow;
  /** Something about leads has changed and is committed: windows look again. */
  touched(): void;
  readonly rev: number;
  onChange(listener: (rev: number) => void): Disposable;
}

export interface LeadLimits {
  /** In a Beijing day; null = no limit. */
  readonly claimsPerDay: number | null;
  readonly holdLimit: number | null;
  readonly formerOwnerDays: number;
  readonly followed: number;
}

export interface LeadsDeps {
  readonly context: EngineContext;
  /** Of the signed-in person. */
  readonly db: WritableDb;
  readonly deeds: LeadDeeds;
  readonly person: { readonly id: string; readonly name: string };
  /** Theirs as the cloud has told last. */
  readonly role: () => Role;
  readonly lists: LeadLists;
}

export function createLeadsService({ context, db, deeds, person, role, lists }: LeadsDeps): LeadsService {
  const changed = new Emitter<number>();
  const touches = new RowTouches((ids, gone) => lists.refresh(ids, gone));
  // A window may outlive an engine: a start above every number it has seen tells it to look again.
  let rev = context.clock.now();

  const due = new DueFollowUps(db, context.clock, person.id);
  function touched(): void {
    touches.tell();
    due.look();
    rev += 1;
    changed.emit(rev);
  }

  const poolRules = new DeskPoolRules(db, touched);
  const warn: Mine['warn'] = (use) => poolRules.warningFor(use, context.clock.now());
  const mine: Mine = { id: person.id, warn };
  const work = createLeadWork({ context, db, deeds, person, role, touched, touches });

  return {
    async list(query, window) {
      const { rows, total } = await lists.page(query, window);
      return { rows: rows.map((stored) => toLeadRow(stored, mine)), total };
    },
    words: (selection) => lists.words(selection),
    find: (id) => findLead(db, id, mine) ?? null,
    followed(id) {
      const lead = findLead(db, id, mine);
      return lead?.following === 'me' || lead?.following === 'wished' ? lead : null;
    },
    lastCalls: (ids) => lastCallsOf(db, ids),
    findByPhone: (e164) => findLeadByPhone(db, e164, mine) ?? null,
    companiesAt: (numbers) => companiesAt(db, numbers),
    get(id) {
      const lead = findLead(db, id, mine);
      if (!lead) throw new AppError('not-found');
      return lead;
    },
    assignees: () => (mayAssignLeads(role()) ? peopleOf(db) : []),
    ownerOf: (id) => cloudRowOf(db, id)?.ownerId ?? null,
    due,
    async limits() {
      const { total } = await lists.page(leadQuery.parse({ place: 'followed' }), { offset: 0, limit: 1 });
      const { claimsPerDay, holdLimit, formerOwnerDays } = poolRules.now ?? defaultPoolRules;
      return { claimsPerDay, holdLimit, formerOwnerDays, followed: total };
    },
    noteCall(target, leadId, call) {
      noteCall(target, leadId, call);
      touches.changed(leadId);
    },
    applyFromCloud(target, changes) {
      for (const { id, row } of changes) if (row === null) takeFromAside(target, id);
      return takeLeads(target, changes, { put: work.put, gone: (row) => touches.gone(row) });
    },
    applyNotesFromCloud: (target, changes) => takeNotes(target, changes, (leadId) => touches.changed(leadId)),
    work,
    poolRules: poolRules.applier,
    rules: () => poolRules.now,
    toRow: (stored) => toLeadRow(stored, mine),
    touched,
    get rev() {
      return rev;
    },
    onChange: (listener) => changed.on(listener),
  };
}
