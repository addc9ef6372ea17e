import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { ourSchema } from './database.ts';

const folder = join(import.meta.dirname, 'migrations');
const names = readdirSync(folder).map((file) => file.replace(/\.ts$/, '')).sort(); // prettier-ignore

/**
 * What the server before would stumble over, in the SQL of a migration or as Kysely's schema builder has it. A migration
 * that does one of these is a contract step (docs/guides/run-the-cloud.md, «Two versions side by side»).
 */
const contractSteps: readonly [string, RegExp][] = [
  ['takes a column away', /\bDROP\s+COLUMN\b|\.dropColumn\(/i],
  ['takes a table away', /\bDROP\s+TABLE\b|\.dropTable\(|\bTRUNCATE\b/i],
  ['renames', /\bRENAME\b|\.rename\w*\(/i],
  ['changes a type', /\bALTER\s+COLUMN\s+\S+\s+(?:SET\s+DATA\s+)?TYPE\b|\.setDataType\(/i],
  ['forbids null', /\bSET\s+NOT\s+NULL\b|\.setNotNull\(/i],
  ['takes a default away', /\bDROP\s+DEFAULT\b|\.dropDefault\(/i],
  ['adds a column that old writers do not fill', /\bADD\s+COLUMN\s+(?:(?!\bDEFAULT\b|,\s*ADD\b)[^;`'])*?\bNOT\s+NULL\b(?!(?:(?!,\s*ADD\b)[^;`'])*\b(?:DEFAULT|GENERATED\s+ALWAYS)\b)/i],
  ['adds a rule to rows', /\bADD\s+(?:CONSTRAINT|CHECK|FOREIGN|UNIQUE)\b|\.add\w*Constraint\(/i],
  ['hides rows from who does not say who asks', /\b(?:ENABLE|FORCE)\s+ROW\s+LEVEL\s+SECURITY\b|\bREVOKE\b/i],
]; // prettier-ignore

/** A key over a column that the same migration adds is no rule for who leaves it null (MATCH SIMPLE: one null is enough). */
function withoutNewKeys(text: string): string {
  const nulls = new Set([...text.matchAll(/\bADD\s+COLUMN\s+(\w+)\s+\w+\s*(?=[,;`'])/gi)].map(([, name = '']) => name));
  return text.replace(/\bADD\s+FOREIGN\s+KEY\s*\(([^)]*)\)/gi, (key, columns: string) =>
    columns.split(',').some((column) => nulls.has(column.trim())) ? '' : key,
  );
}

const stepsIn = (text: string): string[] =>
  contractSteps.filter(([, pattern]) => pattern.test(withoutNewKeys(text))).map(([step]) => step);

describe('what counts as a contract step', () => {
  it.each([
    ['ALTER TABLE call DROP COLUMN note', 'takes a column away'],
    ['DROP TABLE audit', 'takes a table away'],
    ['ALTER TABLE call RENAME COLUMN note TO remark', 'renames'],
    ['ALTER TABLE call ALTER COLUMN slot TYPE int8', 'changes a type'],
    ['ALTER TABLE call ALTER COLUMN slot SET NOT NULL', 'forbids null'],
    ['ALTER TABLE call ADD COLUMN mood text NOT NULL', 'adds a column that old writers do not fill'],
    ['ALTER TABLE call ADD COLUMN a int8 NOT NULL, ADD COLUMN b int8 DEFAULT 1', 'adds a column that old writers do not fill'], // prettier-ignore
    ['ALTER TABLE call ADD CONSTRAINT short CHECK (length(note) < 9)', 'adds a rule to rows'],
    ['ALTER TABLE call ADD FOREIGN KEY (company_id, lead_id) REFERENCES lead', 'adds a rule to rows'],
    [`ALTER TABLE call ADD COLUMN a text DEFAULT 'x', ADD FOREIGN KEY (company_id, a) REFERENCES lead`, 'adds a rule to rows'], // prettier-ignore
    ['ALTER TABLE call ENABLE ROW LEVEL SECURITY', 'hides rows from who does not say who asks'],
  ])('%s', (text, step) => {
    expect(stepsIn(text)).toEqual([step]);
  });

  it.each([
    'ALTER TABLE call ADD COLUMN mood text',
    'ALTER TABLE call ADD COLUMN mood text NOT NULL GENERATED ALWAYS AS (lower(note)) STORED',
    'ALTER TABLE call ADD COLUMN mood text, ADD COLUMN at int8, ADD FOREIGN KEY (company_id, mood) REFERENCES lead',
    'ALTER TABLE call ADD COLUMN mood text NOT NULL DEFAULT 0, ADD COLUMN other jsonb',
    'CREATE TABLE mood (company_id text NOT NULL, id text NOT NULL, PRIMARY KEY (company_id, id))',
    'CREATE INDEX call_mood ON call (company_id, mood)',
  ])('not: %s', (text) => {
    expect(stepsIn(text)).toEqual([]);
  });
});

describe('migrations', () => {
  it('are all known, and numbered in their order, none twice', () => {
    expect(Object.keys(ourSchema.migrations)).toEqual(names);
    expect(new Set(names.map((name) => name.slice(0, 4))).size).toBe(names.length);
  });

  it.each(names)('%s takes nothing away that a server beside it still uses', (name) => {
    const steps = stepsIn(readFileSync(join(folder, `${name}.ts`), 'utf8'));
    const contract = ourSchema.migrations[name]?.contract;
    if (steps.length === 0 && !contract) return;
    expect(contract, `${name} ${steps.join(', ')}: export const contract = { unusedSince: '…' }`).toBeDefined();
    const { unusedSince = '' } = contract ?? {};
    expect(names, 'unusedSince names the last migration of the server that first did without').toContain(unusedSince);
    expect(unusedSince < name, 'in one release it would take away what its own predecessor uses').toBe(true);
    expect(ourSchema.oldestServer >= unusedSince, 'oldestServer in migrations.ts must shut out servers before it').toBe(
      true,
    );
  });

  it('the oldest server that may work beside this one is a known one', () => {
    expect(names).toContain(ourSchema.oldestServer);
  });
});

describe('the schema', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
  });
  afterAll(() => cloud.close());

  /** The cloud's own, which are small and belong to no company: they would be on every node. */
  const shared = ['cloud_fact', 'secret', 'sign_in_try', 'kysely_migration', 'kysely_migration_lock'];

  it('can be spread over companies: every key begins with company_id', async () => {
    const { rows } = await sql<{ table: string; index: string; first: string; primary: boolean }>`
      SELECT t.relname AS "table", c.relname AS "index", a.attname AS "first", i.indisprimary AS "primary"
      FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class c ON c.oid = i.indexrelid
      LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
      WHERE t.relnamespace = current_schema()::regnamespace AND i.indisunique`.execute(cloud.asOwner.withoutPlugins());
    const own = rows.filter(({ table }) => !shared.includes(table));
    const strays = own.filter(({ first }) => first !== 'company_id').map(({ index }) => index);
    // Looked up before a company is known. What they cost with Citus stands in docs/guides/run-the-cloud.md.
    expect(strays.sort()).toEqual(['employee_account', 'employee_account_key', 'refresh_token_hash']);
    const keyed = new Set(own.filter(({ primary }) => primary).map(({ table }) => table));
    expect(new Set(own.map(({ table }) => table))).toEqual(keyed);
    expect(keyed.size).toBeGreaterThanOrEqual(12);
  });
});
