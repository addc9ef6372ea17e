import { readFileSync } from 'node:fs';
import type { CloudCompany } from '#shared/cloud-contract/contract.ts';
import { callQuery } from '#shared/desk-contract/areas/calls.ts';
import { leadQuery } from '#shared/desk-contract/areas/leads.ts';
import type { ExportAsk, ExportWhat } from '#shared/desk-contract/areas/exports.ts';
import { callExportColumns, leadExportColumns, type ExportRules } from '#shared/domain/exports.ts';
import type { Role, LeadPlace } from '#shared/domain/vocabulary.ts';
import { createKeyValueStore } from '../../../database/key-value.ts';
import type { Database } from '../../../database/open-database.ts';
import { createOutbox, type Outbox } from '../../../sync/index.ts';
import { testContext } from '../../../testing/test-context.ts';
import { directLists } from '../../../testing/direct-lists.ts';
import { CallListing } from '../../calls/index.ts';
import { LeadListing } from '../../leads/index.ts';
import type { ExportWriting } from '../export-thread.ts';
import { createExports, writeExport } from '../index.ts';

export const me = { id: '019a0000-0000-7000-8000-0000000000aa', name: '赵敏' };
export const company: CloudCompany = { id: '019a0000-0000-7000-8000-0000000000cc', name: '示例', sample: true };

/** Without a thread. */
export const directly =
  (database: Database): ExportWriting =>
  (job, moved, signal) =>
    Promise.resolve().then(() => {
      if (signal.aborted) throw new Error('aborted before it began');
      return database.write.transaction(() => writeExport(database.write, job, moved));
    });

interface DeskOptions {
  readonly role?: Role;
  readonly rules?: ExportRules | undefined;
  readonly deskMasks?: boolean;
  /** Folder of tables of number heads. */
  readonly heads?: string;
  readonly write?: ExportWriting;
}

/** Exports on a real database and outbox, without a cloud. */
export function exportDesk(database: Database, folder: string, options: DeskOptions = {}) {
  const { write: db } = database;
  const context = testContext(folder);
  const desk = { role: options.role ?? 'manager', deskMasks: options.deskMasks ?? false };
  const outbox: Outbox = createOutbox({
    context,
    db,
    readers: { 'call.put': () => null },
    putBack: () => undefined,
    redo: () => undefined,
    exported: (tx, id, isTold) => exports.answered(tx, id, isTold),
  });
  let saved = '';
  const handedOut: { readonly untold: number; readonly waiting: number }[] = [];
  const { exports } = createExports({
    ...{ context, db, deeds: outbox, me: me.id },
    store: createKeyValueStore(db),
    media: {
      issue(path) {
        const untold = db.all('SELECT id FROM export_untold').length;
        handedOut.push({ untold, waiting: outbox.waiting() });
        return (saved = path);
      },
    },
    lists: {
      ...directLists(new LeadListing(db, me.id, () => context.clock.now())),
      calls: { page: (...asked) => Promise.resolve(new CallListing(db).page(...asked)) },
    },
    role: () => desk.role,
    company: { ...company, ...(options.rules ? { exportRules: { ...options.rules } } : {}) },
    deskMasks: () => desk.deskMasks,
    write: options.write ?? directly(database),
    heads: options.heads ?? null,
    folder: `${folder}/exports`,
  });
  return { exports, outbox, desk, handedOut, file: () => readFileSync(saved), path: () => saved };
}

export const leads = (place: LeadPlace, query: object = {}, ids: string[] | null = null): ExportWhat => ({
  list: 'leads',
  query: leadQuery.parse({ place, ...query }),
  ids,
});
export const calls = (query: object = {}): ExportWhat => ({ list: 'calls', query: callQuery.parse(query) });

export const ask = (what: ExportWhat, format: ExportAsk['format'], columns?: ExportAsk['columns']): ExportAsk => ({
  what,
  columns: columns ?? [...(what.list === 'leads' ? leadExportColumns : callExportColumns)],
  format,
  locale: 'zh-CN',
});
export const untilOver = new AbortController().signal;
