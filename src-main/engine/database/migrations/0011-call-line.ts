import type { Migration } from './migration.ts';

/** The SIP account by which a call went, named as it was then; null for other channels and all calls before. */
export const callLine: Migration = {
  id: 11,
  name: 'call-line',
  up: (db) => {
    db.run('ALTER TABLE call ADD COLUMN line_id TEXT');
    db.run('ALTER TABLE call ADD COLUMN line_name TEXT');
  },
};
