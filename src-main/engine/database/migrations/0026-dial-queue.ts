import type { Migration } from './migration.ts';

/**
 * 批量外呼: the queue that is worked on, or the last one, and whom it calls (src-shared/domain/dial-queue.ts). Never more than
 * one row in `dial_queue`; what it did stands in `call` for good.
 */
export const dialQueue: Migration = {
  id: 26,
  name: 'dial-queue',
  up: (db) => {
    db.run(`CREATE TABLE dial_queue (
      id TEXT PRIMARY KEY,
      created_at INTEGER NOT NULL,
      plan TEXT NOT NULL,
      status TEXT NOT NULL,
      pause TEXT
    ) STRICT, WITHOUT ROWID`);
    db.run(`CREATE TABLE dial_queue_entry (
      position INTEGER PRIMARY KEY,
      lead_id TEXT NOT NULL,
      state TEXT NOT NULL,
      tries INTEGER NOT NULL,
      call_id TEXT,
      sent INTEGER NOT NULL,
      result TEXT,
      due_at INTEGER,
      problem TEXT
    ) STRICT`);
  },
};
