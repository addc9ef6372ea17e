import { sql, type Kysely } from 'kysely';

/**
 * Frozen. 开场白 of companies: the sounds that the file store holds, by their hash, and the rows that name them. 话术 of
 * companies and of people. Servers of before write none of it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE opener_sound (
    company_id text NOT NULL REFERENCES company, sha256 text NOT NULL, bytes int4 NOT NULL, duration_ms int4 NOT NULL,
    stored_at int8 NOT NULL, PRIMARY KEY (company_id, sha256))`,
  `CREATE TABLE opener (
    company_id text NOT NULL, id text NOT NULL, name text NOT NULL, text text NOT NULL, sha256 text NOT NULL,
    department_ids text[], enabled boolean NOT NULL, is_default boolean NOT NULL, position int4 NOT NULL,
    created_at int8 NOT NULL, PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, sha256) REFERENCES opener_sound)`,
  // Which sounds nobody names any more.
  `CREATE INDEX opener_by_sound ON opener (company_id, sha256)`,
  `CREATE TABLE snippet (
    company_id text NOT NULL REFERENCES company, id text NOT NULL, employee_id text, category text NOT NULL,
    title text NOT NULL, text text NOT NULL, position int4 NOT NULL, version int8 NOT NULL, device_id text,
    updated_at int8 NOT NULL, deleted_at int8, PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, employee_id) REFERENCES employee)`,
  `CREATE INDEX snippet_by_owner ON snippet (company_id, employee_id, position)`,
];
