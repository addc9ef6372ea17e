import { sql, type Kysely } from 'kysely';

/**
 * Frozen. 话后结果 and 通话话术 of companies; of calls which outcome it is and what is still to be filled in. Servers of before
 * write none of it: a call keeps what it has.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE outcome_set (
    company_id text PRIMARY KEY REFERENCES company, version int8 NOT NULL, must_choose boolean NOT NULL,
    outcomes jsonb NOT NULL, updated_at int8 NOT NULL)`,
  `CREATE TABLE call_script (
    company_id text NOT NULL REFERENCES company, id text NOT NULL, title text NOT NULL, text text NOT NULL,
    active boolean NOT NULL, position int4 NOT NULL, updated_at int8 NOT NULL, PRIMARY KEY (company_id, id))`,
  `ALTER TABLE call ADD COLUMN outcome_id text, ADD COLUMN missing jsonb`,
];
