import { join } from 'node:path';
import type { Role } from '#shared/domain/vocabulary.ts';
import type { EngineContext } from './context.ts';
import { createKeyValueStore } from './database/key-value.ts';
import type { Database } from './database/open-database.ts';
import { createImports, ImportThread, type ImportsFeature } from './features/imports/index.ts';
import type { LeadsFeature } from './features/leads/index.ts';
import type { MediaHandles } from './media/media-handles.ts';
import type { Outbox } from './sync/index.ts';
import { workerFile } from './worker-file.ts';

interface Ground {
  readonly context: EngineContext;
  readonly database: Database;
  readonly media: MediaHandles;
  /** Of the person, as the cloud has told last. */
  readonly role: () => Role;
}

/** Sheets become leads: they go into the lists of the leads, and by the outbox to the cloud. */
export function composeImports(
  { context, database, media, role }: Ground,
  { service }: LeadsFeature,
  deeds: Outbox,
): ImportsFeature {
  const { write: db, path } = database;
  const file = workerFile(import.meta.url, 'import-worker');
  return createImports({
    context,
    db,
    deeds,
    store: createKeyValueStore(db),
    media,
    role,
    folder: join(context.dataDir, 'imports'),
    openSheets: () => new ImportThread({ path, file, logger: context.logger }),
    place: (tx, lead, note) => service.work.place(tx, lead, note),
    drop: (tx, id) => service.work.drop(tx, id),
    touched: () => service.touched(),
  });
}
