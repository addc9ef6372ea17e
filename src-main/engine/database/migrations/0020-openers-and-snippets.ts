import type { Migration } from './migration.ts';

/**
 * 开场白 of the company: rows of the cloud, whose sounds lie beside the database as company-openers/<sha256>.wav. 话术 of the
 * company and of this person.
 */
export const openersAndSnippets: Migration = {
  id: 20,
  name: 'openers-and-snippets',
  up(db) {
    // `peaks`: of the sound, once it is here and has its hash; NULL = it is to be fetched.
    db.run(`CREATE TABLE company_opener (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      text TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      duration_ms INTEGER NOT NULL,
      of_department INTEGER NOT NULL,
      is_default INTEGER NOT NULL,
      position INTEGER NOT NULL,
      peaks BLOB
    ) STRICT`);
    // `version`: of the cloud's row; 0 = the cloud does not have it yet.
    db.run(`CREATE TABLE snippet (
      id TEXT PRIMARY KEY,
      own INTEGER NOT NULL,
      category TEXT NOT NULL,
      title TEXT NOT NULL,
      text TEXT NOT NULL,
      position INTEGER NOT NULL,
      version INTEGER NOT NULL
    ) STRICT`);
  },
};
