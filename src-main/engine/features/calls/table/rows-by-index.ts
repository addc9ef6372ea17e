import type { Bits } from '../../../columns/bits.ts';
import { indexedRows } from '../../../columns/indexed-rows.ts';
import type { ReadableDb } from '../../../database/handles.ts';
import { reverse } from '../repository.ts';

export const ofLeadSql = 'SELECT json_group_array(rowid) AS rows FROM call WHERE lead_id = :leadId';
export const ofCustomerSql = `SELECT json_group_array(rowid) AS rows FROM call
  WHERE lead_id = :leadId OR number IN (SELECT value FROM json_each(:numbers))`;
/** Last digits, first digits and the whole are ranges of an index. */
export const ofNumberSql = `SELECT json_group_array(rowid) AS rows FROM call
  WHERE (number_reversed >= :tail AND number_reversed < :tailEnd)
    OR (number >= :head AND number < :headEnd) OR number = :whole`;

/** Calls with a lead, whichever of its numbers was called. */
export const callsOfLead = (db: ReadableDb, leadId: string): Bits => indexedRows(db, ofLeadSql, { leadId });

/** Calls with a lead, and with numbers that it has now, under whatever name. @param numbers E.164 */
export const callsOfCustomer = (db: ReadableDb, leadId: string, numbers: readonly string[]): Bits =>
  indexedRows(db, ofCustomerSql, { leadId, numbers: JSON.stringify(numbers) });

/** Calls with a number that begins or ends so. @param digits without the country's code */
export function callsOfNumber(db: ReadableDb, digits: string): Bits {
  const tail = reverse(digits);
  const head = `+86${digits.replace(/^0/, '')}`;
  return indexedRows(db, ofNumberSql, { tail, tailEnd: `${tail}~`, head, headEnd: `${head}~`, whole: digits });
}
