import type { Migration } from './migration.ts';

/** How often this person has used a snippet at this desk. Of the desk alone: a row here says nothing about whether the snippet is still there. */
export const snippetUses: Migration = {
  id: 27,
  name: 'snippet-uses',
  up(db) {
    db.run(`CREATE TABLE snippet_use (
      id TEXT PRIMARY KEY,
      uses INTEGER NOT NULL
    ) STRICT`);
  },
};
