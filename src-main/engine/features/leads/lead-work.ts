import { AppError } from '#shared/base/errors.ts';
import {
  cloudLead,
  unplanned,
  type CloudLead,
  type CloudNote,
  type LeadEdit,
  type LeadFields,
} from '#shared/cloud-contract/contract.ts';
import type { RowTouches } from '../../columns/touches.ts';
import type { EngineContext } from '../../context.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import { mayAssignLeads, mayDeleteLead, mayWorkOnLead } from '#shared/domain/lead-rights.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';
import type { DeedRef, Outbox, WaitingDeed } from '../../sync/index.ts';
import { notesOf, putNote, removeNote } from './notes.ts';
import { keepAside, setAside, takeFromAside } from './aside.ts';
import { cloudRowOf, putLead, removeLead } from './repository.ts';

/** Something done to a lead on this desk that the cloud has not taken yet. */
type LeadDeed = Extract<
  WaitingDeed,
  { type: 'lead.patch' | 'lead.claim' | 'lead.release' | 'lead.assign' | 'lead.delete' }
>;
type DeedRow<T extends LeadDeed['type']> = Extract<LeadDeed, { type: T }>['row'];

/** The outbox, as far as leads need it. */
export type LeadDeeds = Pick<
  Outbox,
  'enqueueDeed' | 'waitingDeeds' | 'everyWaitingDeed' | 'forgetRefused' | 'refusals'
>;

export interface LeadWork {
  /** Several deeds as one: on disk with one wait for it, and all or none. */
  together(work: () => void): void;
  /** The same for a part of long work, which says itself when lists look again (`LeadsService.touched`). */
  quietly(work: () => void): void;
  /** Changes fields at once here; the cloud merges them per field. @throws AppError `not-found` */
  edit(id: string, fields: LeadEdit): void;
  /** A wish until the cloud has decided. @throws AppError `not-found`, `lead.taken` where that is known already */
  claim(id: string): void;
  /** @throws AppError `not-found`, `lead.not-yours` */
  release(id: string, reason: string): void;
  /** May this person edit it, plan it? What is not here is nobody’s to work on. */
  mayWorkOn(id: string): boolean;
  /** Somebody follows it, and this person may give it up. @param seen who was shown to follow it; undefined = whoever does */
  mayRelease(id: string, seen?: string | null): boolean;
  /** It is here, and not theirs already. @param seen as above */
  mayAssign(id: string, to: string, seen?: string | null): boolean;
  /** 分配, 转移. @throws AppError `not-found`, `access.denied` */
  assign(id: string, to: string): void;
  /** It is gone here at once; where the cloud refuses it comes back. @throws AppError `not-found`, `access.denied` */
  remove(id: string, reason: string): void;
  /** May this person delete it? */
  mayRemove(id: string): boolean;
  /** @returns its id. @throws AppError `not-found` */
  addNote(leadId: string, text: string): string;
  notes(leadId: string): CloudNote[];
  /** A lead that was imported, and what the sheet says of it, until the cloud's own row comes. One that is here already stays. Inside the caller's transaction. */
  place(db: WritableDb, lead: CloudLead, note: { readonly id: string; readonly text: string } | null): void;
  /** The cloud did not take one that was placed. Inside the caller's transaction. */
  drop(db: WritableDb, id: string): void;
  /** A row of the cloud, with what waits to be sent on it. Inside the caller's transaction. */
  put(db: WritableDb, lead: CloudLead): void;
  /** Another generation of the cloud's rows is in use: what waits to be sent goes on top of it. Joins the caller's transaction. */
  layOnTop(db: WritableDb): void;
  /** The cloud did not take it (as it was): what is here goes back to what the cloud has. `row` as in CloudOpResult. */
  putBack(db: WritableDb, deed: DeedRef, row: unknown): void;
  /** It is sent once more. */
  redo(db: WritableDb, deed: WaitingDeed & DeedRef): void;
}

/** Of one reason; of more the rest goes with the next change of its lead. */
const refusedAtMost = 500;

interface Deps {
  readonly context: EngineContext;
  readonly db: WritableDb;
  readonly deeds: LeadDeeds;
  readonly person: { readonly id: string; readonly name: string };
  readonly role: () => Role;
  readonly touched: () => void;
  readonly touches: RowTouches;
}

/** What people do to leads: done here at once and noted for the cloud, in one transaction. */
export function createLeadWork({ context, db, deeds, person, role, touched, touches }: Deps): LeadWork {
  function mustFind(reader: ReadableDb, id: string): CloudLead {
    const lead = cloudRowOf(reader, id);
    if (!lead) throw new AppError('not-found');
    return lead;
  }

  const isReleasable = ({ ownerId }: CloudLead): boolean =>
    ownerId !== null && mayWorkOnLead(role(), ownerId === person.id);

  let acting = 0;
  function act(work: () => void, quiet = false): void {
    acting += 1;
    try {
      db.transaction(work);
    } finally {
      acting -= 1;
    }
    // Behind the commit of all that was done together.
    if (acting === 0 && !quiet) touched();
  }

  function carryOut<T extends LeadDeed['type']>(
    type: T,
    lead: CloudLead,
    row: (before: DeedRow<T> | null) => DeedRow<T>,
  ): void {
    show(db, lead, after(lead, { type, row: row(null) } as LeadDeed, person.id));
    // It is tried anew: that it was refused before says nothing any more. What somebody wrote stays to be read.
    if (type !== 'lead.patch') deeds.forgetRefused(db, lead.id, (deed) => deed.type === type);
    deeds.enqueueDeed(db, { type, entityId: lead.id, subject: lead.companyName, row: row as never });
  }

  function put(target: WritableDb, lead: CloudLead): void {
    forgetDone(target, lead);
    const waiting = deeds.waitingDeeds(lead.id) as readonly LeadDeed[];
    const seen = waiting.reduce<CloudLead | null>((row, deed) => row && after(row, deed, person.id), lead);
    show(target, lead, seen);
  }

  /** What was refused and has come about otherwise is no news any more. @param lead as the cloud has it */
  function forgetDone(target: WritableDb, lead: CloudLead | undefined): void {
    if (lead) deeds.forgetRefused(target, lead.id, (deed) => isDone(lead, deed, person.id));
  }

  /** @param seen null = deleted here, and the cloud has not decided: its notes stay, since nobody would tell them again */
  function show(target: WritableDb, lead: CloudLead, seen: CloudLead | null): void {
    if (seen) putLead(target, seen);
    else touches.gone(setAside(target, lead));
    touches.changed(lead.id);
  }

  function addOwn(target: WritableDb, note: Pick<CloudNote, 'id' | 'leadId' | 'text' | 'createdAt'>): void {
    putNote(target, { ...note, employeeId: person.id, employeeName: person.name, lost: null });
    touches.changed(note.leadId);
  }

  return {
    together: (work) => act(work),
    quietly: (work) => act(work, true),
    edit: (id, fields) =>
      act(() => {
        const lead = mustFind(db, id);
        carryOut('lead.patch', lead, (before) => ({
          id,
          base: before?.base ?? lead.version,
          fields: { ...before?.fields, ...fields },
        }));
      }),
    claim: (id) =>
      act(() => {
        const lead = mustFind(db, id);
        if (lead.ownerId === person.id) return;
        if (lead.ownerId !== null) throw new AppError('lead.taken');
        carryOut('lead.claim', lead, () => ({ id }));
      }),
    release: (id, reason) =>
      act(() => {
        const lead = mustFind(db, id);
        if (!isReleasable(lead)) throw new AppError('lead.not-yours');
        const { ownerId } = lead;
        const from = ownerId === null || ownerId === person.id ? {} : { from: ownerId };
        carryOut('lead.release', lead, () => ({ id, ...from, reason }));
      }),
    mayWorkOn(id) {
      const lead = cloudRowOf(db, id);
      return lead !== undefined && mayWorkOnLead(role(), lead.ownerId === person.id);
    },
    mayRelease(id, seen) {
      const lead = cloudRowOf(db, id);
      return lead !== undefined && isReleasable(lead) && isStillOf(lead, seen);
    },
    mayAssign(id, to, seen) {
      const lead = cloudRowOf(db, id);
      return lead !== undefined && lead.ownerId !== to && isStillOf(lead, seen);
    },
    assign: (id, to) =>
      act(() => {
        const lead = mustFind(db, id);
        if (!mayAssignLeads(role())) throw new AppError('access.denied');
        if (lead.ownerId !== to) {
          // The cloud has not heard of the one before: whoever had it then is whom it knows.
          carryOut('lead.assign', lead, (before) => ({ id, from: before ? before.from : lead.ownerId, to }));
        }
      }),
    remove: (id, reason) =>
      act(() => {
        const lead = mustFind(db, id);
        if (!mayDeleteLead(role(), lead)) throw new AppError('access.denied');
        carryOut('lead.delete', lead, () => ({ id, reason }));
      }),
    mayRemove(id) {
      const lead = cloudRowOf(db, id);
      return lead !== undefined && mayDeleteLead(role(), lead);
    },
    addNote(leadId, text) {
      const note = { id: context.newId(), leadId, text, createdAt: context.clock.now() };
      act(() => {
        const { companyName } = mustFind(db, leadId);
        addOwn(db, note);
        deeds.enqueueDeed(db, { type: 'note.add', entityId: note.id, subject: companyName, row: () => note });
      });
      return note.id;
    },
    notes: (leadId) => notesOf(db, leadId),
    place(target, lead, note) {
      if (cloudRowOf(target, lead.id)) return;
      show(target, lead, lead);
      if (note) addOwn(target, { ...note, leadId: lead.id, createdAt: lead.createdAt });
    },
    drop: (target, id) => touches.gone(removeLead(target, id)),
    put,
    layOnTop(target) {
      for (const { first } of deeds.refusals(['lead.claim', 'lead.release', 'lead.assign'], refusedAtMost))
        for (const { entityId } of first) forgetDone(target, cloudRowOf(target, entityId));
      const leads = new Set<string>();
      for (const deed of deeds.everyWaitingDeed())
        if (deed.type !== 'note.add') {
          if (isLeadDeed(deed)) leads.add(deed.row.id);
        } else if (cloudRowOf(target, deed.row.leadId)) addOwn(target, deed.row);
      keepAside(target, [...leads]);
      for (const id of leads) {
        const lead = cloudRowOf(target, id);
        if (lead) put(target, lead);
      }
    },
    putBack(target, { type, entityId }, row) {
      // Nobody else has it: its words are kept with the refusal.
      if (type === 'note.add') {
        const leadId = removeNote(target, entityId);
        if (leadId !== null) touches.changed(leadId);
        return;
      }
      const lead = cloudLead.safeParse(row);
      // A cloud that does not know what a deletion is does not say what it has either.
      const kept = takeFromAside(target, entityId);
      if (row === null) touches.gone(removeLead(target, entityId));
      else if (lead.success) put(target, lead.data);
      else if (kept) put(target, kept);
    },
    redo(target, deed) {
      if (deed.type === 'note.add') return addOwn(target, deed.row);
      if (!isLeadDeed(deed)) return;
      const lead = cloudRowOf(target, deed.entityId);
      if (lead) show(target, lead, after(lead, deed, person.id));
    },
  };
}

/** Nobody else has got it since; one that was given up meanwhile is free for everybody. */
const isStillOf = ({ ownerId }: CloudLead, seen: string | null | undefined): boolean =>
  seen === undefined || ownerId === null || ownerId === seen;

const isLeadDeed = (deed: WaitingDeed): deed is LeadDeed => deed.type.startsWith('lead.');

/** What was found of another number says nothing of this one; what is known of this one the cloud will say. */
function patched(lead: CloudLead, fields: Partial<LeadFields>): CloudLead {
  const isOther = fields.phone !== undefined && fields.phone !== lead.phone;
  return { ...lead, ...fields, ...(isOther ? { numberCheck: 'unchecked' as const } : {}) };
}

/** Is the lead in the cloud where this deed was to bring it, whoever did that? */
function isDone({ ownerId }: CloudLead, deed: WaitingDeed, me: string): boolean {
  if (deed.type === 'lead.claim') return ownerId === me;
  if (deed.type === 'lead.release') return ownerId === null;
  return deed.type === 'lead.assign' && ownerId === deed.row.to;
}

/** The lead as the person sees it when they have done this; null = not at all. */
function after(lead: CloudLead, deed: LeadDeed, me: string): CloudLead | null {
  switch (deed.type) {
    case 'lead.delete':
      return null;
    case 'lead.patch':
      return patched(lead, deed.row.fields as Partial<LeadFields>);
    case 'lead.claim':
      // Somebody else's already: the cloud will say so.
      return lead.ownerId === null ? { ...lead, ownerId: me, claimedAt: null } : lead;
    case 'lead.release':
      return lead.ownerId !== null && lead.ownerId === (deed.row.from ?? me)
        ? { ...lead, ...unplanned, ownerId: null, claimedAt: null, pool: 'public', releaseReason: deed.row.reason, formerOwnerId: lead.ownerId } // prettier-ignore
        : lead;
    case 'lead.assign':
      return lead.ownerId === deed.row.from || lead.ownerId === null
        ? { ...lead, ...(lead.ownerId === null ? {} : unplanned), ownerId: deed.row.to, claimedAt: null, releaseReason: null, formerOwnerId: null } // prettier-ignore
        : lead;
  }
}
