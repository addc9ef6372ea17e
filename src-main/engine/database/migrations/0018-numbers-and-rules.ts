import type { Migration } from './migration.ts';

/** What the company has decided and its desks must know offline: entries of number lists, and call rules. Rows of the cloud. */
export const numbersAndRules: Migration = {
  id: 18,
  name: 'numbers-and-rules',
  up: (db) => {
    db.run(`CREATE TABLE listing (
      id TEXT PRIMARY KEY,
      list TEXT NOT NULL,
      number TEXT NOT NULL,
      reason TEXT NOT NULL,
      state TEXT NOT NULL,
      expires_at INTEGER,
      requested_at INTEGER NOT NULL,
      own INTEGER NOT NULL,
      decision_note TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`);
    db.run('CREATE INDEX listing_by_number ON listing (number)');
    db.run(`CREATE TABLE call_rules (
      id TEXT PRIMARY KEY,
      department_id TEXT,
      rules TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`);
  },
};
