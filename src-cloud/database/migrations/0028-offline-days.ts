import { sql, type Kysely } from 'kysely';

/**
 * Frozen. For how many days people of a company sign in while the cloud is away. Servers of before do not tell it, and their
 * desks go by seven days, which is what it begins with.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`ALTER TABLE company ADD COLUMN offline_days int4 NOT NULL DEFAULT 7 CHECK (offline_days BETWEEN 1 AND 30)`)
    .execute(db);
}
