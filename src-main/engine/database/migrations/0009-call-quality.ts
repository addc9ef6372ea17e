import type { Migration } from './migration.ts';

/** 通话质量: JSON of a CallQuality (domain/call-quality.ts); null where nothing was measured, so for all calls before. */
export const callQuality: Migration = {
  id: 9,
  name: 'call-quality',
  up: (db) => {
    db.run('ALTER TABLE call ADD COLUMN quality TEXT');
  },
};
