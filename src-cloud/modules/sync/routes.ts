import { push } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import type { OpHandlers } from './ops.ts';
import { SyncService } from './service.ts';

export function registerSync(registrar: Registrar, deps: CloudDeps, handlers: OpHandlers, keptMs?: number): void {
  const sync = new SyncService(deps, handlers, keptMs);
  // One operation that cannot be kept must not hold up the others.
  const handling = { storable: 'by-handler' } as const;
  registrar.add(
    push,
    async ({ scope, origin, body: { deviceId, ops } }) => ({
      results: await sync.push({ scope, origin, deviceId }, ops),
    }),
    handling,
  );
}
