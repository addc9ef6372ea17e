import type { Disposable } from '#shared/base/dispose.ts';
import type { workbenchArea } from '#shared/desk-contract/areas/workbench.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { WorkbenchService, type WorkbenchDeps } from './workbench.ts';

export { CallFactsReader } from './call-facts.ts';
export { mostSubjects, type WorkbenchRead, type WorkbenchReads } from './workbench.ts';

export interface WorkbenchFeature extends Disposable {
  readonly handlers: Handlers<typeof workbenchArea>;
  readonly sources: Sources<typeof workbenchArea>;
}

/** 工作台 (product.md P3.4): a person's own, whatever their role. */
export function createWorkbench(deps: WorkbenchDeps): WorkbenchFeature {
  const service = new WorkbenchService(deps);
  return {
    handlers: {},
    sources: {
      'workbench.now': (_args, sink) => {
        const following = service.follow((now) => sink.item(now));
        return () => following.dispose();
      },
    },
    dispose: () => service.dispose(),
  };
}
