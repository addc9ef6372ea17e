import { sql, type Kysely } from 'kysely';

/**
 * Frozen. 阶段, 标签, 其他联系人 and 下次跟进 of leads; what happened to a lead stands among its notes. Servers of before write
 * none of it, and show such a note without words.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `ALTER TABLE lead ADD COLUMN stage text NOT NULL DEFAULT 'new', ADD COLUMN tags jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN contacts jsonb NOT NULL DEFAULT '[]', ADD COLUMN next_follow_up_at int8,
    ADD COLUMN next_follow_up_note text`,
  `ALTER TABLE note ADD COLUMN event jsonb`,
];
