import { sql } from 'kysely';
import { AppError } from '#shared/base/errors.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';

/** By age. Administrators see all, everybody else the one that they work in. */
export const listDepartments = (db: Reader, scope: Scope) =>
  db
    .selectFrom('department')
    .select(['id', 'name'])
    .select(
      sql<number>`(SELECT count(*)::int4 FROM employee
      WHERE company_id = department.company_id AND department_id = department.id)`.as('employees'),
    )
    .where('companyId', '=', scope.companyId)
    .$if(scope.role !== 'admin', (query) => query.where('id', '=', scope.departmentId))
    .orderBy('createdAt')
    .orderBy('id')
    .execute();

export const insertDepartment = (tx: Tx, scope: Scope, row: { id: string; name: string; createdAt: number }) =>
  tx
    .insertInto('department')
    .values({ companyId: scope.companyId, ...row })
    .execute();

/** The unique index that refuses a second department of the same name. */
export const nameIndex = 'department_name';

/** With its row lock: nobody is put into it until the transaction ends. */
export const lockDepartment = (tx: Tx, scope: Scope, id: string) =>
  tx
    .selectFrom('department')
    .select('name')
    .where('companyId', '=', scope.companyId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();

/** Undefined = none of this company. It stays as long as the transaction does. */
export async function departmentName(tx: Tx, scope: Scope, id: string): Promise<string | undefined> {
  const found = await tx
    .selectFrom('department')
    .select('name')
    .where('companyId', '=', scope.companyId)
    .where('id', '=', id)
    .forKeyShare()
    .executeTakeFirst();
  return found?.name;
}

/** Whose rules they are: the company's own, under its id, or a department's, which stays as long as the transaction. Throws `not-found`. */
export async function placeOfRules(
  tx: Tx,
  scope: Scope,
  id: string,
): Promise<{ readonly departmentId: string | null; readonly name: string }> {
  if (id === scope.companyId) return { departmentId: null, name: '' };
  const name = await departmentName(tx, scope, id);
  if (name === undefined) throw new AppError('not-found');
  return { departmentId: id, name };
}

export const setDepartmentName = (tx: Tx, scope: Scope, id: string, name: string) =>
  tx.updateTable('department').set({ name }).where('companyId', '=', scope.companyId).where('id', '=', id).execute();

export const deleteDepartment = (tx: Tx, scope: Scope, id: string) =>
  tx.deleteFrom('department').where('companyId', '=', scope.companyId).where('id', '=', id).execute();

/**
 * Somebody comes into these departments or leaves them: their managers see other rows from now on. In one order, so that
 * two moves between the same departments do not wait for each other.
 */
export async function sightChanged(tx: Tx, { companyId }: Scope, ids: readonly string[]): Promise<void> {
  for (const id of [...ids].sort())
    await tx
      .updateTable('department')
      .set({ sight: sql<number>`sight + 1` })
      .where('companyId', '=', companyId)
      .where('id', '=', id)
      .execute();
}

export async function departmentNames(
  db: Reader,
  { companyId }: Scope,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const found = await db
    .selectFrom('department')
    .select(['id', 'name'])
    .where('companyId', '=', companyId)
    .where('id', 'in', ids)
    .execute();
  return new Map(found.map(({ id, name }) => [id, name]));
}
