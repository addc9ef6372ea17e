import { sql, type Kysely } from 'kysely';

/** Frozen. To whom a call went, or who was put through to it; null for all calls before, whose desks have not told. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE call ADD COLUMN transferred jsonb`.execute(db);
}
