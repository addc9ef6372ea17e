import type { Insertable } from 'kysely';
import type { PushResult } from '#shared/cloud-contract/contract.ts';
import type { Reader, Tx } from '../../database/database.ts';
import { fixedQuery } from '../../database/fixed-query.ts';
import type { Tables } from '../../database/schema.ts';
import type { Scope } from '../../database/scope.ts';

interface AppliedOp {
  readonly bodyHash: string;
  readonly result: PushResult;
  readonly appliedAt: number;
}

/** Fails when the op was here before, behind a running transaction with the same op: once that is over. */
export const insertOp = (tx: Tx, scope: Scope, { bodyHash, result, appliedAt }: AppliedOp) =>
  insertOpQuery(tx, {
    ...{ companyId: scope.companyId, opId: result.opId, bodyHash, result: JSON.stringify(result), appliedAt },
  });
const insertOpQuery = fixedQuery<Insertable<Tables['appliedOp']>, never>((db, at) => {
  const { companyId, opId, bodyHash, result, appliedAt } = at;
  return db.insertInto('appliedOp').values({ companyId, opId, bodyHash, result, appliedAt });
});

export const findOp = (db: Reader, scope: Scope, opId: string) =>
  db
    .selectFrom('appliedOp')
    .select(['bodyHash', 'result'])
    .where('companyId', '=', scope.companyId)
    .where('opId', '=', opId)
    .executeTakeFirst();
