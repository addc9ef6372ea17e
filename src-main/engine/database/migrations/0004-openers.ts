import type { Migration } from './migration.ts';

/** 开场白 clips of the person who owns this database; the sound lies beside it as openers/<id>.wav. */
export const openers: Migration = {
  id: 4,
  name: 'openers',
  up(db) {
    db.run(`
      CREATE TABLE opener (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        text TEXT NOT NULL,
        duration_ms INTEGER NOT NULL,
        source TEXT NOT NULL,
        file_name TEXT,
        created_at INTEGER NOT NULL,
        peaks BLOB NOT NULL
      ) STRICT`);
  },
};
