import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '#shared/base/errors.ts';
import { createKeyValueStore } from '../../../database/key-value.ts';
import type { Database } from '../../../database/open-database.ts';
import { createOutbox, type Outbox } from '../../../sync/index.ts';
import { directLists } from '../../../testing/direct-lists.ts';
import { testContext } from '../../../testing/test-context.ts';
import { createLeads, LeadListing, type LeadsService } from '../../leads/index.ts';
import { createImports, knownLeads, SheetDesk } from '../index.ts';
import type { Imports } from '../imports.ts';

export interface ImportDesk {
  readonly imports: Imports;
  readonly leads: LeadsService;
  readonly outbox: Outbox;
  /** What the last sheet for the person to save has in it. */
  saved(): Buffer;
  /** What was opened last is lost, as a thread is to a file that is too much for it. */
  lose(): void;
  upload(fileName: string, bytes: Buffer): Promise<string>;
  /** Resolves when nothing is being gone through any more. */
  settled(): Promise<void>;
}

const me = { id: '019a0000-0000-7000-8000-0000000000aa', name: '赵敏' };

/** Imports on a real database and outbox, without a thread and without a cloud. */
export function importDesk(database: Database, folder: string, role: 'agent' | 'manager' = 'manager'): ImportDesk {
  const { write: db } = database;
  const context = testContext(folder);
  const outbox: Outbox = createOutbox({
    context,
    db,
    readers: { 'call.put': () => null },
    putBack: (tx, deed, row) => service.work.putBack(tx, deed, row),
    redo: (tx, deed) => service.work.redo(tx, deed),
    imported: (tx, part, result) => imports.answered(tx, part, result),
  });
  const { service } = createLeads({
    context,
    db,
    deeds: outbox,
    person: me,
    role: () => role,
    lists: directLists(new LeadListing(db, me.id, () => context.clock.now())),
    barred: () => new Map(),
  });
  let file = '';
  let lose = (): void => undefined;
  const { imports } = createImports({
    context,
    db,
    deeds: outbox,
    store: createKeyValueStore(db),
    media: { issue: (path) => (file = path) },
    role: () => role,
    folder: join(folder, 'imports'),
    openSheets: () => {
      const { promise: ended, resolve: dispose } = Promise.withResolvers<void>();
      const sheets = Object.assign(new SheetDesk(() => knownLeads(db)), { dispose, ended });
      lose = () => {
        sheets.open = () => Promise.reject(new AppError('import.too-much-inside'));
        dispose();
      };
      return sheets;
    },
    place: (tx, lead, note) => service.work.place(tx, lead, note),
    drop: (tx, id) => service.work.drop(tx, id),
    touched: () => service.touched(),
  });
  return {
    imports,
    leads: service,
    outbox,
    saved: () => readFileSync(file),
    lose: () => lose(),
    async upload(fileName, bytes) {
      const { id } = await imports.begin(fileName, bytes.length);
      for (let at = 0; at < bytes.length; at += 1000)
        await imports.chunk(id, at, bytes.subarray(at, at + 1000).toString('base64'));
      return id;
    },
    settled: () => imports.ended(),
  };
}
