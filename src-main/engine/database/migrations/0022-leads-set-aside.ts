import type { Migration } from './migration.ts';

/** Leads that the person has deleted and the cloud has not decided on yet, as the cloud has them: where it refuses they come back. */
export const leadsSetAside: Migration = {
  id: 22,
  name: 'leads-set-aside',
  up: (db) => {
    db.run(`CREATE TABLE lead_aside (
      id TEXT PRIMARY KEY,
      row TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`);
  },
};
