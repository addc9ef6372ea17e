import type { PushResult } from '#shared/cloud-contract/contract.ts';
import type { Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';

/** False when the op was here before. Waits for a running transaction with the same op. */
export async function claimOp(tx: Tx, scope: Scope, opId: string, bodyHash: string, now: number): Promise<boolean> {
  const claimed = await tx
    .insertInto('appliedOp')
    .values({ companyId: scope.companyId, opId, bodyHash, result: null, appliedAt: now })
    .onConflict((conflict) => conflict.columns(['companyId', 'opId']).doNothing())
    .executeTakeFirst();
  return (claimed.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export const findOp = (tx: Tx, scope: Scope, opId: string) =>
  tx
    .selectFrom('appliedOp')
    .select(['bodyHash', 'result'])
    .where('companyId', '=', scope.companyId)
    .where('opId', '=', opId)
    .executeTakeFirst();

export const settleOp = (tx: Tx, scope: Scope, result: PushResult) =>
  tx
    .updateTable('appliedOp')
    .set({ result: JSON.stringify(result) })
    .where('companyId', '=', scope.companyId)
    .where('opId', '=', result.opId)
    .execute();
