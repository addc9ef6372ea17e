import { employees } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { listEmployees } from './repository.ts';

export function registerEmployees(registrar: Registrar, { db }: CloudDeps): void {
  registrar.add(employees, async ({ scope }) => ({ employees: await listEmployees(db, scope) }));
}
