import type { Migration } from './migration.ts';

/** Exports that the cloud's audit log does not know of yet. With each goes an operation, which an older cloud may have refused. */
export const exportsUntold: Migration = {
  id: 33,
  name: 'exports',
  up(db) {
    db.run(`CREATE TABLE export_untold (
      id TEXT PRIMARY KEY,
      /* JSON: what the operation says. */
      entry TEXT NOT NULL
    ) STRICT`);
  },
};
