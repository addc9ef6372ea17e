import type { ReadableDb } from '../../../database/handles.ts';
import type { LeadHere } from './checked-sheet.ts';

const atOnce = 5000;

/** What the leads of this desk are compared by, some at a time: there may be a hundred thousand. */
export function* knownLeads(db: ReadableDb): Generator<LeadHere> {
  for (let after = 0; ;) {
    const rows = db.all<LeadHere & { number: number }>(
      `SELECT rowid AS number, company_name AS companyName, phone, credit_code AS creditCode FROM lead
       WHERE rowid > ? ORDER BY rowid LIMIT ?`,
      [after, atOnce],
    );
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    after = last.number;
  }
}
