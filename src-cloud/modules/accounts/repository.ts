import type { Role } from '#shared/domain/vocabulary.ts';
import type { Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';

export interface NewAccount {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly role: Role;
  readonly departmentId: string | null;
  readonly passwordHash: string;
  readonly createdAt: number;
}

/** Its first password is a one-time one. */
export const insertEmployee = (tx: Tx, { companyId }: Scope, row: NewAccount) =>
  tx
    .insertInto('employee')
    .values({ companyId, mustChangePassword: true, ...row })
    .execute();

/** The unique index over the accounts of all companies, and the reference to the department. */
export const accountIndexes = ['employee_account_key', 'employee_account'];
export const departmentReference = 'employee_company_id_department_id_fkey';

export interface LockedEmployee {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly departmentId: string | null;
  readonly disabled: boolean;
}

/**
 * The employee and every administrator who may sign in, under their row locks and in one order: of two who take away each
 * other's role at once the second sees what the first has done.
 */
export const lockWithAdmins = (tx: Tx, { companyId }: Scope, id: string): Promise<LockedEmployee[]> =>
  tx
    .selectFrom('employee')
    .select(['id', 'name', 'role', 'departmentId', 'disabled'])
    .where('companyId', '=', companyId)
    .where((where) => where.or([where('id', '=', id), where.and({ role: 'admin', disabled: false })]))
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();

export const updateEmployee = (tx: Tx, { companyId }: Scope, id: string, fields: Partial<Omit<LockedEmployee, 'id'>>) =>
  tx.updateTable('employee').set(fields).where('companyId', '=', companyId).where('id', '=', id).execute();

export const nameOf = (tx: Tx, { companyId }: Scope, id: string) =>
  tx.selectFrom('employee').select('name').where('companyId', '=', companyId).where('id', '=', id).executeTakeFirst();
