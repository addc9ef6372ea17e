import type { Migration } from './migration.ts';

/** What the company has had with numbers, under keys that do not say them (domain/callee.ts), for the dial gate. */
export const callees: Migration = {
  id: 38,
  name: 'callees',
  up(db) {
    db.run(`CREATE TABLE callee (
      id TEXT NOT NULL PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      dials TEXT NOT NULL, -- JSON, ms
      last_dial_at INTEGER,
      verdict_at INTEGER,
      refused INTEGER NOT NULL
    ) STRICT`);
  },
};
