import {
  changeScript,
  companyScripts,
  createScript,
  orderScripts,
  removeScript,
} from '#shared/cloud-contract/contract.ts';
import { scriptBounds } from '#shared/domain/call-script.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { TextListService } from '../ordered/index.ts';
import * as repository from './repository.ts';

export function registerScripts(registrar: Registrar, deps: CloudDeps): void {
  const service = new TextListService(deps, {
    type: 'script',
    most: scriptBounds.most,
    tooMany: 'script.too-many',
    inWords: ({ title, text, active }: { title: string; text: string; active: boolean }) => ({
      title,
      text: text.slice(0, 200),
      enabled: active,
    }),
    lock: repository.lockScripts,
    insert: (tx, row, updatedAt) => repository.insertScript(tx, { ...row, updatedAt }),
    update: (tx, scope, { id }, change, updatedAt) =>
      repository.updateScript(tx, scope, id, updatedAt === null ? change : { ...change, updatedAt }),
    delete: repository.deleteScript,
  });
  registrar.add(companyScripts, async ({ scope }) => ({
    scripts: await readCompany(deps.db, scope.companyId, (reader) => repository.companyScripts(reader, scope)),
  }));
  registrar.add(createScript, ({ scope, origin, body }) => service.create({ scope, origin }, body));
  registrar.add(changeScript, async ({ scope, origin, params, body }) => {
    await service.change({ scope, origin }, params.id, body);
    return {};
  });
  registrar.add(orderScripts, async ({ scope, origin, body }) => {
    await service.order({ scope, origin }, body.ids);
    return {};
  });
  registrar.add(removeScript, async ({ scope, origin, params }) => {
    await service.remove({ scope, origin }, params.id);
    return {};
  });
}
