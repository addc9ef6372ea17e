import { sql, type Kysely } from 'kysely';

/**
 * Frozen. Leads have owners, versions (of the row and of each field) and tombstones; notes; what a pool allows. Servers of
 * before write none of it, and their leads are nobody's.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `ALTER TABLE lead
    ADD COLUMN version int8 NOT NULL DEFAULT 1, ADD COLUMN field_versions jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN owner_id text, ADD COLUMN claimed_at int8, ADD COLUMN pool text NOT NULL DEFAULT 'library'
      CHECK (pool IN ('library', 'public')),
    ADD COLUMN released_at int8, ADD COLUMN release_reason text, ADD COLUMN former_owner_id text,
    ADD COLUMN deleted_at int8,
    ADD FOREIGN KEY (company_id, owner_id) REFERENCES employee`,
  `CREATE INDEX lead_owner ON lead (company_id, owner_id) WHERE owner_id IS NOT NULL`,
  `CREATE TABLE note (
    company_id text NOT NULL, id text NOT NULL, lead_id text NOT NULL, employee_id text NOT NULL, text text NOT NULL,
    lost jsonb, created_at int8 NOT NULL, stored_at int8 NOT NULL, PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, lead_id) REFERENCES lead, FOREIGN KEY (company_id, employee_id) REFERENCES employee)`,
  `CREATE INDEX note_lead ON note (company_id, lead_id)`,
  `CREATE TABLE lead_claim (
    company_id text NOT NULL, employee_id text NOT NULL, at int8 NOT NULL, lead_id text NOT NULL,
    PRIMARY KEY (company_id, employee_id, at, lead_id), FOREIGN KEY (company_id, employee_id) REFERENCES employee)`,
  `CREATE TABLE pool_rule (
    company_id text PRIMARY KEY REFERENCES company, claims_per_day int4, hold_limit int4,
    former_owner_days int4 NOT NULL)`,
];
