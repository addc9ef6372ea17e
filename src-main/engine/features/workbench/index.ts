import type { Disposable } from '#shared/base/dispose.ts';
import type { workbenchArea } from '#shared/desk-contract/areas/workbench.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { WorkbenchService, type WorkbenchDeps } from './workbench.ts';

export { CallFactsReader } from './call-facts.ts';
export { mostSubjects, type WorkbenchRead, type WorkbenchReads } from './workbench.ts';

/** As many customers as one queue is made of by one click. */
const mostLeads = 100;

export interface WorkbenchFeature extends Disposable {
  readonly handlers: Handlers<typeof workbenchArea>;
  readonly sources: Sources<typeof workbenchArea>;
}

/** 工作台 (product.md P3.4): a person's own, whatever their role. */
export function createWorkbench(deps: WorkbenchDeps): WorkbenchFeature {
  const { leads, reads } = deps;
  const service = new WorkbenchService(deps);
  return {
    handlers: {
      'workbench.leads': async ({ of }) => {
        const found = await reads.wanting(of, leads.rules(), mostLeads);
        return { rows: found.map((stored) => leads.toRow(stored)) };
      },
    },
    sources: {
      'workbench.now': (_args, sink) => {
        const following = service.follow((now) => sink.item(now));
        return () => following.dispose();
      },
    },
    dispose: () => service.dispose(),
  };
}
