import type { CloudPoolRules } from '#shared/cloud-contract/contract.ts';
import { defaultPoolRules, type PoolRules } from '#shared/domain/pool-rules.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { RulesTable, type StoredRules } from '../place-rules/index.ts';

export const table = new RulesTable<PoolRules>('poolRules', {
  keepWon: defaultPoolRules.keepWon,
  newLeadClaimDays: defaultPoolRules.newLeadClaimDays,
});
export const removedPoolRules = table.removed;

export const onWire = ({ rules, ...row }: StoredRules<PoolRules>): CloudPoolRules => ({ ...row, ...rules });

export const poolRulesById = async (db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudPoolRules[]> =>
  (await table.byId(db, scope, ids)).map(onWire);

/** Those that hold for the person: of their department, else of the company, else of the product. */
export async function poolRulesFor(db: Reader, scope: Scope): Promise<PoolRules> {
  const found = await table.for(db, scope);
  return (found.find(({ departmentId }) => departmentId !== null) ?? found[0])?.rules ?? defaultPoolRules;
}

/** The rules that hold in a department, or (null) for who is in none. */
export type RulesByDepartment = (departmentId: string | null) => PoolRules;

/** @returns also the different ones that there are */
export async function rulesByDepartment(
  db: Reader,
  companyId: string,
): Promise<{ of: RulesByDepartment; all: readonly PoolRules[] }> {
  const found = await table.all(db, companyId);
  const byDepartment = new Map(found.map(({ departmentId, rules }) => [departmentId, rules]));
  const company = byDepartment.get(null) ?? defaultPoolRules;
  return { of: (id) => byDepartment.get(id) ?? company, all: [company, ...byDepartment.values()] };
}

/** Servers of before 0026 know the company's alone. @param rules null = taken away */
export async function tellOlderServers(tx: Tx, companyId: string, id: string, rules: PoolRules | null): Promise<void> {
  if (id !== companyId) return;
  if (!rules) return void (await tx.deleteFrom('poolRule').where('companyId', '=', companyId).execute());
  const { claimsPerDay, holdLimit, formerOwnerDays } = rules;
  const row = { claimsPerDay, holdLimit, formerOwnerDays };
  await tx
    .insertInto('poolRule')
    .values({ companyId, ...row })
    .onConflict((conflict) => conflict.column('companyId').doUpdateSet(row))
    .execute();
}
