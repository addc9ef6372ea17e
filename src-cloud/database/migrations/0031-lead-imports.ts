import { sql, type Kysely } from 'kysely';

/**
 * Frozen. 统一社会信用代码 of leads, with which sheet a lead came, and how leads are found that say the same: by code, number and
 * name (`leadNameKey` in modules/leads/duplicates.ts is this expression). Servers of before write neither column.
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
  `ALTER TABLE lead ADD COLUMN credit_code text, ADD COLUMN import_id text`,
  `CREATE INDEX lead_credit_code ON lead (company_id, credit_code) WHERE credit_code IS NOT NULL AND deleted_at IS NULL`,
  `CREATE INDEX lead_phone ON lead (company_id, phone) WHERE phone IS NOT NULL AND deleted_at IS NULL`,
  `CREATE INDEX lead_name_key ON lead (company_id, (${nameKey})) WHERE deleted_at IS NULL`,
  `CREATE INDEX lead_import ON lead (company_id, import_id) WHERE import_id IS NOT NULL`,
];
