import type { Migration } from './migration.ts';

/**
 * 话后结果 and 通话话术 of the company as the cloud told them; of calls which outcome it is (NULL = known by its meaning alone)
 * and what is still to be filled in (gaps by commas; '' = nothing any more, NULL = nothing ever was). The few that are not
 * complete have an index of their own.
 */
export const outcomesAndScripts: Migration = {
  id: 34,
  name: 'outcomes-and-scripts',
  up: (db) => {
    db.run('ALTER TABLE call ADD COLUMN outcome_id TEXT');
    db.run('ALTER TABLE call ADD COLUMN missing TEXT');
    db.run(`CREATE INDEX call_by_missing ON call (started_at) WHERE missing <> ''`);
    db.run(`CREATE TABLE outcome_set (
      id TEXT PRIMARY KEY,
      outcomes TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`);
    db.run(`CREATE TABLE call_script (
      id TEXT PRIMARY KEY,
      title TEXT NOT NULL,
      text TEXT NOT NULL,
      position INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
  },
};
