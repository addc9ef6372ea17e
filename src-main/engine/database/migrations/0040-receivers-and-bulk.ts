import type { Migration } from './migration.ts';

/**
 * Colleagues who work here no more (NULL = not told yet), who are given nothing; and what is done to many leads at once, until the
 * person has read what came of it: `deed` says to which and what, `gone` how far it is, `passed` (JSON) what nothing was done to.
 */
export const receiversAndBulk: Migration = {
  id: 40,
  name: 'receivers-and-bulk',
  up(db) {
    db.run('ALTER TABLE call_employee ADD COLUMN disabled INTEGER');
    db.run(`CREATE TABLE lead_bulk (
      id TEXT PRIMARY KEY,
      started_at INTEGER NOT NULL,
      state TEXT NOT NULL,
      problem TEXT,
      deed TEXT NOT NULL,
      gone INTEGER NOT NULL,
      passed TEXT NOT NULL,
      refused INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
  },
};
