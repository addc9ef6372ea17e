import { sql, type Kysely } from 'kysely';

/** Frozen. Companies, people, sessions, leads, calls, recordings, and the change stream over them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE secret (name text PRIMARY KEY, value text NOT NULL)`,
  `CREATE TABLE company (company_id text PRIMARY KEY, name text NOT NULL, sample boolean NOT NULL, created_at int8 NOT NULL)`,
  // Many updates of few rows: room on the page keeps them HOT.
  `CREATE TABLE company_counter (
    company_id text PRIMARY KEY REFERENCES company, epoch text NOT NULL, seq int8 NOT NULL CHECK (seq >= 0)
  ) WITH (fillfactor = 20)`,
  `CREATE TABLE change (
    company_id text NOT NULL REFERENCES company, seq int8 NOT NULL, type text NOT NULL, entity_id text NOT NULL,
    changed_at int8 NOT NULL, PRIMARY KEY (company_id, seq))`,
  `CREATE TABLE department (
    company_id text NOT NULL REFERENCES company, id text NOT NULL, name text NOT NULL, PRIMARY KEY (company_id, id))`,
  `CREATE TABLE employee (
    company_id text NOT NULL REFERENCES company, id text NOT NULL, account text NOT NULL, name text NOT NULL,
    role text NOT NULL CHECK (role IN ('agent', 'manager', 'admin')), department_id text, password_hash text NOT NULL,
    disabled boolean NOT NULL DEFAULT false, created_at int8 NOT NULL, PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, department_id) REFERENCES department)`,
  `CREATE UNIQUE INDEX employee_account ON employee (lower(account))`,
  `CREATE INDEX employee_department ON employee (company_id, department_id)`,
  `CREATE TABLE refresh_token (
    company_id text NOT NULL, token_hash text NOT NULL, family_id text NOT NULL, employee_id text NOT NULL,
    device_id text NOT NULL, device_name text NOT NULL, created_at int8 NOT NULL, expires_at int8 NOT NULL,
    spent_at int8, successor_hash text, revoked_at int8, PRIMARY KEY (company_id, token_hash),
    FOREIGN KEY (company_id, employee_id) REFERENCES employee)`,
  `CREATE UNIQUE INDEX refresh_token_hash ON refresh_token (token_hash)`,
  `CREATE INDEX refresh_token_family ON refresh_token (company_id, family_id)`,
  `CREATE TABLE lead (
    company_id text NOT NULL REFERENCES company, id text NOT NULL, company_name text NOT NULL, contact_name text,
    contact_title text, phone text, number_check text NOT NULL, region text, industry text, registered_capital int8,
    address text, legal_person text, sample boolean NOT NULL, created_at int8 NOT NULL, PRIMARY KEY (company_id, id))`,
  // No reference to lead: the desk is the authority for calls, and its lead may be gone by the time the call arrives.
  `CREATE TABLE call (
    company_id text NOT NULL, id text NOT NULL, rev int8 NOT NULL, employee_id text NOT NULL, direction text NOT NULL,
    channel text NOT NULL, number text NOT NULL, number_typed text NOT NULL, lead_id text, customer_name text,
    contact_name text, slot int4, operator text, started_at int8 NOT NULL, alerting_at int8, answered_at int8,
    ended_at int8, wait_ms int8, talk_ms int8, time_source text, end_cause text, opener_id text, opener_name text,
    opener_started_at int8, opener_heard_ms int8, cut_in_ms int8, outcome text, note text NOT NULL, recording jsonb,
    updated_at int8 NOT NULL, PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, employee_id) REFERENCES employee)`,
  `CREATE INDEX call_employee ON call (company_id, employee_id, started_at DESC)`,
  `CREATE TABLE recording (
    company_id text NOT NULL, id text NOT NULL, call_id text NOT NULL, employee_id text NOT NULL, sha256 text NOT NULL,
    bytes int8 NOT NULL, duration_ms int8 NOT NULL, stored_at int8 NOT NULL, PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, call_id) REFERENCES call)`,
  `CREATE TABLE upload (
    company_id text NOT NULL, id text NOT NULL, call_id text NOT NULL, employee_id text NOT NULL, sha256 text NOT NULL,
    bytes int8 NOT NULL, duration_ms int8 NOT NULL, created_at int8 NOT NULL, PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, call_id) REFERENCES call)`,
  `CREATE TABLE applied_op (
    company_id text NOT NULL REFERENCES company, op_id text NOT NULL, body_hash text NOT NULL, result jsonb,
    applied_at int8 NOT NULL, PRIMARY KEY (company_id, op_id))`,
  `CREATE TABLE audit (
    company_id text NOT NULL REFERENCES company, id text NOT NULL, employee_id text NOT NULL, action text NOT NULL,
    entity_id text NOT NULL, at int8 NOT NULL, PRIMARY KEY (company_id, id))`,
  `CREATE INDEX audit_entity ON audit (company_id, action, entity_id, employee_id, at DESC)`,
];
