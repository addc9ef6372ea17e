import { cloudLead, cloudNote, id as leadId, type CloudLead, type CloudNote } from '#shared/cloud-contract/contract.ts';
import { outcomes } from '#shared/domain/vocabulary.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';
import { noteCall } from './activity.ts';
import { noteIds, putNote, removeNote } from './notes.ts';
import { cloudRowOf, leadIds, putLead, removeLead } from './repository.ts';

type Changes = readonly { readonly id: string; readonly row: unknown }[];

/** Where a lead goes, as it is or below what waits to be sent; who hears of the row number of one that is gone. */
interface LeadTaker {
  put(db: WritableDb, lead: CloudLead): void;
  gone(row: number | null): void;
}
const plain: LeadTaker = { put: putLead, gone: () => undefined };

/**
 * Rows of the cloud, inside the caller's transaction; null = no longer this desk's.
 * @returns ids of rows that this version cannot read
 */
export function takeLeads(db: WritableDb, changes: Changes, { put, gone }: LeadTaker = plain): string[] {
  const unreadable: string[] = [];
  for (const { id, row } of changes) {
    if (row === null) {
      gone(removeLead(db, id));
      continue;
    }
    const parsed = cloudLead.safeParse(row);
    if (parsed.success && leadId.safeParse(id).success) put(db, parsed.data);
    else unreadable.push(id);
  }
  return unreadable;
}

/** The same for notes. @param changed hears of leads whose notes are others now */
export function takeNotes(
  db: WritableDb,
  changes: Changes,
  changed: (leadId: string) => void = () => undefined,
): string[] {
  const unreadable: string[] = [];
  for (const { id, row } of changes) {
    const parsed = cloudNote.safeParse(row);
    if (row === null) {
      const leadId = removeNote(db, id);
      if (leadId !== null) changed(leadId);
    } else if (parsed.success) {
      putNote(db, parsed.data);
      noteToldCall(db, parsed.data);
      changed(parsed.data.leadId);
    } else unreadable.push(id);
  }
  return unreadable;
}

/** A call with the lead that somebody of the company had: it counts as one of this desk's own does. */
function noteToldCall(db: WritableDb, { leadId, event, createdAt }: CloudNote): void {
  if (event?.kind !== 'called') return;
  const outcome = outcomes.find((one) => one === event.outcome) ?? null;
  noteCall(db, leadId, { at: createdAt, answered: event.talkMs !== undefined, outcome });
}

/** How rows that are in use go on in another generation that lacks them. */
export const keptLeads = {
  ids: leadIds,
  keep(next: WritableDb, used: ReadableDb, id: string): void {
    const [lead, there] = [cloudRowOf(used, id), cloudRowOf(next, id)];
    if (lead && !there) putLead(next, lead);
  },
};

export const keptNotes = {
  ids: noteIds,
  keep(next: WritableDb, _used: ReadableDb, id: string): void {
    // Its lead is not this person's any more: then neither is the note.
    const text = 'SELECT id, lead_id, employee_id, employee_name, text, lost, event, created_at FROM';
    next.run(`INSERT OR IGNORE INTO note ${text} main.note AS used WHERE used.id = ?
      AND EXISTS (SELECT 1 FROM lead AS home WHERE home.id = used.lead_id)`, [id]); // prettier-ignore
  },
};
