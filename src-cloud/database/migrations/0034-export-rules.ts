import { sql, type Kysely } from 'kysely';

/** Frozen. 导出权限 of a company; null = it has said nothing. Servers of before neither tell nor ask for it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`ALTER TABLE company ADD COLUMN export_rules jsonb`).execute(db);
}
