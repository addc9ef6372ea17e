import { companyEmployees, employees } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { listCompanyEmployees } from './company-employees.ts';
import { listEmployees } from './repository.ts';

export function registerEmployees(registrar: Registrar, { db }: CloudDeps): void {
  registrar.add(employees, async ({ scope }) => ({
    employees: await readCompany(db, scope.companyId, (reader) => listEmployees(reader, scope)),
  }));
  registrar.add(companyEmployees, ({ scope, query }) =>
    readCompany(db, scope.companyId, (reader) => listCompanyEmployees(reader, scope, query)),
  );
}
