import { poolRules, removePoolRules, setPoolRules } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { RulesService } from '../place-rules/index.ts';
import { onWire, table, tellOlderServers } from './repository.ts';

export function registerPoolRules(registrar: Registrar, deps: CloudDeps): void {
  const written = tellOlderServers;
  const service = new RulesService(deps, { table, type: 'pool-rules', inWords: (rules) => ({ ...rules }), written });
  registrar.add(poolRules, async ({ scope }) => ({ rules: (await service.list(scope)).map(onWire) }));
  registrar.add(setPoolRules, ({ scope, origin, params, body: { base, ...rules } }) =>
    service.set({ scope, origin }, params.id, base, rules),
  );
  registrar.add(removePoolRules, async ({ scope, origin, params }) => {
    await service.remove({ scope, origin }, params.id);
    return {};
  });
}
