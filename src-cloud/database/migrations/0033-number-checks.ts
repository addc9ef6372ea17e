import { sql, type Kysely } from 'kysely';

/**
 * Frozen. 号码检测: what was found of each number of a company, and who is being asked about it now. Servers of before write none
 * of it; `lead.number_check`, which they read, is written along with it in their words.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE number_check (
    company_id text NOT NULL REFERENCES company, number text NOT NULL,
    state text, raw text NOT NULL DEFAULT '', family text NOT NULL DEFAULT '', provider text NOT NULL DEFAULT '',
    checked_at int8, employee_id text,
    claim_id text, claimed_until int8, claimed_by text, claimed_department_id text,
    PRIMARY KEY (company_id, number),
    FOREIGN KEY (company_id, employee_id) REFERENCES employee)`,
  `CREATE INDEX number_check_claimed ON number_check (company_id, claimed_until) WHERE claimed_until IS NOT NULL`,
  `CREATE INDEX number_check_by_age ON number_check (company_id, checked_at)`,
  // Whose other contacts a number is found among: few leads have any.
  `CREATE INDEX lead_with_contacts ON lead (company_id) WHERE contacts <> '[]'::jsonb AND deleted_at IS NULL`,
];
