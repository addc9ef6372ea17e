import { sql, type Kysely } from 'kysely';

/**
 * Frozen. Who deleted a lead and why; how many numbers of the change stream were taken away before an entry (`gap`), and up
 * to which number deletions are no longer told (`floor`). Servers of before delete nothing and count no gaps: entries are
 * taken away only where none of them can be beside (modules/changes/prune.ts).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `ALTER TABLE lead ADD COLUMN deleted_by text, ADD COLUMN delete_reason text,
    ADD FOREIGN KEY (company_id, deleted_by) REFERENCES employee`,
  // Tombstones are few: counted per day of a person, and taken away by age.
  `CREATE INDEX lead_deleted ON lead (company_id, deleted_at) WHERE deleted_at IS NOT NULL`,
  `ALTER TABLE change ADD COLUMN gap int8 NOT NULL DEFAULT 0`,
  `ALTER TABLE company_counter ADD COLUMN floor int8 NOT NULL DEFAULT 0`,
];
