CREATE TABLE lead (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  company_name TEXT NOT NULL,
  contact_name TEXT,
  contact_title TEXT,
  phone TEXT,
  phone_reversed TEXT,
  number_check TEXT NOT NULL,
  region TEXT,
  industry TEXT,
  address TEXT,
  legal_person TEXT,
  registered_capital INTEGER,
  sample INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX lead_by_capital ON lead (registered_capital, id);

CREATE INDEX lead_by_created ON lead (created_at, id);

CREATE INDEX lead_by_name ON lead (company_name, id);

CREATE INDEX lead_by_phone ON lead (phone_reversed) WHERE phone_reversed IS NOT NULL;

CREATE TABLE lead_activity (
  lead_id TEXT PRIMARY KEY,
  last_call_at INTEGER NOT NULL,
  last_call_answered INTEGER NOT NULL,
  last_outcome TEXT,
  call_count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX lead_activity_by_outcome ON lead_activity (last_outcome, lead_id);

CREATE INDEX lead_activity_by_time ON lead_activity (last_call_at, lead_id);

CREATE VIRTUAL TABLE lead_search USING fts5(
  bigrams, content='', contentless_delete=1, detail=none,
  tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co P* S*'"
);

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
