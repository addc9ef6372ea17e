import { AppError } from '#shared/base/errors.ts';
import type { CloudEmployee } from '#shared/cloud-contract/contract.ts';
import type { Reader, Tx } from '../../database/database.ts';
import { visibleTo, type Scope } from '../../database/scope.ts';

const people = (db: Reader, scope: Scope) =>
  db
    .selectFrom('employee')
    .leftJoin('department', (join) =>
      join
        .onRef('department.companyId', '=', 'employee.companyId')
        .onRef('department.id', '=', 'employee.departmentId'),
    )
    .select(['employee.id', 'employee.name', 'employee.account', 'employee.role', 'department.name as departmentName'])
    .select('employee.disabled')
    .where(visibleTo(scope, 'employee', 'id'));

type StoredPerson = Pick<CloudEmployee, 'id' | 'name' | 'account' | 'role' | 'departmentName'> & {
  readonly disabled: boolean;
};
const onWire = ({ disabled, ...person }: StoredPerson): CloudEmployee => (disabled ? { ...person, disabled } : person);

export async function listEmployees(db: Reader, scope: Scope): Promise<CloudEmployee[]> {
  const found = await people(db, scope).orderBy('employee.createdAt').orderBy('employee.id').execute();
  return found.map(onWire);
}

export async function employeesById(db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudEmployee[]> {
  const found = await people(db, scope).where('employee.id', 'in', ids).execute();
  return found.map(onWire);
}

/** The person of the scope. */
export async function findEmployee(db: Reader, scope: Scope): Promise<CloudEmployee> {
  const row = await people(db, scope).where('employee.id', '=', scope.employeeId).executeTakeFirst();
  if (!row) throw new AppError('auth.expired');
  return onWire(row);
}

/** For words to colleagues («taken by …»), who may not see the person otherwise. */
export async function employeeName(db: Reader, scope: Scope, id: string): Promise<string> {
  const found = await db
    .selectFrom('employee')
    .select('name')
    .where('companyId', '=', scope.companyId)
    .where('id', '=', id)
    .executeTakeFirst();
  return found?.name ?? '';
}

/** What one person does at two desks at once is done one after the other from here on, until the transaction ends. */
export const lockEmployee = (tx: Tx, { companyId, employeeId }: Scope) =>
  tx
    .selectFrom('employee')
    .select('id')
    .where('companyId', '=', companyId)
    .where('id', '=', employeeId)
    .forNoKeyUpdate()
    .execute();

/** Somebody whom the person of the scope sees. */
export const personOf = (db: Reader, scope: Scope, id: string) =>
  db
    .selectFrom('employee')
    .select(['name', 'departmentId', 'disabled'])
    .where(visibleTo(scope, 'employee', 'id'))
    .where('id', '=', id)
    .executeTakeFirst();
