import { audit, exportAudit } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { AuditService } from './service.ts';

export function registerAudit(registrar: Registrar, deps: CloudDeps): void {
  const service = new AuditService(deps);
  registrar.add(audit, ({ scope, query }) => service.list(scope, query));
  registrar.add(exportAudit, async ({ scope, origin, query, reply }) =>
    reply.header('content-type', 'text/csv; charset=utf-8').send(await service.export({ scope, origin }, query)),
  );
}
