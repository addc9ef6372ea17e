import type { PushResult } from '#shared/cloud-contract/contract.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';

interface AppliedOp {
  readonly bodyHash: string;
  readonly result: PushResult;
  readonly appliedAt: number;
}

/** Fails when the op was here before, behind a running transaction with the same op: once that is over. */
export const insertOp = (tx: Tx, scope: Scope, { bodyHash, result, appliedAt }: AppliedOp) =>
  tx
    .insertInto('appliedOp')
    .values({ companyId: scope.companyId, opId: result.opId, bodyHash, result: JSON.stringify(result), appliedAt })
    .execute();

export const findOp = (db: Reader, scope: Scope, opId: string) =>
  db
    .selectFrom('appliedOp')
    .select(['bodyHash', 'result'])
    .where('companyId', '=', scope.companyId)
    .where('opId', '=', opId)
    .executeTakeFirst();
