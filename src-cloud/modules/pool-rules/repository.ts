import type { CloudPoolRules } from '#shared/cloud-contract/contract.ts';
import { defaultPoolRules, type PoolRules } from '#shared/domain/pool-rules.ts';
import type { Reader, Tx } from '../../database/database.ts';
import { rulesFor, type Scope } from '../../database/scope.ts';

const columns = ['id', 'departmentId', 'version', 'rules'] as const;

interface Stored {
  readonly id: string;
  readonly departmentId: string | null;
  readonly version: number;
  readonly rules: PoolRules;
}
const onWire = ({ rules, ...row }: Stored): CloudPoolRules => ({ ...row, ...rules });

export async function poolRulesById(db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudPoolRules[]> {
  const found = await db
    .selectFrom('poolRules')
    .select(columns)
    .where(rulesFor(scope, 'poolRules'))
    .where('id', 'in', ids)
    .execute();
  return found.map(onWire);
}

/** Those that hold for the person: of their department, else of the company, else of the product. */
export async function poolRulesFor(db: Reader, scope: Scope): Promise<PoolRules> {
  const found = await db
    .selectFrom('poolRules')
    .select(['departmentId', 'rules'])
    .where(rulesFor(scope, 'poolRules'))
    .execute();
  return (found.find(({ departmentId }) => departmentId !== null) ?? found[0])?.rules ?? defaultPoolRules;
}

/** The rules that hold in a department, or (null) for who is in none. */
export type RulesByDepartment = (departmentId: string | null) => PoolRules;

/** @returns also the different ones that there are */
export async function rulesByDepartment(
  db: Reader,
  companyId: string,
): Promise<{ of: RulesByDepartment; all: readonly PoolRules[] }> {
  const found = await db.selectFrom('poolRules').select(columns).where('companyId', '=', companyId).execute();
  const byDepartment = new Map(found.map(({ departmentId, rules }) => [departmentId, rules]));
  const company = byDepartment.get(null) ?? defaultPoolRules;
  return { of: (id) => byDepartment.get(id) ?? company, all: [company, ...byDepartment.values()] };
}

/** The company's, and those of its departments. */
export async function allPoolRules(db: Reader, { companyId }: Scope): Promise<CloudPoolRules[]> {
  const found = await db
    .selectFrom('poolRules')
    .select(columns)
    .where('companyId', '=', companyId)
    .orderBy('id')
    .execute();
  return found.map(onWire);
}

/** With its row lock. */
export async function lockPoolRules(tx: Tx, { companyId }: Scope, id: string): Promise<Stored | undefined> {
  return tx
    .selectFrom('poolRules')
    .select(columns)
    .where('companyId', '=', companyId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** The key that refuses the second of two who make the first rules at once. */
export const rulesKey = 'pool_rules_pkey';

export async function insertPoolRules(tx: Tx, { companyId }: Scope, row: Stored, updatedAt: number): Promise<void> {
  const { rules, ...rest } = row;
  await tx
    .insertInto('poolRules')
    .values({ companyId, ...rest, rules: JSON.stringify(rules), updatedAt })
    .execute();
  await tellOlderServers(tx, companyId, row);
}

export async function updatePoolRules(tx: Tx, { companyId }: Scope, row: Stored, updatedAt: number): Promise<void> {
  await tx
    .updateTable('poolRules')
    .set({ version: row.version, rules: JSON.stringify(row.rules), updatedAt })
    .where('companyId', '=', companyId)
    .where('id', '=', row.id)
    .execute();
  await tellOlderServers(tx, companyId, row);
}

export async function deletePoolRules(tx: Tx, { companyId }: Scope, id: string): Promise<void> {
  await tx.deleteFrom('poolRules').where('companyId', '=', companyId).where('id', '=', id).execute();
  if (id === companyId) await tx.deleteFrom('poolRule').where('companyId', '=', companyId).execute();
}

/** They know the company's alone. */
async function tellOlderServers(tx: Tx, companyId: string, { departmentId, rules }: Stored): Promise<void> {
  if (departmentId !== null) return;
  const { claimsPerDay, holdLimit, formerOwnerDays } = rules;
  const row = { claimsPerDay, holdLimit, formerOwnerDays };
  await tx
    .insertInto('poolRule')
    .values({ companyId, ...row })
    .onConflict((conflict) => conflict.column('companyId').doUpdateSet(row))
    .execute();
}
