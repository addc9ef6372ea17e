import { sql, type Kysely } from 'kysely';

/**
 * Frozen. Wrong passwords, counted for all processes on this database. Belongs to no company: whoever guesses has not said
 * which one. Keys are keyed hashes, so that the table tells neither accounts nor addresses.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE sign_in_try (
    key text PRIMARY KEY, tries int4 NOT NULL, last_at int8 NOT NULL, locked_until int8 NOT NULL
  ) WITH (fillfactor = 50)`.execute(db);
  await sql`CREATE INDEX sign_in_try_last ON sign_in_try (last_at)`.execute(db);
}
