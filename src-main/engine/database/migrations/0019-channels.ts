import type { Migration } from './migration.ts';

/** What the company has given the person to call with: SIP accounts without their passwords, and 能力号. Rows of the cloud. */
export const channels: Migration = {
  id: 19,
  name: 'channels',
  up: (db) => {
    db.run(`CREATE TABLE assigned_sip_account (
      id TEXT PRIMARY KEY,
      account TEXT NOT NULL,
      secret_id TEXT NOT NULL,
      gone INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
    db.run(`CREATE TABLE capability_number (
      id TEXT PRIMARY KEY,
      number TEXT NOT NULL,
      answering_number TEXT NOT NULL,
      usage TEXT NOT NULL,
      note TEXT NOT NULL,
      shared INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
  },
};
