import { sql, type Kysely } from 'kysely';

/**
 * Frozen. What a company has had with each number lately, for the gates of all its desks, under a key that does not say the
 * number; calls are looked for by it. Servers of before tell nobody of their calls.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE callee (
    company_id text NOT NULL REFERENCES company, id text NOT NULL, key text NOT NULL, dials int8[] NOT NULL,
    refused boolean NOT NULL, verdict_at int8, told_at int8 NOT NULL,
    PRIMARY KEY (company_id, id), UNIQUE (company_id, key))`,
  'CREATE INDEX call_by_number ON call (company_id, number, started_at)',
];
