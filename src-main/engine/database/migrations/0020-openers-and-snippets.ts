import type { Migration } from './migration.ts';

/** 开场白 of the company: rows of the cloud. The sounds lie beside the database, as company-openers/<sha256>.wav. */
export const companyOpeners: Migration = {
  id: 20,
  name: 'company-openers',
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
  },
};
