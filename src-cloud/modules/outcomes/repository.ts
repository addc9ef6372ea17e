import type { CloudOutcomeSet } from '#shared/cloud-contract/contract.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';

export type StoredSet = Pick<CloudOutcomeSet, 'version' | 'mustChoose' | 'outcomes'>;

/** For desks: under the company's id. */
export async function outcomeSetById(db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudOutcomeSet[]> {
  const found = ids.includes(scope.companyId) ? await outcomeSet(db, scope) : undefined;
  return found ? [{ id: scope.companyId, ...found }] : [];
}

const ownSet = (db: Reader, { companyId }: Scope) =>
  db.selectFrom('outcomeSet').select(['version', 'mustChoose', 'outcomes']).where('companyId', '=', companyId);

export const outcomeSet = (db: Reader, scope: Scope): Promise<StoredSet | undefined> =>
  ownSet(db, scope).executeTakeFirst();

/** With its row lock. */
export const lockOutcomeSet = (tx: Tx, scope: Scope): Promise<StoredSet | undefined> =>
  ownSet(tx, scope).forUpdate().executeTakeFirst();

/** Of two who make the first one at once only the database sees both: who comes second is refused by this. */
export const outcomeSetKey = 'outcome_set_pkey';

export const insertOutcomeSet = (tx: Tx, { companyId }: Scope, set: StoredSet, updatedAt: number) =>
  tx
    .insertInto('outcomeSet')
    .values({ companyId, ...written(set), updatedAt })
    .execute();

export const updateOutcomeSet = (tx: Tx, { companyId }: Scope, set: StoredSet, updatedAt: number) =>
  tx
    .updateTable('outcomeSet')
    .set({ ...written(set), updatedAt })
    .where('companyId', '=', companyId)
    .execute();

const written = (set: StoredSet) => ({ ...set, outcomes: JSON.stringify(set.outcomes) });
