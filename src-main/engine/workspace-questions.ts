import type { DisposeBag } from '#shared/base/dispose.ts';
import type { EngineContext } from './context.ts';
import { createCompany, type CompanyFeature } from './features/company/index.ts';
import type { LeadsFeature } from './features/leads/index.ts';
import { createNumberChecks, type NumberChecksFeature } from './features/number-checks/index.ts';
import type { MediaHandles } from './media/media-handles.ts';
import type { CloudClient } from './sync/cloud-client.ts';

interface Ground {
  readonly identity: { readonly cloud: CloudClient };
  readonly context: EngineContext;
  readonly media: MediaHandles;
  readonly bag: DisposeBag;
}

/** What is asked of the cloud at the moment when somebody wants it, and kept nowhere. */
export const composeQuestions = (
  { identity: { cloud }, context, media, bag }: Ground,
  leads: LeadsFeature,
): { readonly company: CompanyFeature; readonly numberChecks: NumberChecksFeature } => ({
  company: bag.add(createCompany({ cloud, context, media, customersAt: (all) => leads.service.companiesAt(all) })),
  numberChecks: bag.add(createNumberChecks({ context, cloud, leads: leads.service })),
});
