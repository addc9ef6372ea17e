import { checkNumbers, numberCheckOffer } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { NumberCheckService } from './service.ts';

export function registerNumberChecks(registrar: Registrar, deps: CloudDeps): void {
  const service = new NumberCheckService(deps);
  registrar.add(numberCheckOffer, ({ scope }) => service.offer(scope));
  // Most of its time a vendor has: it must hold no place among those that ask the database.
  registrar.add(checkNumbers, ({ scope, origin, body }) => service.check({ scope, origin }, body), { turn: 'none' });
}
