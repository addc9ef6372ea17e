import type { leadsArea } from '#shared/desk-contract/areas/leads.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import type { EngineContext } from '../../context.ts';
import type { ReadableDb } from '../../database/handles.ts';
import { createLeadsService, type LeadsService } from './leads.ts';

export { noteCall } from './activity.ts';
export type { LeadsService } from './leads.ts';

export interface LeadsFeature {
  readonly handlers: Handlers<typeof leadsArea>;
  readonly sources: Sources<typeof leadsArea>;
  readonly service: LeadsService;
}

/** @param db of the signed-in person */
export function createLeads({ context, db }: { context: EngineContext; db: ReadableDb }): LeadsFeature {
  const service = createLeadsService(db, context.clock);
  return {
    handlers: {
      'leads.list': ({ query, offset, limit }) => service.list(query, { offset, limit }),
      'leads.get': ({ id }) => service.get(id),
    },
    sources: {
      'leads.changed': (_args, sink) => {
        sink.item({ rev: service.rev });
        const subscription = service.onChange((rev) => sink.item({ rev }));
        return () => subscription.dispose();
      },
    },
    service,
  };
}
