import { sql } from 'kysely';
import type { CloudSnippet } from '#shared/cloud-contract/contract.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { Tables } from '../../database/schema.ts';
import { snippetFor, type Scope } from '../../database/scope.ts';

type Stored = Tables['snippet'];

/** For desks: the company's, and the person's own. */
export const snippetsById = (db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudSnippet[]> =>
  db
    .selectFrom('snippet')
    .select(['id', 'category', 'title', 'text', 'position', 'version'])
    .select(sql<boolean>`employee_id IS NOT NULL`.as('own'))
    .where(snippetFor(scope))
    .where('id', 'in', ids)
    .execute();

/** In their order. */
export const companySnippets = (db: Reader, { companyId }: Scope) =>
  db
    .selectFrom('snippet')
    .select(['id', 'category', 'title', 'text'])
    .where('companyId', '=', companyId)
    .where('employeeId', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .execute();

/** The company's, with their row locks. */
export const lockCompanySnippets = (tx: Tx, { companyId }: Scope) =>
  tx
    .selectFrom('snippet')
    .selectAll()
    .where('companyId', '=', companyId)
    .where('employeeId', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();

/** With its row lock; those that were removed too. */
export const lockSnippet = (tx: Tx, { companyId }: Scope, id: string) =>
  tx.selectFrom('snippet').selectAll().where('companyId', '=', companyId).where('id', '=', id).forUpdate().executeTakeFirst(); // prettier-ignore

/** How many a person has, and where their list ends. */
export const ownList = (tx: Tx, { companyId, employeeId }: Scope) =>
  tx
    .selectFrom('snippet')
    .select([sql<number>`count(*)::int4`.as('count'), sql<number>`coalesce(max(position), 0)::int4`.as('last')])
    .where('companyId', '=', companyId)
    .where('employeeId', '=', employeeId)
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow();

/** False when there is one of that id already. */
export async function insertSnippet(tx: Tx, row: Stored): Promise<boolean> {
  const inserted = await tx
    .insertInto('snippet')
    .values(row)
    .onConflict((conflict) => conflict.columns(['companyId', 'id']).doNothing())
    .executeTakeFirst();
  return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export const updateSnippet = (tx: Tx, { companyId }: Scope, id: string, change: Partial<Stored>) =>
  tx.updateTable('snippet').set(change).where('companyId', '=', companyId).where('id', '=', id).execute();

export const deleteSnippet = (tx: Tx, { companyId }: Scope, id: string) =>
  tx.deleteFrom('snippet').where('companyId', '=', companyId).where('id', '=', id).execute();
