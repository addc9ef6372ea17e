import { sql, type Kysely } from 'kysely';

/**
 * Frozen. Departments have unique names and a number that says when their managers see other people; a password may be a
 * one-time one; the audit log says on what, what changed and from where. Servers of before write none of it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `ALTER TABLE department ADD COLUMN created_at int8 NOT NULL DEFAULT 0, ADD COLUMN sight int8 NOT NULL DEFAULT 0`,
  `CREATE UNIQUE INDEX department_name ON department (company_id, name)`,
  `ALTER TABLE employee ADD COLUMN must_change_password boolean NOT NULL DEFAULT false`,
  `ALTER TABLE audit
    ADD COLUMN entity_type text, ADD COLUMN entity_name text, ADD COLUMN details jsonb, ADD COLUMN address text,
    ADD COLUMN device_name text`,
  // Pages of the log go backwards in time; ids break ties of one millisecond.
  `CREATE INDEX audit_time ON audit (company_id, at DESC, id DESC)`,
  `CREATE INDEX audit_person ON audit (company_id, employee_id, at DESC, id DESC)`,
];
