import { sql, type Kysely } from 'kysely';

/** Frozen. What a person's desk locks away with when their session is ended by force; handed out at their sign-in there. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE device ADD COLUMN desk_key text`.execute(db);
}
