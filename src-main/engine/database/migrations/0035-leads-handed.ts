import type { Migration } from './migration.ts';

/**
 * Leads that others gave to this person or took from them, until they have seen it. `batch` NULL = who did it is not known yet. A
 * batch is what is told as one: from one person, of one kind (`by_name` '' = nobody is to be named).
 */
export const leadsHanded: Migration = {
  id: 35,
  name: 'leads-handed',
  up: (db) => {
    db.run(`CREATE TABLE lead_handed (
      lead_id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      company_name TEXT NOT NULL,
      at INTEGER NOT NULL,
      batch TEXT
    ) STRICT, WITHOUT ROWID`);
    db.run('CREATE INDEX lead_handed_by_batch ON lead_handed (batch)');
    db.run(`CREATE TABLE handed_batch (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      by_name TEXT NOT NULL,
      at INTEGER NOT NULL,
      rung_at INTEGER,
      seen INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID`);
  },
};
