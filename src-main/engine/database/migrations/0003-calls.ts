import type { WritableDb } from '../handles.ts';
import type { Migration } from './migration.ts';

/**
 * `call` is what is known about each call now; `call_event` is the journal it came from, only ever appended to. While a
 * call is open `machine` holds the call machine's state and `proof_*` the last second in which the engine saw it alive:
 * after a crash both tell when it really ended. `rev` grows with each change that the cloud must hear of.
 * `number_reversed` turns "the last digits" into a prefix. Names of employees are apart, because a colleague's call may
 * arrive before the colleague.
 */
export const calls: Migration = {
  id: 3,
  name: 'calls',
  up: (db) => {
    db.run(`CREATE TABLE call (
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
    ) STRICT`);
    createIndexes(db);
    createJournal(db);
  },
};

function createIndexes(db: WritableDb): void {
  db.run('CREATE INDEX call_by_start ON call (started_at, id)');
  db.run('CREATE INDEX call_by_employee ON call (employee_id, started_at, id)');
  db.run('CREATE INDEX call_by_number ON call (number, started_at)');
  db.run('CREATE INDEX call_by_last_digits ON call (number_reversed)');
  db.run('CREATE INDEX call_by_customer ON call (customer_name, contact_name)');
  db.run('CREATE INDEX call_by_lead ON call (lead_id, started_at) WHERE lead_id IS NOT NULL');
  db.run('CREATE INDEX call_by_slot ON call (slot, started_at) WHERE made_here = 1');
  db.run(`CREATE INDEX call_open ON call (id) WHERE state <> 'ended'`);
}

function createJournal(db: WritableDb): void {
  db.run(`CREATE TABLE call_event (
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
    ) STRICT`);
  db.run('CREATE INDEX call_event_by_call ON call_event (call_id, id)');
  db.run('CREATE TABLE call_employee (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID');
}
