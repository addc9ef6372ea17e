CREATE TABLE assigned_sip_account (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  secret_id TEXT NOT NULL,
  gone INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE call (
  id TEXT PRIMARY KEY,
  rev INTEGER NOT NULL,
  made_here INTEGER NOT NULL,
  employee_id TEXT NOT NULL,
  direction TEXT NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  machine TEXT,
  proof_at INTEGER,
  proof_mono REAL,
  number TEXT NOT NULL,
  number_reversed TEXT NOT NULL,
  number_typed TEXT NOT NULL,
  dial_string TEXT NOT NULL,
  lead_id TEXT,
  customer_name TEXT,
  contact_name TEXT,
  slot INTEGER,
  operator TEXT,
  slot_reason TEXT,
  started_at INTEGER NOT NULL,
  alerting_at INTEGER,
  answered_at INTEGER,
  ended_at INTEGER,
  wait_ms INTEGER,
  talk_ms INTEGER,
  time_source TEXT,
  precision_ms INTEGER,
  end_cause TEXT,
  opener_id TEXT,
  opener_name TEXT,
  opener_text TEXT,
  opener_duration_ms INTEGER,
  opener_state TEXT,
  opener_started_at INTEGER,
  opener_heard_ms INTEGER,
  cut_in_ms INTEGER,
  outcome TEXT,
  note TEXT NOT NULL DEFAULT '',
  problem TEXT
, iccid TEXT, quality TEXT, transferred TEXT, line_id TEXT, line_name TEXT, caller_id TEXT, outcome_id TEXT, missing TEXT) STRICT;

CREATE INDEX call_by_employee ON call (employee_id, started_at);

CREATE INDEX call_by_last_digits ON call (number_reversed);

CREATE INDEX call_by_lead ON call (lead_id, started_at) WHERE lead_id IS NOT NULL;

CREATE INDEX call_by_missing ON call (started_at) WHERE missing <> '';

CREATE INDEX call_by_number ON call (number, started_at);

CREATE INDEX call_by_start ON call (started_at);

CREATE INDEX call_made_here ON call (id, rev) WHERE made_here = 1;

CREATE INDEX call_open ON call (id) WHERE state <> 'ended';

CREATE TABLE call_employee (id TEXT PRIMARY KEY, name TEXT NOT NULL, department TEXT, disabled INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE call_event (
  id INTEGER PRIMARY KEY,
  call_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  event TEXT NOT NULL,
  state TEXT NOT NULL,
  wall INTEGER NOT NULL,
  mono REAL NOT NULL,
  source TEXT NOT NULL,
  precision_ms INTEGER NOT NULL,
  details TEXT
) STRICT;

CREATE INDEX call_event_by_call ON call_event (call_id, id);

CREATE TABLE call_rules (
  id TEXT PRIMARY KEY,
  department_id TEXT,
  rules TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE call_script (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE callee (
  id TEXT NOT NULL PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  dials TEXT NOT NULL, -- JSON, ms
  last_dial_at INTEGER,
  verdict_at INTEGER,
  refused INTEGER NOT NULL
) STRICT;

CREATE INDEX callee_by_age ON callee (coalesce(last_dial_at, 0)) WHERE verdict_at IS NULL;

CREATE TABLE capability_number (
  id TEXT PRIMARY KEY,
  number TEXT NOT NULL,
  answering_number TEXT NOT NULL,
  usage TEXT NOT NULL,
  note TEXT NOT NULL,
  shared INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE company_opener (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  duration_ms INTEGER NOT NULL,
  of_department INTEGER NOT NULL,
  is_default INTEGER NOT NULL,
  position INTEGER NOT NULL,
  peaks BLOB
) STRICT;

CREATE TABLE deferred_change (
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  row TEXT NOT NULL,
  PRIMARY KEY (type, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE dial_queue (
  id TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  plan TEXT NOT NULL,
  status TEXT NOT NULL,
  pause TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE dial_queue_entry (
  position INTEGER PRIMARY KEY,
  lead_id TEXT NOT NULL,
  state TEXT NOT NULL,
  tries INTEGER NOT NULL,
  call_id TEXT,
  sent INTEGER NOT NULL,
  result TEXT,
  due_at INTEGER,
  problem TEXT
, passed_over_at INTEGER) STRICT;

CREATE TABLE dial_queue_part (
  first_position INTEGER PRIMARY KEY,
  lead_ids TEXT NOT NULL
) STRICT;

CREATE TABLE export_untold (
  id TEXT PRIMARY KEY,
  /* JSON: what the operation says. */
  entry TEXT NOT NULL
) STRICT;

CREATE TABLE handed_batch (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  rung_at INTEGER,
  seen INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE lead (
  rowid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  company_name TEXT NOT NULL,
  contact_name TEXT,
  contact_title TEXT,
  phone TEXT,
  number_check TEXT NOT NULL,
  region TEXT,
  industry TEXT,
  address TEXT,
  legal_person TEXT,
  registered_capital INTEGER,
  sample INTEGER NOT NULL,
  created_at INTEGER NOT NULL
, version INTEGER NOT NULL DEFAULT 0, owner_id TEXT, claimed_at INTEGER, pool TEXT NOT NULL DEFAULT 'library', released_at INTEGER, release_reason TEXT, former_owner_id TEXT, stage TEXT, tags TEXT, contacts TEXT, next_follow_up_at INTEGER, next_follow_up_note TEXT, credit_code TEXT, checks TEXT) STRICT;

CREATE INDEX lead_by_follow_up ON lead (owner_id, next_follow_up_at) WHERE next_follow_up_at IS NOT NULL;

CREATE INDEX lead_by_phone ON lead (phone) WHERE phone IS NOT NULL;

CREATE TABLE lead_activity (
  lead_id TEXT PRIMARY KEY,
  last_call_at INTEGER NOT NULL,
  last_call_answered INTEGER NOT NULL,
  last_outcome TEXT,
  call_count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE lead_aside (
  id TEXT PRIMARY KEY,
  row TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE lead_bulk (
  id TEXT PRIMARY KEY,
  started_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  problem TEXT,
  deed TEXT NOT NULL,
  gone INTEGER NOT NULL,
  passed TEXT NOT NULL,
  refused INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE lead_call (
  lead_id TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  answered INTEGER NOT NULL,
  outcome TEXT,
  PRIMARY KEY (lead_id, started_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE lead_contact (
  lead_id TEXT NOT NULL,
  phone TEXT NOT NULL,
  PRIMARY KEY (lead_id, phone)
) STRICT, WITHOUT ROWID;

CREATE INDEX lead_contact_by_phone ON lead_contact (phone);

CREATE TABLE lead_handed (
  lead_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  company_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  batch TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX lead_handed_by_batch ON lead_handed (batch);

CREATE TABLE lead_import (
  id TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  file_name TEXT NOT NULL,
  plan TEXT NOT NULL,
  state TEXT NOT NULL,
  problem TEXT,
  rows INTEGER NOT NULL,
  done INTEGER NOT NULL,
  sent INTEGER NOT NULL,
  answered INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  filled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE lead_import_left (
  import_id TEXT NOT NULL,
  line INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (import_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE listing (
  id TEXT PRIMARY KEY,
  list TEXT NOT NULL,
  number TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  expires_at INTEGER,
  requested_at INTEGER NOT NULL,
  own INTEGER NOT NULL,
  decision_note TEXT NOT NULL
, number_reversed TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;

CREATE INDEX listing_by_last_digits ON listing (number_reversed);

CREATE INDEX listing_by_number ON listing (number);

CREATE INDEX listing_in_force ON listing (list, requested_at, id, expires_at) WHERE state = 'approved';

CREATE INDEX listing_own ON listing (list, requested_at, id) WHERE own = 1;

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE note (
  id TEXT PRIMARY KEY,
  lead_id TEXT NOT NULL,
  employee_id TEXT NOT NULL,
  employee_name TEXT NOT NULL,
  text TEXT NOT NULL,
  lost TEXT,
  created_at INTEGER NOT NULL
, event TEXT) STRICT, WITHOUT ROWID;

CREATE INDEX note_by_lead ON note (lead_id, created_at);

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
, subject TEXT, details TEXT, rejected_at INTEGER) STRICT;

CREATE INDEX outbox_by_entity ON outbox (entity_id, state);

CREATE INDEX outbox_rejected ON outbox (position) WHERE state = 'rejected';

CREATE INDEX outbox_waiting ON outbox (position) WHERE state IN ('pending', 'sent');

CREATE TABLE outcome_set (
  id TEXT PRIMARY KEY,
  outcomes TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pool_rules (
  id TEXT PRIMARY KEY,
  department_id TEXT,
  rules TEXT NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE INDEX recording_here ON recording (id, state) WHERE file IS NOT NULL;

CREATE TABLE sim (
  iccid TEXT PRIMARY KEY,
  label TEXT,
  own_number TEXT,
  kind TEXT NOT NULL DEFAULT 'default' CHECK (kind IN ('default', 'ordinary', 'telesales', 'custom')),
  caps TEXT,
  roaming_consent INTEGER,
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE snippet (
  id TEXT PRIMARY KEY,
  own INTEGER NOT NULL,
  category TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  position INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE TABLE snippet_use (
  id TEXT PRIMARY KEY,
  uses INTEGER NOT NULL
) STRICT;

CREATE TABLE sqlite_sequence(name,seq);
