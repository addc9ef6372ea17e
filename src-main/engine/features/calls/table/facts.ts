import type { FactReads } from '../../../columns/row-table.ts';
import type { ReadableDb } from '../../../database/handles.ts';
import type { CallRow } from '../call-row.ts';

const fields = [
  'started_at', 'employee_id', 'customer_name', 'contact_name', 'channel', 'direction', 'state', 'answered_at',
  'talk_ms', 'end_cause', 'outcome', 'outcome_id', 'missing',
] as const; // prettier-ignore

/** What the list of calls is filtered and sorted by. Numbers are not among it: an index of the database finds them. */
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
