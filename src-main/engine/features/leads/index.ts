import type { Disposable } from '#shared/base/dispose.ts';
import type { leadsArea } from '#shared/desk-contract/areas/leads.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { leadCommands } from './lead-commands.ts';
import { createLeadsService, type LeadsDeps, type LeadsService } from './leads.ts';

export { noteCall } from './activity.ts';
export { keptLeads, keptNotes, takeLeads, takeNotes } from './from-cloud.ts';
export {
  LeadListing,
  type LeadLists,
  type LeadClaims,
  type LeadPage,
  type LeadWindow,
  type LeadWords,
  type PickedLeads,
  type OwnLeadFacts,
} from './lead-lists.ts';
export type { LeadsService } from './leads.ts';
export { listOf, type StoredLead } from './repository.ts';

export interface LeadsFeature extends Disposable {
  readonly handlers: Handlers<typeof leadsArea>;
  readonly sources: Sources<typeof leadsArea>;
  readonly service: LeadsService;
}

export function createLeads(deps: LeadsDeps): LeadsFeature {
  const service = createLeadsService(deps);
  return {
    handlers: leadCommands(service, deps.context.newId),
    sources: {
      'leads.changed': (_args, sink) => {
        sink.item({ rev: service.rev });
        const subscription = service.onChange((rev) => sink.item({ rev }));
        return () => subscription.dispose();
      },
      'leads.refused': (_args, sink) => {
        const tell = (): void => sink.item({ groups: service.refusals.groups() });
        tell();
        const subscription = service.refusals.onChange(tell);
        return () => subscription.dispose();
      },
      'leads.handed': (_args, sink) => {
        sink.item(service.handed.now);
        const subscription = service.handed.onChange((handed) => sink.item(handed));
        return () => subscription.dispose();
      },
      'leads.due': (_args, sink) => {
        sink.item(service.due.now);
        const subscription = service.due.onChange((due) => sink.item(due));
        return () => subscription.dispose();
      },
    },
    service,
    dispose: () => {
      service.refusals.dispose();
      service.handed.dispose();
      service.due.dispose();
    },
  };
}
