import { sql, type Kysely } from 'kysely';

/** Frozen. By which line a call went, and which number it showed; null for all calls before, whose desks have not told. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE call ADD COLUMN line jsonb, ADD COLUMN caller_id text`.execute(db);
}
