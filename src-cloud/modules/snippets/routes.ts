import {
  changeSnippet,
  companySnippets,
  createSnippet,
  importSnippets,
  orderSnippets,
  removeSnippet,
} from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { SnippetService } from './service.ts';

export function registerSnippets(registrar: Registrar, deps: CloudDeps): void {
  const service = new SnippetService(deps);
  registrar.add(companySnippets, async ({ scope }) => ({ snippets: await service.list(scope) }));
  registrar.add(createSnippet, ({ scope, origin, body }) => service.create({ scope, origin }, body));
  registrar.add(importSnippets, async ({ scope, origin, body }) => ({
    added: await service.import({ scope, origin }, body.rows),
  }));
  registrar.add(changeSnippet, async ({ scope, origin, params, body }) => {
    await service.change({ scope, origin }, params.id, body);
    return {};
  });
  registrar.add(orderSnippets, async ({ scope, origin, body }) => {
    await service.order({ scope, origin }, body.ids);
    return {};
  });
  registrar.add(removeSnippet, async ({ scope, origin, params }) => {
    await service.remove({ scope, origin }, params.id);
    return {};
  });
}
