import type { WritableDb } from './database/handles.ts';
import type { ExportsFeature } from './features/exports/index.ts';
import type { ImportsFeature } from './features/imports/index.ts';
import type { LeadBulkFeature } from './features/lead-bulk/index.ts';
import type { LeadsFeature } from './features/leads/index.ts';
import type { NumberListsFeature } from './features/number-lists/index.ts';
import type { SnippetsFeature } from './features/snippets/index.ts';
import type { CloudOpResult, DeedRef, WaitingDeed } from './sync/index.ts';

interface Parts {
  readonly exports: ExportsFeature;
  readonly imports: ImportsFeature;
  readonly leadBulk: LeadBulkFeature;
  readonly leads: LeadsFeature;
  readonly numberLists: NumberListsFeature;
  readonly snippets: SnippetsFeature;
}

/** Whose deed it is that the cloud did not take, or that is sent once more. */
export interface DeedHandlers {
  putBack(db: WritableDb, deed: DeedRef, row: unknown): void;
  redo(db: WritableDb, deed: WaitingDeed & DeedRef): void;
  imported(db: WritableDb, part: ImportPart, result: CloudOpResult): void;
  exported(db: WritableDb, id: string, isTold: boolean): void;
  answered(db: WritableDb, deed: DeedRef, isTaken: boolean): void;
}

type ImportPart = Extract<WaitingDeed, { type: 'lead.import' }>['row'];

/** @param parts asked for when the first answer comes: they are made after the outbox that they write to */
export const createDeedHandlers = (parts: () => Parts): DeedHandlers => ({
  putBack(db, deed, row) {
    const { leads, numberLists, snippets } = parts();
    if (deed.type === 'listing.request' || deed.type === 'listing.withdraw') numberLists.lists.putBack(db, deed, row);
    else if (deed.type === 'snippet.put' || deed.type === 'snippet.remove') snippets.snippets.putBack(db, deed, row);
    else leads.service.work.putBack(db, deed, row);
  },
  redo(db, deed) {
    const { leads, numberLists, snippets } = parts();
    if (deed.type === 'listing.request' || deed.type === 'listing.withdraw') numberLists.lists.redo(db, deed);
    else if (deed.type === 'snippet.put' || deed.type === 'snippet.remove') snippets.snippets.redo(db, deed);
    else leads.service.work.redo(db, deed);
  },
  imported: (db, part, result) => parts().imports.imports.answered(db, part, result),
  exported: (db, id, isTold) => parts().exports.exports.answered(db, id, isTold),
  answered: (db, deed, isTaken) => parts().leadBulk.bulks.answered(db, deed, isTaken),
});
