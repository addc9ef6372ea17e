import type { Migration } from './migration.ts';

/** Small facts by name (database/key-value.ts). */
export const meta: Migration = {
  id: 1,
  name: 'meta',
  up: (db) => {
    db.run('CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID');
  },
};
