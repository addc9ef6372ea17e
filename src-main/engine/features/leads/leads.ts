import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { CloudLead } from '#shared/cloud-contract/contract.ts';
import {
  leadQuery,
  type LeadQuery,
  type LeadRow,
  type LeadSelection,
  type SomeLeads,
} from '#shared/desk-contract/areas/leads.ts';
import { mayAssignLeads } from '#shared/domain/lead-rights.ts';
import { defaultPoolRules, type PoolRules } from '#shared/domain/pool-rules.ts';
import { beijingDay } from '#shared/domain/sim-governor.ts';
import type { NumberList } from '#shared/domain/number-lists.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import { RowTouches } from '../../columns/touches.ts';
import type { EngineContext } from '../../context.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { ChangeApplier } from '../../sync/index.ts';
import { noteCall, type LeadCall } from './activity.ts';
import { takeFromAside } from './aside.ts';
import { DueFollowUps } from './due-follow-ups.ts';
import { HandedLeads } from './handed-leads.ts';
import { createLeadWork, type LeadDeeds, type LeadWork } from './lead-work.ts';
import { takeLeads, takeNotes } from './from-cloud.ts';
import { DeskPoolRules } from './pool-rules.ts';
import type { LeadLists, LeadWindow, LeadWords, PickedLeads } from './lead-lists.ts';
import {
  cloudRowOf,
  companiesAt,
  findLead,
  findLeadByPhone,
  namesOf,
  ownersAt,
  peopleOf,
  personOf,
  rowNumbersOf,
  toLeadRow,
  type LeadDetails,
  type LeadName,
  type Mine,
} from './repository.ts';
import { LeadRefusalBook, type RefusedDeeds } from './refusals.ts';

export interface LeadsService {
  /** One window onto the list, and how long the whole list is. */
  list(query: LeadQuery, window: LeadWindow): Promise<{ rows: LeadRow[]; total: number }>;
  /** What there is to filter by; people where the person sees leads of others. */
  words(selection: LeadSelection): Promise<FilterWords>;
  find(id: string): LeadDetails | null;
  /** Of a lead that the person follows, what is planned and how far it is; null = they do not follow it. */
  followed(id: string): Pick<LeadDetails, 'nextFollowUpAt' | 'stage'> | null;
  /** Who they are, asked once for a whole page; who is gone is missing. */
  names(ids: readonly string[]): ReadonlyMap<string, LeadName>;
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
  /** Everybody to whom the person may give leads, and how many they follow; nobody where they may not. */
  assignees(): Promise<{ id: string; name: string; department: string; follows: number }[]>;
  /** Of somebody whom the person sees; '' = nobody is known. */
  personName(id: string): string;
  /** Leads as they stand now, in the order of their list, `most` of them; who is not here is left out. */
  pick(what: SomeLeads, most: number): Promise<PickedLeads>;
  /** @throws AppError where the person may not give it leads: `access.denied`, `lead.receiver-disabled` */
  checkReceiver(id: string): void;
  /** Whose it is; null = nobody's, or not here. */
  ownerOf(id: string): string | null;
  /** 待跟进. */
  readonly due: DueFollowUps;
  /** What others gave to the person, or took from them. */
  readonly handed: HandedLeads;
  /** What the cloud did not take. */
  readonly refusals: LeadRefusalBook;
  /** 公海规则 that hold for the person, and how many leads they follow. */
  limits(): Promise<LeadLimits>;
  /** What the person does to leads. */
  readonly work: LeadWork;
  /** 公海规则 of the cloud. */
  readonly poolRules: ChangeApplier;
  /** Those that hold for the person; null = nobody has said anything. */
  rules(): PoolRules | null;
  /** Something about leads has changed and is committed: windows look again. */
  touched(): void;
  readonly rev: number;
  onChange(listener: (rev: number) => void): Disposable;
}

export interface FilterWords extends Omit<LeadWords, 'owners'> {
  readonly owners: { word: string; name: string; count: number }[];
}

export interface LeadLimits {
  /** In a Beijing day; null = no limit. */
  readonly claimsPerDay: number | null;
  readonly holdLimit: number | null;
  readonly formerOwnerDays: number;
  readonly newLeadClaimDays: number;
  readonly followed: number;
  /** Since midnight in Beijing, as far as this desk knows; what waits to be sent is counted. */
  readonly claimedToday: number;
}

export interface LeadsDeps {
  readonly context: EngineContext;
  /** Of the signed-in person. */
  readonly db: WritableDb;
  readonly deeds: LeadDeeds & RefusedDeeds;
  readonly person: { readonly id: string; readonly name: string };
  /** Theirs as the cloud has told last. */
  readonly role: () => Role;
  readonly lists: LeadLists;
  /** Which list bars these numbers now (`NumberLists.barred`). */
  readonly barred: (numbers: readonly string[]) => ReadonlyMap<string, NumberList>;
}

export function createLeadsService(deps: LeadsDeps): LeadsService {
  const { context, db, deeds, person, role, lists } = deps;
  const changed = new Emitter<number>();
  const touches = new RowTouches((ids, gone) => lists.refresh(ids, gone));
  // A window may outlive an engine: a start above every number it has seen tells it to look again.
  let rev = context.clock.now();

  const due = new DueFollowUps(db, context.clock, person.id);
  const handed = new HandedLeads({ db, clock: context.clock, newId: context.newId, me: person.id });
  function touched(): void {
    touches.tell();
    due.look();
    handed.look();
    rev += 1;
    changed.emit(rev);
  }

  const poolRules = new DeskPoolRules(db, touched);
  const warn: Mine['warn'] = (use) => poolRules.warningFor(use, context.clock.now());
  const lock: Mine['lock'] = (lead) => poolRules.lockFor(lead, context.clock.now());
  const standing: Mine['standing'] = (use) => poolRules.standing(use, context.clock.now());
  const mine: Mine = { id: person.id, warn, lock, standing };
  const refusals = new LeadRefusalBook(db, deeds);
  refusals.onChange(touched);
  /** With what others know of these leads. */
  function marked<Row extends LeadRow>(rows: readonly Row[]): Row[] {
    const barred = deps.barred(rows.flatMap(({ phone }) => phone ?? []));
    return refusals.mark(rows.map((row) => ({ ...row, barred: barred.get(row.phone ?? '') ?? null })));
  }
  const work = createLeadWork({ context, db, deeds, person, role, touched, touches });

  return {
    async list(query, window) {
      const { rows, total } = await lists.page(query, window);
      return { rows: marked(rows.map((stored) => toLeadRow(stored, mine))), total };
    },
    async words(selection) {
      const { owners, ...words } = await lists.words(selection);
      if (!mayAssignLeads(role())) return { ...words, owners: [] };
      const names = new Map(peopleOf(db).map(({ id, name }) => [id, name]));
      return { ...words, owners: owners.map(({ word, count }) => ({ word, name: names.get(word) ?? '', count })) };
    },
    find: (id) => findLead(db, id, mine) ?? null,
    followed(id) {
      const lead = findLead(db, id, mine);
      return lead?.following === 'me' || lead?.following === 'wished' ? lead : null;
    },
    names: (ids) => namesOf(db, ids),
    findByPhone: (e164) => findLeadByPhone(db, e164, mine) ?? null,
    companiesAt: (numbers) => companiesAt(db, numbers),
    get(id) {
      const lead = findLead(db, id, mine);
      if (!lead) throw new AppError('not-found');
      return marked([lead])[0] ?? lead;
    },
    async assignees() {
      if (!mayAssignLeads(role())) return [];
      const { owners } = await lists.words(leadQuery.parse({}));
      const follows = new Map(owners.map(({ word, count }) => [word, count]));
      return peopleOf(db)
        .filter(({ disabled }) => !disabled)
        .map(({ id, name, department }) => ({ id, name, department, follows: follows.get(id) ?? 0 }));
    },
    personName: (id) => personOf(db, id)?.name ?? '',
    async pick(what, most) {
      if (what.of === 'list') return lists.pick(what.query, most);
      const leads = ownersAt(db, rowNumbersOf(db, what.ids));
      return { leads, total: leads.length };
    },
    checkReceiver(id) {
      const receiver = mayAssignLeads(role()) ? personOf(db, id) : undefined;
      if (!receiver) throw new AppError('access.denied');
      if (receiver.disabled) throw new AppError('lead.receiver-disabled', { of: receiver.name });
    },
    ownerOf: (id) => cloudRowOf(db, id)?.ownerId ?? null,
    due,
    handed,
    refusals,
    async limits() {
      const { claimsPerDay, holdLimit, formerOwnerDays, newLeadClaimDays } = poolRules.now ?? defaultPoolRules;
      const { followed, claimed } = await lists.claims(beijingDay(context.clock.now()));
      const waiting = deeds.everyWaitingDeed().filter(({ type }) => type === 'lead.claim').length;
      return { claimsPerDay, holdLimit, formerOwnerDays, newLeadClaimDays, followed, claimedToday: claimed + waiting };
    },
    noteCall(target, leadId, call) {
      noteCall(target, leadId, call);
      touches.changed(leadId);
    },
    applyFromCloud(target, changes) {
      for (const { id, row } of changes)
        if (row === null) {
          handed.note(target, id, null);
          takeFromAside(target, id);
        }
      const put = (tx: WritableDb, lead: CloudLead): void => {
        handed.note(tx, lead.id, lead);
        work.put(tx, lead);
      };
      return takeLeads(target, changes, { put, gone: (row) => touches.gone(row) });
    },
    applyNotesFromCloud: (target, changes) => takeNotes(target, changes, (leadId) => touches.changed(leadId)),
    work,
    poolRules: poolRules.applier,
    rules: () => poolRules.now,
    touched,
    get rev() {
      return rev;
    },
    onChange: (listener) => changed.on(listener),
  };
}
