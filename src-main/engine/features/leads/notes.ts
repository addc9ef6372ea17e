import type { CloudNote, LeadEvent } from '#shared/cloud-contract/contract.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';

/** What the cloud has, or what this desk adds. */
export function putNote(db: WritableDb, note: CloudNote): void {
  db.run(
    `INSERT OR REPLACE INTO note (id, lead_id, employee_id, employee_name, text, lost, event, created_at)
     VALUES (:id, :leadId, :employeeId, :employeeName, :text, :lost, :event, :createdAt)`,
    {
      id: note.id,
      leadId: note.leadId,
      employeeId: note.employeeId,
      employeeName: note.employeeName,
      text: note.text,
      lost: note.lost && JSON.stringify(note.lost),
      event: note.event ? JSON.stringify(note.event) : null,
      createdAt: note.createdAt,
    },
  );
}

/** @returns the lead that it was of; null = there was none */
export function removeNote(db: WritableDb, id: string): string | null {
  const leadId = db.get<{ leadId: string }>('SELECT lead_id AS leadId FROM note WHERE id = ?', [id])?.leadId ?? null;
  db.run('DELETE FROM note WHERE id = ?', [id]);
  return leadId;
}

/** Ids of all notes that are here, in their order, behind one of them. */
export const noteIds = (db: ReadableDb, after: string, limit: number): string[] =>
  db.all<{ id: string }>('SELECT id FROM note WHERE id > ? ORDER BY id LIMIT ?', [after, limit]).map(({ id }) => id);

interface StoredNote {
  id: string;
  leadId: string;
  employeeId: string;
  employeeName: string;
  text: string;
  lost: string | null;
  event: string | null;
  createdAt: number;
}

/** Newest first. */
export const notesOf = (db: ReadableDb, leadId: string): CloudNote[] =>
  db
    .all<StoredNote>(
      `SELECT id, lead_id AS leadId, employee_id AS employeeId, employee_name AS employeeName, text, lost, event,
         created_at AS createdAt FROM note WHERE lead_id = ? ORDER BY created_at DESC, id DESC`,
      [leadId],
    )
    .map(({ lost, event, ...note }) => ({
      ...note,
      lost: JSON.parse(lost ?? 'null') as CloudNote['lost'],
      ...(event === null ? {} : { event: JSON.parse(event) as LeadEvent }),
    }));
