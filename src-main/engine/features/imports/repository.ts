import type { JsonValue } from '#shared/base/json.ts';
import type { ImportPlan, ImportView } from '#shared/desk-contract/areas/imports.ts';
import type { RowReason } from '#shared/domain/lead-import-words.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';

/** An import as it stands in the database. */
export interface StoredImport {
  readonly id: string;
  readonly createdAt: number;
  readonly fileName: string;
  readonly plan: ImportPlan;
  readonly state: ImportView['state'];
  readonly problem: { readonly code: string; readonly details: { [name: string]: JsonValue } } | null;
  readonly rows: number;
  /** Gone through, by place among the rows. */
  readonly done: number;
  /** Rows that went into operations, and rows of those that the cloud has answered. */
  readonly sent: number;
  readonly answered: number;
  readonly taken: number;
  readonly filled: number;
  /** Rows that did not become leads. */
  readonly left: number;
}

type Row = Omit<StoredImport, 'plan' | 'problem'> & { plan: string; problem: string | null };

const select = `SELECT id, created_at AS createdAt, file_name AS fileName, plan, state, problem, rows, done, sent, answered,
  taken, filled, (SELECT count(*) FROM lead_import_left AS l WHERE l.import_id = i.id) AS left FROM lead_import AS i`;
const read = (row: Row): StoredImport => ({
  ...row,
  plan: JSON.parse(row.plan) as ImportPlan,
  problem: JSON.parse(row.problem ?? 'null') as StoredImport['problem'],
});

/** The newest first. */
export const allImports = (db: ReadableDb): StoredImport[] => db.all<Row>(`${select} ORDER BY created_at DESC, id DESC`).map(read); // prettier-ignore

export function findImport(db: ReadableDb, id: string): StoredImport | null {
  const found = db.get<Row>(`${select} WHERE id = ?`, [id]);
  return found ? read(found) : null;
}

export const insertImport = (
  db: WritableDb,
  { id, createdAt, fileName, plan, rows }: Pick<StoredImport, 'id' | 'createdAt' | 'fileName' | 'plan' | 'rows'>,
): void =>
  void db.run(
    `INSERT INTO lead_import (id, created_at, file_name, plan, state, rows, done, sent, answered, taken, filled)
     VALUES (?, ?, ?, ?, 'running', ?, 0, 0, 0, 0, 0)`,
    [id, createdAt, fileName, JSON.stringify(plan), rows],
  );

export const advance = (db: WritableDb, id: string, done: number, sent: number, state: StoredImport['state']): void =>
  void db.run('UPDATE lead_import SET done = ?, sent = sent + ?, state = ? WHERE id = ?', [done, sent, state, id]);

export const endImport = (
  db: WritableDb,
  id: string,
  state: StoredImport['state'],
  problem: StoredImport['problem'] = null,
): void =>
  void db.run('UPDATE lead_import SET state = ?, problem = ? WHERE id = ?', [state, problem && JSON.stringify(problem), id]); // prettier-ignore

/** The cloud has answered an operation with so many rows. */
export const noteAnswer = (
  db: WritableDb,
  id: string,
  { answered, taken, filled }: { readonly answered: number; readonly taken: number; readonly filled: number },
): void =>
  void db.run('UPDATE lead_import SET answered = answered + ?, taken = taken + ?, filled = filled + ? WHERE id = ?', [
    answered,
    taken,
    filled,
    id,
  ]);

export const leaveRow = (db: WritableDb, id: string, line: number, reason: RowReason): void =>
  void db.run('INSERT OR REPLACE INTO lead_import_left (import_id, line, reason) VALUES (?, ?, ?)', [
    id,
    line,
    JSON.stringify(reason),
  ]);

export const leftRows = (db: ReadableDb, id: string): { readonly line: number; readonly reason: RowReason }[] =>
  db
    .all<{ line: number; reason: string }>('SELECT line, reason FROM lead_import_left WHERE import_id = ? ORDER BY line', [id])
    .map(({ line, reason }) => ({ line, reason: JSON.parse(reason) as RowReason })); // prettier-ignore

export function removeImport(db: WritableDb, id: string): void {
  db.run('DELETE FROM lead_import_left WHERE import_id = ?', [id]);
  db.run('DELETE FROM lead_import WHERE id = ?', [id]);
}
