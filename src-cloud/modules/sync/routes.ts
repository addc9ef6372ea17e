import { push } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import type { OpHandlers } from './ops.ts';
import { SyncService } from './service.ts';

export function registerSync(registrar: Registrar, deps: CloudDeps, handlers: OpHandlers): void {
  const sync = new SyncService(deps, handlers);
  registrar.add(push, async ({ scope, body }) => ({ results: await sync.push(scope, body.deviceId, body.ops) }));
}
