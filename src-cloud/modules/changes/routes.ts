import { changes } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { ChangesService, type ChangeReaders } from './service.ts';

export function registerChanges(registrar: Registrar, deps: CloudDeps, readers: ChangeReaders): void {
  const service = new ChangesService(deps, readers);
  registrar.add(changes, ({ scope, query }) => service.pull(scope, query.after, query.limit));
}
