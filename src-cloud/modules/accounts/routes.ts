import { changeEmployee, createEmployee, resetPassword } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { AccountService } from './service.ts';

export function registerAccounts(registrar: Registrar, deps: CloudDeps): void {
  const service = new AccountService(deps);
  registrar.add(createEmployee, (call) => service.create(call, call.body));
  registrar.add(changeEmployee, async (call) => {
    await service.change(call, call.params.id, call.body);
    return {};
  });
  registrar.add(resetPassword, (call) => service.resetPassword(call, call.params.id));
}
