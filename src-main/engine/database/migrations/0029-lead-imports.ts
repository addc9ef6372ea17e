import type { Migration } from './migration.ts';

/**
 * Sheets that were imported, how far each is, and which of their rows did not become leads and why. The file itself lies beside
 * the database until the person clears the import away: what is left of it after a restart is read from it again.
 */
export const leadImports: Migration = {
  id: 29,
  name: 'lead-imports',
  up: (db) => {
    db.run('ALTER TABLE lead ADD COLUMN credit_code TEXT');
    db.run(`CREATE TABLE lead_import (
      id TEXT PRIMARY KEY,
      created_at INTEGER NOT NULL,
      file_name TEXT NOT NULL,
      plan TEXT NOT NULL,
      state TEXT NOT NULL,
      problem TEXT,
      rows INTEGER NOT NULL,
      done INTEGER NOT NULL,
      sent INTEGER NOT NULL,
      answered INTEGER NOT NULL,
      taken INTEGER NOT NULL,
      filled INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
    db.run(`CREATE TABLE lead_import_left (
      import_id TEXT NOT NULL,
      line INTEGER NOT NULL,
      reason TEXT NOT NULL,
      PRIMARY KEY (import_id, line)
    ) STRICT, WITHOUT ROWID`);
  },
};
