import { sql, type Kysely } from 'kysely';

/**
 * Frozen. How long a company keeps its recordings, and which of them stay whatever the rule says. Servers of before purge
 * nothing; what was purged they answer with «not here yet».
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE recording_rule (company_id text PRIMARY KEY REFERENCES company, keep_days int4)`,
  `ALTER TABLE recording
    ADD COLUMN purged_at int8, ADD COLUMN removed_at int8, ADD COLUMN held_at int8, ADD COLUMN held_by text,
    ADD COLUMN hold_reason text`,
  `CREATE INDEX recording_kept ON recording (company_id, stored_at) WHERE purged_at IS NULL`,
  `CREATE INDEX recording_to_remove ON recording (company_id, purged_at) WHERE purged_at IS NOT NULL AND removed_at IS NULL`,
  `CREATE INDEX recording_held ON recording (company_id, held_at) WHERE held_at IS NOT NULL`,
];
