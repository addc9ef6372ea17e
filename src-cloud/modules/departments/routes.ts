import { createDepartment, departments, removeDepartment, renameDepartment } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { DepartmentService } from './service.ts';

export function registerDepartments(registrar: Registrar, deps: CloudDeps): void {
  const service = new DepartmentService(deps);
  registrar.add(departments, async ({ scope }) => ({ departments: await service.list(scope) }));
  registrar.add(createDepartment, ({ scope, origin, body }) => service.create({ scope, origin }, body.name));
  registrar.add(renameDepartment, async ({ scope, origin, params, body }) => {
    await service.rename({ scope, origin }, params.id, body.name);
    return {};
  });
  registrar.add(removeDepartment, async ({ scope, origin, params }) => {
    await service.remove({ scope, origin }, params.id);
    return {};
  });
}
