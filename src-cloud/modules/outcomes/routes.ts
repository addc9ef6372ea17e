import { companyOutcomes, setOutcomes } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { OutcomeService } from './service.ts';

export function registerOutcomes(registrar: Registrar, deps: CloudDeps): void {
  const service = new OutcomeService(deps);
  registrar.add(companyOutcomes, ({ scope }) => service.read(scope));
  registrar.add(setOutcomes, ({ scope, origin, body: { base, ...set } }) => service.set({ scope, origin }, base, set));
}
