import { sql } from 'kysely';
import type { CloudCapabilityNumber, RouteReply, capabilityNumbers } from '#shared/cloud-contract/contract.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { Tables } from '../../database/schema.ts';
import { capabilityNumberFor, type Scope } from '../../database/scope.ts';
import { containing } from '../../database/like.ts';
import type { ChannelQuery } from './sip-account-repository.ts';

type Listed = RouteReply<typeof capabilityNumbers>;
type Fields = Omit<Tables['capabilityNumber'], 'companyId' | 'id' | 'createdAt'>;
type Company = Pick<Scope, 'companyId'>;

/** For desks: those of their own person and department. */
export const capabilityNumbersById = (
  db: Reader,
  scope: Scope,
  ids: readonly string[],
): Promise<CloudCapabilityNumber[]> =>
  db
    .selectFrom('capabilityNumber')
    .select(['id', 'number', 'answeringNumber', 'usage', 'note'])
    .select(sql<boolean>`department_id IS NOT NULL`.as('shared'))
    .where(capabilityNumberFor(scope))
    .where('id', 'in', ids)
    .execute();

const wanted = (db: Reader, { companyId }: Company, { search }: ChannelQuery) =>
  db
    .selectFrom('capabilityNumber')
    .leftJoin('employee', (join) =>
      join
        .onRef('employee.companyId', '=', 'capabilityNumber.companyId')
        .onRef('employee.id', '=', 'capabilityNumber.employeeId'),
    )
    .leftJoin('department', (join) =>
      join
        .onRef('department.companyId', '=', 'capabilityNumber.companyId')
        .onRef('department.id', '=', 'capabilityNumber.departmentId'),
    )
    .where('capabilityNumber.companyId', '=', companyId)
    .$if(Boolean(search), (query) =>
      query.where((where) =>
        where.or(
          ['capabilityNumber.number', 'employee.name', 'department.name'].map(
            (column) => sql<boolean>`${sql.ref(column)} ILIKE ${containing(search ?? '')}`,
          ),
        ),
      ),
    );

/** By number. */
export async function listCapabilityNumbers(db: Reader, scope: Company, query: ChannelQuery): Promise<Listed> {
  const count = sql<number>`count(*)::int4`.as('total');
  const { total } = await wanted(db, scope, query).select(count).executeTakeFirstOrThrow();
  const numbers = await wanted(db, scope, query)
    .select(['capabilityNumber.id', 'number', 'answeringNumber', 'usage', 'note'])
    .select(['capabilityNumber.employeeId', 'employee.name as employeeName'])
    .select(['capabilityNumber.departmentId', 'department.name as departmentName'])
    .orderBy('number')
    .offset(query.offset)
    .limit(query.limit)
    .execute();
  return { numbers, total };
}

/** With its row lock. */
export const lockCapabilityNumber = (tx: Tx, { companyId }: Company, id: string) =>
  tx
    .selectFrom('capabilityNumber')
    .select(['number', 'answeringNumber', 'usage', 'employeeId', 'departmentId', 'note'])
    .where('companyId', '=', companyId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();

/** The index that refuses a number which is there already, and the references to who it is bound to. */
export const numberIndex = 'capability_number_number';
export const holderReferences = [
  'capability_number_company_id_employee_id_fkey',
  'capability_number_company_id_department_id_fkey',
];

export const insertCapabilityNumber = (
  tx: Tx,
  { companyId }: Company,
  row: Fields & { readonly id: string; readonly createdAt: number },
) =>
  tx
    .insertInto('capabilityNumber')
    .values({ companyId, ...row })
    .execute();

export const updateCapabilityNumber = (tx: Tx, { companyId }: Company, id: string, fields: Fields) =>
  tx.updateTable('capabilityNumber').set(fields).where('companyId', '=', companyId).where('id', '=', id).execute();

export const deleteCapabilityNumber = (tx: Tx, { companyId }: Company, id: string) =>
  tx.deleteFrom('capabilityNumber').where('companyId', '=', companyId).where('id', '=', id).execute();
