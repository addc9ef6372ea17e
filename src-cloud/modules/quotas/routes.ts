import { companyQuotas, ownQuotas, removeQuota, setQuota } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { QuotasService } from './service.ts';

export function registerQuotas(registrar: Registrar, deps: CloudDeps): void {
  const service = new QuotasService(deps);
  registrar.add(ownQuotas, async ({ scope }) => ({ quotas: await service.own(scope) }));
  registrar.add(companyQuotas, ({ scope }) => service.ofCompany(scope));
  registrar.add(setQuota, ({ scope, origin, body }) => service.set({ scope, origin }, body));
  registrar.add(removeQuota, async ({ scope, origin, params }) => {
    await service.remove({ scope, origin }, params.id);
    return {};
  });
}
