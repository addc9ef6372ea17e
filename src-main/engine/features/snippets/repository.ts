import type { CloudSnippet } from '#shared/cloud-contract/contract.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';

export type SnippetRow = Pick<CloudSnippet, 'id' | 'own' | 'category' | 'title' | 'text' | 'position' | 'version'>;
type Stored = Omit<SnippetRow, 'own'> & { own: 0 | 1 };

const selected = 'SELECT id, own, category, title, text, position, version FROM snippet';
const read = <Row extends Stored>({ own, ...row }: Row): Omit<Row, 'own'> & { own: boolean } => ({
  ...row,
  own: own === 1,
});

/** The company's in their order, then the person's own; with how often each was used. */
export const allSnippets = (db: ReadableDb): (SnippetRow & { uses: number })[] =>
  db
    .all<Stored & { uses: number }>(
      `SELECT id, own, category, title, text, position, version, coalesce(uses, 0) AS uses
       FROM snippet LEFT JOIN snippet_use USING (id) ORDER BY own, position, id`,
    )
    .map(read);

export function snippetOf(db: ReadableDb, id: string): SnippetRow | undefined {
  const found = db.get<Stored>(`${selected} WHERE id = ?`, [id]);
  return found && read(found);
}

/** The person's, in their order. */
export const ownSnippets = (db: ReadableDb): SnippetRow[] =>
  db.all<Stored>(`${selected} WHERE own = 1 ORDER BY position, id`).map(read);

/** One more use of a snippet that is here. */
export const countUse = (db: WritableDb, id: string): void =>
  void db.run(
    `INSERT INTO snippet_use (id, uses) SELECT id, 1 FROM snippet WHERE id = ?
     ON CONFLICT (id) DO UPDATE SET uses = uses + 1`,
    [id],
  );

export const forgetUses = (db: WritableDb, id: string): void =>
  void db.run('DELETE FROM snippet_use WHERE id = ?', [id]);

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
  db.all<{ id: string }>('SELECT id FROM snippet WHERE id > ? ORDER BY id LIMIT ?', [after, limit]).map(({ id }) => id);
