import { poolRules, removePoolRules, setPoolRules } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { PoolRulesService } from './service.ts';

export function registerPoolRules(registrar: Registrar, deps: CloudDeps): void {
  const service = new PoolRulesService(deps);
  registrar.add(poolRules, async ({ scope }) => ({ rules: await service.list(scope) }));
  registrar.add(setPoolRules, ({ scope, origin, params, body }) => service.set({ scope, origin }, params.id, body));
  registrar.add(removePoolRules, async ({ scope, origin, params }) => {
    await service.remove({ scope, origin }, params.id);
    return {};
  });
}
