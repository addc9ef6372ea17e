import { sql, type Kysely } from 'kysely';

/**
 * Frozen. The account as it is compared. Row policies let no index be used through a function that PostgreSQL does not
 * hold to be leakproof, and `lower` is none: every sign-in would read every person of every company.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE employee ADD COLUMN account_key text NOT NULL GENERATED ALWAYS AS (lower(account)) STORED`.execute(
    db,
  );
  await sql`CREATE UNIQUE INDEX employee_account_key ON employee (account_key)`.execute(db);
}
