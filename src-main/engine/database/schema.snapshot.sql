CREATE TABLE deferred_change (
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  row TEXT NOT NULL,
  PRIMARY KEY (type, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE lead (
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
) STRICT;

CREATE INDEX lead_by_capital ON lead (registered_capital, id);

CREATE INDEX lead_by_contact ON lead (contact_name) WHERE contact_name IS NOT NULL;

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

CREATE TABLE lead_call (
  lead_id TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  answered INTEGER NOT NULL,
  outcome TEXT,
  PRIMARY KEY (lead_id, started_at)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE lead_search USING fts5(
    bigrams, content='', contentless_delete=1, detail=none, tokenize='ascii'
  );

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE opener (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    source TEXT NOT NULL,
    file_name TEXT,
    created_at INTEGER NOT NULL,
    peaks BLOB NOT NULL
  ) STRICT;

CREATE TABLE outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  op_id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'rejected')),
  row TEXT,
  code TEXT,
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX outbox_by_entity ON outbox (entity_id, state);

CREATE INDEX outbox_rejected ON outbox (position) WHERE state = 'rejected';

CREATE INDEX outbox_waiting ON outbox (position) WHERE state IN ('pending', 'sent');

CREATE TABLE recording (
    id TEXT PRIMARY KEY,
    call_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    file TEXT,
    started_at INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    sha256 TEXT,
    talk_ms INTEGER,
    peak_ms INTEGER NOT NULL,
    customer_peaks BLOB NOT NULL,
    agent_peaks BLOB NOT NULL,
    opener_start_ms INTEGER,
    opener_end_ms INTEGER,
    cut_in_ms INTEGER,
    problem TEXT,
    uploaded INTEGER NOT NULL DEFAULT 0
  ) STRICT;

CREATE INDEX recording_by_state ON recording (state, started_at);

CREATE TABLE sqlite_sequence(name,seq);
