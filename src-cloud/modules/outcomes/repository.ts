import type { CloudOutcomeSet } from '#shared/cloud-contract/contract.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';

export type StoredSet = Pick<CloudOutcomeSet, 'version' | 'mustChoose' | 'outcomes'>;

/** For desks: under the company's id. */
export async function outcomeSetById(db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudOutcomeSet[]> {
  const found = ids.includes(scope.companyId) ? await outcomeSet(db, scope) : undefined;
  return found ? [{ id: scope.companyId, ...found }] : [];
}

export const outcomeSet = (db: Reader, { companyId }: Scope): Promise<StoredSet | undefined> =>
  db
    .selectFrom('outcomeSet')
    .select(['version', 'mustChoose', 'outcomes'])
    .where('companyId', '=', companyId)
    .executeTakeFirst();

/** With its row lock. */
export const lockOutcomeSet = (tx: Tx, { companyId }: Scope): Promise<StoredSet | undefined> =>
  tx
    .selectFrom('outcomeSet')
    .select(['version', 'mustChoose', 'outcomes'])
    .where('companyId', '=', companyId)
    .forUpdate()
    .executeTakeFirst();

export async function putOutcomeSet(tx: Tx, { companyId }: Scope, set: StoredSet, updatedAt: number): Promise<void> {
  const row = { ...set, outcomes: JSON.stringify(set.outcomes), updatedAt };
  await tx
    .insertInto('outcomeSet')
    .values({ companyId, ...row })
    .onConflict((conflict) => conflict.column('companyId').doUpdateSet(row))
    .execute();
}
