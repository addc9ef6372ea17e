import type { CloudEmployee } from '#shared/cloud-contract/rows.ts';
import type { ReadableDb, WritableDb } from '#engine/database/handles.ts';

export type Colleague = Pick<CloudEmployee, 'id' | 'name' | 'departmentName' | 'disabled'>;

/** A colleague as the cloud tells of them. Joins the caller's transaction. */
export function putColleague(db: WritableDb, { id, name, departmentName, disabled }: Colleague): void {
  db.run(
    `INSERT INTO call_employee (id, name, department, disabled) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, department = excluded.department, disabled = excluded.disabled`,
    [id, name, departmentName ?? '', disabled ? 1 : 0],
  );
}

/**
 * A desk that is older than departments has colleagues of whom it does not know where they work, or whether they still do, and hears
 * of it when they change: asked for once. What a change has told is newer than an answer.
 * @param ask rejects where the cloud is away: then the next start asks
 * @returns whether anything is known now that was not
 */
export async function learnColleagues(db: WritableDb, ask: () => Promise<readonly Colleague[]>): Promise<boolean> {
  if (!db.get('SELECT 1 FROM call_employee WHERE department IS NULL OR disabled IS NULL')) return false;
  const told = await ask();
  return db.transaction(() =>
    told
      .map(
        ({ id, departmentName, disabled }) =>
        db.run(
          `UPDATE call_employee SET department = coalesce(department, ?), disabled = coalesce(disabled, ?)
           WHERE id = ? AND (department IS NULL OR disabled IS NULL)`,
          [departmentName ?? '', disabled ? 1 : 0, id],
        ), // prettier-ignore
      )
      .some(({ changes }) => changes > 0),
  );
}

/** Colleagues by name, in the order of their ids, behind one of them. */
export const colleagueIds = (db: ReadableDb, after: string, limit: number): string[] =>
  db
    .all<{ id: string }>('SELECT id FROM call_employee WHERE id > ? ORDER BY id LIMIT ?', [after, limit])
    .map(({ id }) => id);

/** The name of a colleague whom this person may not see any more. Who has made calls here is one who works here. */
export function removeColleague(db: WritableDb, id: string): void {
  db.run('DELETE FROM call_employee WHERE id = ? AND NOT EXISTS (SELECT 1 FROM call WHERE employee_id = call_employee.id AND made_here = 1)', [id]); // prettier-ignore
}
