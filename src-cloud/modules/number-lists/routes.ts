import { createListing, decideListing, listings, removeListing } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { NumberListService } from './service.ts';

export function registerNumberLists(registrar: Registrar, deps: CloudDeps): void {
  const service = new NumberListService(deps);
  registrar.add(listings, ({ scope, query }) => service.list(scope, query));
  registrar.add(createListing, ({ scope, origin, body }) => service.create({ scope, origin }, body));
  registrar.add(decideListing, async ({ scope, origin, params, body }) => {
    await service.decide({ scope, origin }, params.id, body);
    return {};
  });
  registrar.add(removeListing, async ({ scope, origin, params }) => {
    await service.remove({ scope, origin }, params.id);
    return {};
  });
}
