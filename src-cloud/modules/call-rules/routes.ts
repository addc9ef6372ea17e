import { callRules, removeCallRules, setCallRules } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { CallRulesService } from './service.ts';

export function registerCallRules(registrar: Registrar, deps: CloudDeps): void {
  const service = new CallRulesService(deps);
  registrar.add(callRules, async ({ scope }) => ({ rules: await service.list(scope) }));
  registrar.add(setCallRules, ({ scope, origin, params, body }) => service.set({ scope, origin }, params.id, body));
  registrar.add(removeCallRules, async ({ scope, origin, params }) => {
    await service.remove({ scope, origin }, params.id);
    return {};
  });
}
