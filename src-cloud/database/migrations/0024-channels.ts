import { sql, type Kysely } from 'kysely';

/**
 * Frozen. SIP accounts of the company, their passwords encrypted with a key that is not in the database, and 能力号. Servers of
 * before write none of it; what they lack to read changes of is passed over by the desks.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE sip_account (
    company_id text NOT NULL REFERENCES company, id text NOT NULL, account jsonb NOT NULL, employee_id text,
    secret_id text NOT NULL, sealed text NOT NULL, key_id text NOT NULL, has_turn_password boolean NOT NULL,
    taken_at int8, version int8 NOT NULL, created_at int8 NOT NULL, PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, employee_id) REFERENCES employee)`,
  // One registration at the PBX is one row: two would both ring for each call.
  `CREATE UNIQUE INDEX sip_account_address
    ON sip_account (company_id, (account->>'server'), (account->>'domain'), (account->>'user'))`,
  `CREATE INDEX sip_account_employee ON sip_account (company_id, employee_id)`,
  // A department that goes leaves its numbers behind, bound to nobody.
  `CREATE TABLE capability_number (
    company_id text NOT NULL REFERENCES company, id text NOT NULL, number text NOT NULL, answering_number text NOT NULL,
    usage text NOT NULL CHECK (usage IN ('outbound', 'inbound', 'both')), employee_id text, department_id text,
    note text NOT NULL, created_at int8 NOT NULL, PRIMARY KEY (company_id, id),
    CHECK (employee_id IS NULL OR department_id IS NULL),
    FOREIGN KEY (company_id, employee_id) REFERENCES employee,
    FOREIGN KEY (company_id, department_id) REFERENCES department ON DELETE SET NULL (department_id))`,
  `CREATE UNIQUE INDEX capability_number_number ON capability_number (company_id, number)`,
];
