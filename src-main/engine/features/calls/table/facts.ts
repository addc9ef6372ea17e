import type { FactReads } from '../../../columns/row-table.ts';
import type { ReadableDb } from '../../../database/handles.ts';
import type { CallRow } from '../call-row.ts';

const fields = [
  'started_at', 'employee_id', 'customer_name', 'contact_name', 'channel', 'direction', 'state', 'answered_at',
  'wait_ms', 'talk_ms', 'ended_at', 'end_cause', 'outcome', 'outcome_id', 'missing', 'slot', 'operator', 'iccid',
  'opener_name', 'opener_started_at', 'opener_heard_ms', 'opener_duration_ms', 'opener_state', 'cut_in_ms',
] as const; // prettier-ignore

/** What the list of calls is filtered and sorted by, and what figures are made of. Numbers are not among it: an index of the database finds them. */
export type CallFacts = Pick<CallRow, (typeof fields)[number]>;
type Stored = CallFacts & { readonly row: number };

const select = `SELECT rowid AS row, ${fields.join(', ')} FROM call`;

/** Reads of all calls of a desk. */
export const callFacts = (db: ReadableDb): FactReads<CallFacts> => ({
  next: (after, atOnce) => db.all<Stored>(`${select} WHERE rowid > ? ORDER BY rowid LIMIT ?`, [after, atOnce]),
  of(ids, rows) {
    const found = [
      ...db.all<Stored>(`${select} WHERE id IN (SELECT value FROM json_each(?))`, [JSON.stringify(ids)]),
      ...db.all<Stored>(`${select} WHERE rowid IN (SELECT value FROM json_each(?))`, [JSON.stringify(rows)]),
    ];
    return new Map(found.map((one) => [one.row, one]));
  },
});

/** Between the end of the sound and the moment in which the call is seen to be over. */
const seenLateMs = 1500;
/** So many seconds are told apart; openers have at most 60. */
const lastSecond = 255;

/**
 * In which second of the opener its customer hung up, from 1; 0 = not while it played. A colleague's call tells neither how long
 * the clip is nor whether it came to its end: there the call must have ended when the sound did.
 */
export function secondOfLeaving(call: LeavingFacts): number {
  const { opener_started_at: startedAt, opener_heard_ms: heardMs, ended_at: endedAt } = call;
  if (call.opener_state !== 'playing' || call.end_cause !== 'remote-hang-up' || call.cut_in_ms !== null) return 0;
  if (startedAt === null || heardMs === null || endedAt === null) return 0;
  const endsSeen = call.opener_duration_ms !== null;
  if (!endsSeen && endedAt - startedAt > heardMs + seenLateMs) return 0;
  return Math.min(lastSecond, Math.floor(heardMs / 1000) + 1);
}
type LeavingFacts = Pick<CallFacts, 'opener_started_at' | 'opener_heard_ms' | 'opener_duration_ms' | 'opener_state' | 'cut_in_ms' | 'end_cause' | 'ended_at'>; // prettier-ignore
