import type { CallQuery } from '#shared/desk-contract/areas/calls.ts';
import type { FoundRows } from '../../../columns/row-table.ts';
import type { ReadableDb } from '../../../database/handles.ts';
import type { CallsAsked } from './table.ts';

/**
 * A page of a list that nothing is asked of but whose calls, or with which lead, they are, straight from indexes of the database. Null: not such a list.
 */
export function firstCalls(
  db: ReadableDb,
  { query, people }: CallsAsked,
  offset: number,
  limit: number,
): FoundRows | null {
  // prettier-ignore
  const { search, incomplete, leadId, sort, descending, ...others } = query;
  const isFiltered = search.trim() !== '' || incomplete || Object.values(others).some((one) => one !== null);
  if (isFiltered || sort !== 'newest' || !descending || (people !== null && people.length !== 1)) return null;
  const person = people?.[0] ?? null;
  const params = { ...(person === null ? {} : { person }), ...(leadId === null ? {} : { leadId }) };
  const from = `FROM call ${conditions(person, leadId)}`;
  const rows = db.all<{ row: number }>(
    `SELECT rowid AS row ${from} ORDER BY started_at DESC, rowid DESC LIMIT :limit OFFSET :offset`,
    { ...params, limit, offset },
  );
  const total = db.get<{ total: number }>(`SELECT count(*) AS total ${from}`, params)?.total ?? 0;
  return { rows: Uint32Array.from(rows, ({ row }) => row), total };
}

function conditions(person: string | null, leadId: CallQuery['leadId']): string {
  if (leadId !== null) return `WHERE lead_id = :leadId${person === null ? '' : ' AND +employee_id = :person'}`;
  return person === null ? '' : 'WHERE employee_id = :person';
}
