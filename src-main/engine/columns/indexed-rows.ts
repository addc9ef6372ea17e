import type { ReadableDb, SqlParams } from '../database/handles.ts';
import { Bits } from './bits.ts';

/**
 * Rows that an index of the database finds, for what is in no column.
 * @param sql answers with one text, `json_group_array(rowid) AS rows`: two digits are the end of thousands of numbers, and each row of an answer has its price
 */
export function indexedRows(db: ReadableDb, sql: string, params: SqlParams): Bits {
  const rows = JSON.parse(db.get<{ rows: string }>(sql, params)?.rows ?? '[]') as number[];
  const bits = new Bits();
  for (const row of rows) bits.put(row, true);
  return bits;
}
