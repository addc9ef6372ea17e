import { join } from 'node:path';
import type { CloudCompany } from '#shared/cloud-contract/contract.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import type { EngineContext } from './context.ts';
import { createKeyValueStore } from './database/key-value.ts';
import type { Database } from './database/open-database.ts';
import { createExports, exportByThread, type ExportsFeature } from './features/exports/index.ts';
import type { SettingsService } from './features/settings/index.ts';
import type { ListThread } from './list-thread.ts';
import type { MediaHandles } from './media/media-handles.ts';
import type { Outbox } from './sync/index.ts';
import { workerFile } from './worker-file.ts';

interface Ground {
  readonly context: EngineContext;
  readonly database: Database;
  readonly identity: { readonly employee: { readonly id: string }; readonly company: CloudCompany };
  readonly deps: { readonly media: MediaHandles; readonly settings: SettingsService };
}

/** Lists become files: leads in the order of their lists, calls, and an operation of the outbox for each. */
export function composeExports(
  { context, database, identity, deps }: Ground,
  role: () => Role,
  lists: ListThread,
  { tables }: { readonly tables: string | null },
  deeds: Outbox,
): ExportsFeature {
  const { write: db, path } = database;
  const { settings, media } = deps;
  const feature = createExports({
    ...{ context, db, deeds, media, lists, role },
    store: createKeyValueStore(db),
    me: identity.employee.id,
    company: identity.company,
    deskMasks: () => settings.current().maskNumbers,
    write: exportByThread({ path, file: workerFile(import.meta.url, 'export-worker'), logger: context.logger }),
    heads: tables,
    folder: join(context.dataDir, 'exports'),
  });
  feature.exports.start();
  const following = settings.onChange(() => feature.exports.look());
  return {
    ...feature,
    dispose() {
      following.dispose();
      feature.dispose();
    },
  };
}
