import type { WritableDb } from '../handles.ts';
import type { Migration } from './migration.ts';

/**
 * Lists order what is equal by row number, which ends every index for nothing, instead of by ids of 36 letters: they were
 * half of these indexes, and most of what a first pull wrote.
 */
export const shortIndexes: Migration = {
  id: 24,
  name: 'short-indexes',
  up: (db) => {
    remake(db, 'lead_by_created', 'lead (created_at)');
    remake(db, 'lead_by_name', 'lead (company_name)');
    remake(db, 'lead_by_capital', 'lead (registered_capital)');
    remake(db, 'call_by_start', 'call (started_at)');
    remake(db, 'call_by_employee', 'call (employee_id, started_at)');
  },
};

function remake(db: WritableDb, name: string, on: string): void {
  dropIndex(db, name);
  db.run(`CREATE INDEX ${name} ON ${on}`);
}

/** The one in use may be of any generation, and the name may be one's that is being taken away (next-generation.ts). */
export function dropIndex(db: WritableDb, name: string): void {
  const found = db.all<{ name: string }>(
    `SELECT name FROM sqlite_schema WHERE type = 'index' AND (name = :name OR name GLOB :name || '_g[0-9]*')`,
    { name },
  );
  for (const index of found) db.run(`DROP INDEX ${index.name}`);
}
