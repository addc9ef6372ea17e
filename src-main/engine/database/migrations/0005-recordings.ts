import type { Migration } from './migration.ts';

/**
 * One recording per call. While it runs the row is a checkpoint (duration, bytes, peaks so far), so that a crash loses
 * at most what was spoken since; the file itself is the truth and is measured again on repair. `file` is null when the
 * sound is only in the cloud.
 */
export const recordings: Migration = {
  id: 5,
  name: 'recordings',
  up(db) {
    db.run(`
      CREATE TABLE recording (
        id TEXT PRIMARY KEY,
        call_id TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL,
        file TEXT,
        started_at INTEGER NOT NULL,
        duration_ms INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER NOT NULL DEFAULT 0,
        sha256 TEXT,
        talk_ms INTEGER,
        peak_ms INTEGER NOT NULL,
        customer_peaks BLOB NOT NULL,
        agent_peaks BLOB NOT NULL,
        opener_start_ms INTEGER,
        opener_end_ms INTEGER,
        cut_in_ms INTEGER,
        problem TEXT,
        uploaded INTEGER NOT NULL DEFAULT 0
      ) STRICT`);
    db.run(`CREATE INDEX recording_by_state ON recording (state, started_at)`);
  },
};
