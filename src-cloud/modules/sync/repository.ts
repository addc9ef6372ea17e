import { sql, type Insertable } from 'kysely';
import type { PushResult } from '#shared/cloud-contract/contract.ts';
import { entriesBehind, type AtOnce } from '../../database/changes.ts';
import type { Reader, Tx } from '../../database/database.ts';
import { fixedQuery } from '../../database/fixed-query.ts';
import type { Tables } from '../../database/schema.ts';
import type { Scope } from '../../database/scope.ts';
import type { OneStatement } from './ops.ts';

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

type AtOnceValues<Values> = Values & Omit<Insertable<Tables['appliedOp']>, 'companyId'>;

/**
 * The op's own statement with its answer and its entries in the stream. `kept` asks for `beside` so that it comes behind it: locks
 * are taken in the order in which `apply` takes them.
 * @returns asks it: nothing, if it did not write
 */
export function atOnceQuery<Values extends object>({ type, write, beside }: OneStatement<never, Values>) {
  const query = fixedQuery<AtOnceValues<Values>, AtOnce>((db, at) => {
    const statement = sql<AtOnce>`WITH written AS (${write(db, at)}), beside AS (${beside.write(db, at)}), kept AS (
      INSERT INTO applied_op (company_id, op_id, body_hash, result, applied_at)
      SELECT company_id, ${at.opId}, ${at.bodyHash}, ${at.result}::jsonb, ${at.appliedAt}::int8 FROM written
      WHERE (SELECT count(id) FROM beside) >= 0
      RETURNING company_id), ${entriesBehind({ written: type, beside: beside.type }, at.appliedAt)}`;
    return { compile: () => statement.compile(db) };
  });
  return async (tx: Tx, values: Values, { bodyHash, result, appliedAt }: AppliedOp): Promise<AtOnce | undefined> => {
    const { opId } = result;
    const { rows } = await query(tx, { ...values, opId, bodyHash, result: JSON.stringify(result), appliedAt });
    return rows[0];
  };
}

export const findOp = (db: Reader, scope: Scope, opId: string) =>
  db
    .selectFrom('appliedOp')
    .select(['bodyHash', 'result'])
    .where('companyId', '=', scope.companyId)
    .where('opId', '=', opId)
    .executeTakeFirst();
