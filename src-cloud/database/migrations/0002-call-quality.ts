import { sql, type Kysely } from 'kysely';

/** Frozen. 通话质量 of a call, as its desk measured it; null for all calls before. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE call ADD COLUMN quality jsonb`.execute(db);
}
