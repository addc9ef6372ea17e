import { sql, type Kysely } from 'kysely';

/**
 * Frozen. Whose row an entry of the stream is about, where only who may see this person's rows can see it: then nobody has to
 * look at the row to know. Entries of before, and those of servers of before, do not say, and are looked behind as ever.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('ALTER TABLE change ADD COLUMN owner_id text').execute(db);
}
