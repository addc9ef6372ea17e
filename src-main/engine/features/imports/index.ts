import type { Disposable } from '#shared/base/dispose.ts';
import type { importsArea } from '#shared/desk-contract/areas/imports.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { Imports, type ImportsDeps } from './imports.ts';

export type { SheetAnswer, SheetAsk } from './import-protocol.ts';
export { ImportThread } from './import-thread.ts';
export { knownLeads } from './sheet/known-leads.ts';
export { SheetDesk } from './sheet/sheet-desk.ts';

export interface ImportsFeature extends Disposable {
  readonly handlers: Handlers<typeof importsArea>;
  readonly sources: Sources<typeof importsArea>;
  readonly imports: Imports;
}

export function createImports(deps: ImportsDeps): ImportsFeature {
  const imports = new Imports(deps);
  return {
    imports,
    dispose: () => imports.dispose(),
    handlers: {
      'imports.begin': ({ fileName, bytes }) => imports.begin(fileName, bytes),
      'imports.chunk': ({ id, offset, data }) => imports.chunk(id, offset, data).then(() => null),
      'imports.look': ({ id, choices, locale }) => imports.look(id, choices, locale),
      'imports.start': ({ id, plan }) => imports.begun(id, plan).then(() => null),
      'imports.stop': ({ id }) => (imports.stop(id), null),
      'imports.report': ({ id, locale }) => imports.report(id, locale),
      'imports.forget': ({ id }) => imports.forget(id).then(() => null),
      'imports.template': ({ locale }) => imports.template(locale),
    },
    sources: {
      'imports.all': (_args, sink) => {
        const send = (): void => sink.item({ imports: imports.all() });
        send();
        const subscription = imports.onChange(send);
        return () => subscription.dispose();
      },
    },
  };
}
