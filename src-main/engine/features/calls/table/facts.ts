import type { FactReads } from '../../../columns/row-table.ts';
import type { ReadableDb } from '../../../database/handles.ts';
import type { CallRow } from '../call-row.ts';

const fields = [
  'started_at', 'employee_id', 'customer_name', 'contact_name', 'channel', 'direction', 'state', 'answered_at',
  'wait_ms', 'talk_ms', 'end_cause', 'outcome', 'outcome_id', 'missing',
] as const; // prettier-ignore

/** What the list of calls is filtered and sorted by, and what figures are made of. Numbers are not among it: an index of the database finds them. */
export type CallFacts = Pick<CallRow, (typeof fields)[number]> & {
  /** As `readCard` reads it; null = not of a desk phone. */
  readonly card: string | null;
  /** JSON of a PlayedOpener; null = none was played. */
  readonly opener: string | null;
};
type Stored = CallFacts & { readonly row: number };

/** Each cell that is read has its price: what most calls have nothing of comes as one. */
const card = `slot || ' ' || employee_id || ' ' || CASE WHEN iccid IS NULL OR iccid LIKE 'slot:%' THEN '' ELSE substr(iccid, -4) END
  || ' ' || coalesce(operator, '')`;
const opener = `CASE WHEN opener_started_at IS NULL THEN NULL
  ELSE json_array(opener_name, opener_heard_ms, cut_in_ms, opener_state, opener_duration_ms, ended_at - opener_started_at) END`;
const select = `SELECT rowid AS row, ${fields.join(', ')}, ${card} AS card, ${opener} AS opener FROM call`;

/** The opener that was played in a call, as a row of it comes. */
export type PlayedOpener = readonly [
  name: string | null,
  heardMs: number | null,
  cutInMs: number | null,
  state: CallRow['opener_state'],
  /** Of the clip. */
  durationMs: number | null,
  /** From its begin to the end of the call. */
  tillEndMs: number | null,
];

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
export function secondOfLeaving(
  [, heardMs, cutInMs, state, durationMs, tillEndMs]: PlayedOpener,
  cause: CallRow['end_cause'],
): number {
  if (state !== 'playing' || cause !== 'remote-hang-up' || cutInMs !== null) return 0;
  if (heardMs === null || tillEndMs === null) return 0;
  if (durationMs === null && tillEndMs > heardMs + seenLateMs) return 0;
  return Math.min(lastSecond, Math.floor(heardMs / 1000) + 1);
}
