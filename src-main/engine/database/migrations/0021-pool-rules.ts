import type { Migration } from './migration.ts';

/** 公海规则, by which the desk says when a lead will be taken back. Rows of the cloud. */
export const poolRules: Migration = {
  id: 21,
  name: 'pool-rules',
  up: (db) =>
    db.run(`CREATE TABLE pool_rules (
      id TEXT PRIMARY KEY,
      department_id TEXT,
      rules TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`),
};
