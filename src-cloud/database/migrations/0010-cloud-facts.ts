import { sql, type Kysely } from 'kysely';

/** Frozen. What the servers of this cloud tell each other, e.g. which of them are too old. Belongs to no company. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE cloud_fact (name text PRIMARY KEY, value text NOT NULL)`.execute(db);
}
