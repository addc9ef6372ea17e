import type { Disposable } from '#shared/base/dispose.ts';
import type { exportsArea } from '#shared/desk-contract/areas/exports.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { Exports, type ExportsDeps } from './exports.ts';

export type { ExportOrder, ExportReport } from './export-protocol.ts';
export { exportByThread } from './export-thread.ts';
export { writeExport } from './file/write-export.ts';

export interface ExportsFeature extends Disposable {
  readonly handlers: Handlers<typeof exportsArea>;
  readonly sources: Sources<typeof exportsArea>;
  readonly exports: Exports;
}

export function createExports(deps: ExportsDeps): ExportsFeature {
  const exports = new Exports(deps);
  return {
    exports,
    dispose: () => exports.dispose(),
    handlers: {
      'exports.look': ({ what }) => exports.lookAt(what),
      'exports.run': (ask, { signal }) => exports.run(ask, signal),
    },
    sources: {
      'exports.state': (_args, sink) => {
        const send = (): void => sink.item(exports.state);
        send();
        const following = exports.onChange(send);
        return () => following.dispose();
      },
    },
  };
}
