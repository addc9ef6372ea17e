import * as routes from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { CapabilityNumberService } from './capability-number-service.ts';
import { SipAccountService } from './sip-account-service.ts';

export function registerChannels(registrar: Registrar, deps: CloudDeps): void {
  const accounts = new SipAccountService(deps);
  registrar.add(routes.companySipAccounts, ({ scope, query }) => accounts.list(scope, query));
  registrar.add(routes.createSipAccount, ({ scope, origin, body }) => accounts.create({ scope, origin }, body));
  registrar.add(routes.changeSipAccount, ({ scope, origin, params, body }) =>
    accounts.change({ scope, origin }, params.id, body),
  );
  registrar.add(routes.assignSipAccount, async ({ scope, origin, params, body }) => {
    await accounts.assign({ scope, origin }, params.id, body.employeeId);
    return {};
  });
  registrar.add(routes.removeSipAccount, async ({ scope, origin, params }) => {
    await accounts.remove({ scope, origin }, params.id);
    return {};
  });
  registrar.add(routes.sipAccountSecret, ({ scope, origin, params }) => accounts.secret({ scope, origin }, params.id));
  const numbers = new CapabilityNumberService(deps);
  registrar.add(routes.capabilityNumbers, ({ scope, query }) => numbers.list(scope, query));
  registrar.add(routes.createCapabilityNumber, ({ scope, origin, body }) => numbers.create({ scope, origin }, body));
  registrar.add(routes.changeCapabilityNumber, async ({ scope, origin, params, body }) => {
    await numbers.change({ scope, origin }, params.id, body);
    return {};
  });
  registrar.add(routes.removeCapabilityNumber, async ({ scope, origin, params }) => {
    await numbers.remove({ scope, origin }, params.id);
    return {};
  });
}
