import type { CloudLead } from '#shared/cloud-contract/contract.ts';
import type { WritableDb } from '../../database/handles.ts';
import { dropLead } from './repository.ts';

/** Takes a lead out of every list, and keeps its row (not its notes, which stay where they are). Inside the caller's transaction. @returns its row number before; null = none */
export function setAside(db: WritableDb, lead: CloudLead): number | null {
  const row = dropLead(db, lead.id);
  db.run('INSERT OR REPLACE INTO lead_aside (id, row) VALUES (?, ?)', [lead.id, JSON.stringify(lead)]);
  return row;
}

/** The row that was set aside, which is not from now on. */
export function takeFromAside(db: WritableDb, id: string): CloudLead | null {
  const kept = db.get<{ row: string }>('DELETE FROM lead_aside WHERE id = ? RETURNING row', [id]);
  return kept ? (JSON.parse(kept.row) as CloudLead) : null;
}

/** Forgets what nobody waits for any more: all but these. */
export const keepAside = (db: WritableDb, ids: readonly string[]): void =>
  void db.run('DELETE FROM lead_aside WHERE id NOT IN (SELECT value FROM json_each(?))', [JSON.stringify(ids)]);
