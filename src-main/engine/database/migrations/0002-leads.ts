import type { Migration } from './migration.ts';

/**
 * The desk's copy of the leads that the cloud gave it, and what calls did to them.
 *
 * `lead` has an integer row number because the full-text index counts in row numbers. The index holds names as character
 * bigrams and no text (contentless): a two-character search is one lookup (research/storage §6). `phone_reversed` turns
 * "the last digits" into a prefix. Calls are apart from `lead`, so that a pull of leads and a call never write the same
 * row, and are kept one by one (`lead_call`), so that hearing of a call twice or late counts it once; `lead_activity` is
 * their sum, which lists sort and filter by.
 */
export const leads: Migration = {
  id: 2,
  name: 'leads',
  up: (db) => {
    db.run(`CREATE TABLE lead (
      rowid INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      company_name TEXT NOT NULL,
      contact_name TEXT,
      contact_title TEXT,
      phone TEXT,
      phone_reversed TEXT,
      search_text TEXT NOT NULL,
      number_check TEXT NOT NULL,
      region TEXT,
      industry TEXT,
      address TEXT,
      legal_person TEXT,
      registered_capital INTEGER,
      sample INTEGER NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT`);
    db.run('CREATE INDEX lead_by_created ON lead (created_at, id)');
    db.run('CREATE INDEX lead_by_name ON lead (company_name, id)');
    db.run('CREATE INDEX lead_by_contact ON lead (contact_name) WHERE contact_name IS NOT NULL');
    db.run('CREATE INDEX lead_by_capital ON lead (registered_capital, id)');
    db.run('CREATE INDEX lead_by_phone ON lead (phone_reversed) WHERE phone_reversed IS NOT NULL');
    db.run(
      `CREATE VIRTUAL TABLE lead_search USING fts5(
        bigrams, content='', contentless_delete=1, detail=none, tokenize='ascii'
      )`,
    );
    db.run(`CREATE TABLE lead_call (
      lead_id TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      answered INTEGER NOT NULL,
      outcome TEXT,
      PRIMARY KEY (lead_id, started_at)
    ) STRICT, WITHOUT ROWID`);
    db.run(`CREATE TABLE lead_activity (
      lead_id TEXT PRIMARY KEY,
      last_call_at INTEGER NOT NULL,
      last_call_answered INTEGER NOT NULL,
      last_outcome TEXT,
      call_count INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
    db.run('CREATE INDEX lead_activity_by_time ON lead_activity (last_call_at, lead_id)');
    db.run('CREATE INDEX lead_activity_by_outcome ON lead_activity (last_outcome, lead_id)');
  },
};
