import { dropIndex } from './0024-short-indexes.ts';
import type { Migration } from './migration.ts';

/**
 * Where colleagues work, by the department's name, as the cloud tells it with each of them; '' = nowhere, NULL = not told yet.
 * Calls are found by name in memory (features/calls/table): the index that was looked through for it goes.
 */
export const departments: Migration = {
  id: 37,
  name: 'departments',
  up(db) {
    db.run('ALTER TABLE call_employee ADD COLUMN department TEXT');
    dropIndex(db, 'call_by_customer');
  },
};
