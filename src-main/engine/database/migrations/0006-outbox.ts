import type { Migration } from './migration.ts';

/**
 * What this desk still owes the cloud, and what the cloud said that this version could not read.
 *
 * An entry names a changed entity; its row is read and frozen when it is first sent, so that several changes travel as one
 * and a repeated op has the same body under the same id. `position` is the order of sending; AUTOINCREMENT, because the
 * number of a removed entry must not be given to a newer one.
 */
export const outbox: Migration = {
  id: 6,
  name: 'outbox',
  up: (db) => {
    db.run(`CREATE TABLE outbox (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      op_id TEXT NOT NULL UNIQUE,
      type TEXT NOT NULL,
      entity_id TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'rejected')),
      row TEXT,
      code TEXT,
      created_at INTEGER NOT NULL
    ) STRICT`);
    db.run('CREATE INDEX outbox_by_entity ON outbox (entity_id, state)');
    db.run(`CREATE INDEX outbox_waiting ON outbox (position) WHERE state IN ('pending', 'sent')`);
    db.run(`CREATE INDEX outbox_rejected ON outbox (position) WHERE state = 'rejected'`);
    db.run(`CREATE TABLE deferred_change (
      type TEXT NOT NULL,
      id TEXT NOT NULL,
      seq INTEGER NOT NULL,
      row TEXT NOT NULL,
      PRIMARY KEY (type, id)
    ) STRICT, WITHOUT ROWID`);
  },
};
