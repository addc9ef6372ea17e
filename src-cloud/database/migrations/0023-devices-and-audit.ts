import { sql, type Kysely } from 'kysely';

/**
 * Frozen. The log is asked for one kind of deed, newest first; and where a device was last seen, with which program.
 * Servers of before write neither.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE INDEX audit_action ON audit (company_id, action, at DESC, id DESC)`,
  `ALTER TABLE device ADD COLUMN version text, ADD COLUMN address text`,
];
