import { push } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { SyncService } from './service.ts';

export function registerSync(registrar: Registrar, deps: CloudDeps): void {
  const sync = new SyncService(deps);
  registrar.add(push, async ({ scope, body }) => ({ results: await sync.push(scope, body.ops) }));
}
