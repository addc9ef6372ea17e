import { sql, type Kysely } from 'kysely';

/**
 * Frozen. When the cloud first had a call: no desk's clock decides what is latest, and a later revision is no new follow-up. And which of
 * its person's desks wrote it last: two of them may write at once. Servers of before leave both null. And the name of a lead as it is compared (`leadNameKey` in modules/leads/duplicates.ts is this expression): row
 * policies let no index be used through a function that PostgreSQL does not hold to be leakproof, and `translate` is none. Writes every
 * lead once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const wide = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0xff01 + at)).join('');
const narrow = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at)).join('').replaceAll("'", "''"); // prettier-ignore
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const nameKey = `translate(translate(company_name, '${wide}', '${narrow}'),
  '${upper}' || U&' \\3000\\0009\\000A\\000D\\00A0\\FEFF', '${upper.toLowerCase()}')`;

const statements = [
  `ALTER TABLE lead ADD COLUMN name_key text NOT NULL GENERATED ALWAYS AS (${nameKey}) STORED`,
  'CREATE INDEX lead_same_name ON lead (company_id, name_key) WHERE deleted_at IS NULL',
  'DROP INDEX lead_name_key',
  // Behind what takes long: nobody's call waits for the leads.
  'ALTER TABLE call ADD COLUMN stored_at int8, ADD COLUMN device_id text',
];
