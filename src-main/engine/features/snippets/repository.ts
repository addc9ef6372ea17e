import type { CloudSnippet } from '#shared/cloud-contract/contract.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';

export type SnippetRow = Pick<CloudSnippet, 'id' | 'own' | 'category' | 'title' | 'text' | 'position' | 'version'>;
type Stored = Omit<SnippetRow, 'own'> & { own: 0 | 1 };

const selected = 'SELECT id, own, category, title, text, position, version FROM snippet';
const read = ({ own, ...row }: Stored): SnippetRow => ({ ...row, own: own === 1 });

/** The company's in their order, then the person's own. @param search part of category, title or text; empty = all */
export const snippetsWith = (db: ReadableDb, search: string): SnippetRow[] =>
  db
    .all<Stored>(
      `${selected} WHERE instr(lower(category || char(10) || title || char(10) || text), lower(?)) > 0
       ORDER BY own, position, id`,
      [search],
    )
    .map(read);

export function snippetOf(db: ReadableDb, id: string): SnippetRow | undefined {
  const found = db.get<Stored>(`${selected} WHERE id = ?`, [id]);
  return found && read(found);
}

/** How many the person has, and where their list ends. */
export const ownList = (db: ReadableDb): { count: number; last: number } =>
  db.get<{ count: number; last: number }>(
    'SELECT count(*) AS count, coalesce(max(position), 0) AS last FROM snippet WHERE own = 1',
  ) ?? { count: 0, last: 0 };

export function putSnippet(db: WritableDb, { id, own, category, title, text, position, version }: SnippetRow): void {
  db.run(
    `INSERT OR REPLACE INTO snippet (id, own, category, title, text, position, version)
     VALUES (:id, :own, :category, :title, :text, :position, :version)`,
    { id, own: own ? 1 : 0, category, title, text, position, version },
  );
}

export const removeSnippet = (db: WritableDb, id: string): void =>
  void db.run('DELETE FROM snippet WHERE id = ?', [id]);

/** Ids of all that are here, in their order, behind one of them. */
export const snippetIds = (db: ReadableDb, after: string, limit: number): string[] =>
  db
    .all<{ id: string }>('SELECT id FROM snippet WHERE id > ? ORDER BY id LIMIT ?', [after, limit])
    .map(({ id }) => id);
