import { sql } from 'kysely';
import type { RouteReply, companyEmployees } from '#shared/cloud-contract/contract.ts';
import type { Reader } from '../../database/database.ts';
import { containing } from '../../database/like.ts';
import { visibleTo, type Scope } from '../../database/scope.ts';

/** An employee as those see them who administer the company. */
export type CompanyEmployee = RouteReply<typeof companyEmployees>['employees'][number];

interface Query {
  readonly search?: string | undefined;
  readonly departmentId?: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

const wanted = (db: Reader, scope: Scope, { search, departmentId }: Query) =>
  db
    .selectFrom('employee')
    .where(visibleTo(scope, 'employee', 'id'))
    .$if(departmentId !== undefined, (query) => query.where('departmentId', '=', departmentId ?? null))
    .$if(Boolean(search), (query) =>
      query.where((where) =>
        where.or([
          where('employee.name', 'ilike', containing(search ?? '')),
          where('employee.account', 'ilike', containing(search ?? '')),
        ]),
      ),
    );

/** Those that the person may see: who may still sign in first, then by name. */
export async function listCompanyEmployees(
  db: Reader,
  scope: Scope,
  query: Query,
): Promise<{ employees: CompanyEmployee[]; total: number }> {
  const { total } = await wanted(db, scope, query)
    .select(sql<number>`count(*)::int4`.as('total'))
    .executeTakeFirstOrThrow();
  const employees = await wanted(db, scope, query)
    .leftJoin('department', (join) =>
      join
        .onRef('department.companyId', '=', 'employee.companyId')
        .onRef('department.id', '=', 'employee.departmentId'),
    )
    .select(['employee.id', 'employee.name', 'employee.account', 'employee.role', 'employee.departmentId'])
    .select(['department.name as departmentName', 'employee.disabled', 'employee.mustChangePassword'])
    .select(({ selectFrom }) =>
      selectFrom('device')
        .select(({ fn }) => fn.max('lastSeenAt').as('at'))
        .whereRef('device.companyId', '=', 'employee.companyId')
        .whereRef('device.employeeId', '=', 'employee.id')
        .as('lastSeenAt'),
    )
    .orderBy('employee.disabled')
    .orderBy('employee.name')
    .orderBy('employee.id')
    .offset(query.offset)
    .limit(query.limit)
    .execute();
  return { employees, total };
}

export async function employeeIdsOf(db: Reader, { companyId }: Scope, departmentId: string): Promise<string[]> {
  const found = await db
    .selectFrom('employee')
    .select('id')
    .where('companyId', '=', companyId)
    .where('departmentId', '=', departmentId)
    .execute();
  return found.map(({ id }) => id);
}
