import { sql, type Kysely } from 'kysely';

/** Frozen. 黑名单 and 无效列表, and 通话规则 of companies and departments. Servers of before write none of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE listing (
    company_id text NOT NULL, id text NOT NULL, list text NOT NULL CHECK (list IN ('blacklist', 'invalid')),
    number text NOT NULL, reason text NOT NULL, call_id text, source text NOT NULL CHECK (source IN ('desk', 'company')),
    state text NOT NULL CHECK (state IN ('requested', 'approved', 'rejected', 'removed')), expires_at int8,
    employee_id text NOT NULL, requested_at int8 NOT NULL, stored_at int8 NOT NULL, decided_by text, decided_at int8,
    decision_note text NOT NULL DEFAULT '', PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, employee_id) REFERENCES employee, FOREIGN KEY (company_id, decided_by) REFERENCES employee)`,
  // Pages of a list, newest first; and all of one number, which is taken off as a whole.
  `CREATE INDEX listing_time ON listing (company_id, list, stored_at DESC, id DESC)`,
  `CREATE INDEX listing_number ON listing (company_id, number, list)`,
  // A department that goes takes its rules along: nobody works in it.
  `CREATE TABLE call_rules (
    company_id text NOT NULL REFERENCES company, id text NOT NULL, department_id text, version int8 NOT NULL,
    rules jsonb NOT NULL, updated_at int8 NOT NULL, PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, department_id) REFERENCES department ON DELETE CASCADE)`,
];
