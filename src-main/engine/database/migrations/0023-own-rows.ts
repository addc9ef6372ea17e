import type { Migration } from './migration.ts';

/** What this desk made itself is gone through behind every new generation: without these that reads every row there is. */
export const ownRows: Migration = {
  id: 23,
  name: 'own-rows',
  up: (db) => {
    db.run('CREATE INDEX call_made_here ON call (id, rev) WHERE made_here = 1');
    db.run('CREATE INDEX recording_here ON recording (id, state) WHERE file IS NOT NULL');
  },
};
