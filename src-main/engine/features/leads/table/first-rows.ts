import type { LeadPlace } from '#shared/domain/vocabulary.ts';
import type { LeadQuery } from '#shared/desk-contract/areas/leads.ts';
import type { ReadableDb } from '../../../database/handles.ts';

const places: { readonly [P in LeadPlace]: string } = {
  all: 'true',
  library: `owner_id IS NULL AND pool <> 'public'`,
  public: `owner_id IS NULL AND pool = 'public'`,
  followed: 'owner_id = :me',
  team: 'owner_id <> :me',
};

/**
 * A page of a list that nothing is asked of but its place, straight from the database: 50 ms for 100,000 leads, where reading
 * them all takes half a second. Null: not such a list.
 */
export function firstRows(
  db: ReadableDb,
  { place, search, filters, sort, descending }: LeadQuery,
  me: string,
  offset: number,
  limit: number,
): { rows: number[]; total: number } | null {
  const isFiltered = search.trim() !== '' || Object.values(filters).some((one) => (Array.isArray(one) ? one.length > 0 : one !== null)); // prettier-ignore
  if (isFiltered || sort !== 'newest' || !descending) return null;
  const from = `FROM lead WHERE :me IS NOT NULL AND ${places[place]}`;
  const rows = db.all<{ row: number }>(
    `SELECT rowid AS row ${from} ORDER BY created_at DESC, rowid DESC LIMIT :limit OFFSET :offset`,
    { me, limit, offset },
  );
  const total = db.get<{ total: number }>(`SELECT count(*) AS total ${from}`, { me })?.total ?? 0;
  return { rows: rows.map(({ row }) => row), total };
}
