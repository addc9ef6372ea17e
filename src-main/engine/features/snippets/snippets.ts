import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import { cloudSnippet } from '#shared/cloud-contract/contract.ts';
import type { Snippet } from '#shared/desk-contract/areas/snippets.ts';
import { mostSnippets } from '#shared/domain/snippet.ts';
import type { EngineContext } from '../../context.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { ChangeApplier, DeedRef, Outbox, WaitingDeed } from '../../sync/index.ts';
import { ownList, putSnippet, removeSnippet, snippetIds, snippetOf, snippetsWith } from './repository.ts';

export interface SnippetsDeps {
  readonly context: EngineContext;
  /** Of the signed-in person. */
  readonly db: WritableDb;
  readonly deeds: Pick<Outbox, 'enqueueDeed' | 'waitingDeeds'>;
}

type Words = Pick<Snippet, 'category' | 'title' | 'text'>;
export type SnippetDeed = Extract<WaitingDeed, { type: 'snippet.put' | 'snippet.remove' }>;

/** 话术 on the desk: the company's to use, the person's own to write, offline too. What is seen is what was written here last. */
export class Snippets {
  private readonly deps: SnippetsDeps;
  private readonly changed = new Emitter<number>();
  private revision: number;

  constructor(deps: SnippetsDeps) {
    this.deps = deps;
    // A window may outlive an engine: a start above every number it has seen tells it to look again.
    this.revision = deps.context.clock.now();
  }

  /** @param search part of category, title or text; empty = all */
  list(search: string): Snippet[] {
    return snippetsWith(this.deps.db, search).map(({ id, own, category, title, text }) => ({
      ...{ id, own },
      ...{ category, title, text },
    }));
  }

  /** @param id null = a new one. @throws AppError `not-found` (also for the company's), `snippet.too-many` */
  save(id: string | null, words: Words): string {
    const { context, db, deeds } = this.deps;
    const before = id === null ? null : this.own(id);
    const { count, last } = ownList(db);
    if (!before && count >= mostSnippets) throw new AppError('snippet.too-many', { max: mostSnippets });
    const row = before ?? { id: context.newId(), own: true, position: last + 1, version: 0 };
    db.transaction(() => {
      putSnippet(db, { ...row, ...words });
      deeds.enqueueDeed(db, {
        type: 'snippet.put',
        entityId: row.id,
        subject: words.title,
        // What was not sent yet takes the new words along, and was made seeing what that one saw.
        row: (waiting) => ({ id: row.id, base: waiting?.base ?? row.version, ...words }),
      });
    });
    this.touched();
    return row.id;
  }

  /** @throws AppError `not-found` (also for the company's) */
  remove(id: string): void {
    const { db, deeds } = this.deps;
    const { title } = this.own(id);
    db.transaction(() => {
      removeSnippet(db, id);
      deeds.enqueueDeed(db, { type: 'snippet.remove', entityId: id, subject: title, row: () => ({ id }) });
    });
    this.touched();
  }

  /** The cloud did not take it: what it has stands here again, and the words are kept with the refusal. */
  putBack(db: WritableDb, { entityId }: DeedRef, row: unknown): void {
    const parsed = cloudSnippet.safeParse(row);
    if (parsed.success) putSnippet(db, parsed.data);
    else if (row === null || snippetOf(db, entityId)?.version === 0) removeSnippet(db, entityId);
  }

  /** It is sent once more, by somebody who has seen what the cloud has. */
  redo(db: WritableDb, { type, row }: SnippetDeed): void {
    if (type === 'snippet.remove') return removeSnippet(db, row.id);
    const { id, base: _seen, ...words } = row;
    const here = snippetOf(db, id) ?? { id, own: true, position: ownList(db).last + 1, version: 0 };
    putSnippet(db, { ...here, ...words });
    const anew = { id, base: here.version, ...words };
    this.deps.deeds.enqueueDeed(db, { type, entityId: id, subject: words.title, row: () => anew });
  }

  readonly applier: ChangeApplier = {
    apply: (db, changes) => {
      const unread: string[] = [];
      for (const { id, row } of changes) {
        const waiting = this.deps.deeds.waitingDeeds(id).at(-1);
        const parsed = cloudSnippet.safeParse(row);
        if (row !== null && !parsed.success) unread.push(id);
        // What was removed here, or never was in the cloud, is for the answer to what waits to settle.
        else if (waiting?.type === 'snippet.remove' || (waiting && row === null)) continue;
        else if (!parsed.success) removeSnippet(db, id);
        else if (waiting?.type === 'snippet.put') {
          const { category, title, text } = waiting.row;
          putSnippet(db, { ...parsed.data, category, title, text });
        } else putSnippet(db, parsed.data);
      }
      return unread;
    },
    applied: () => this.touched(),
    known: snippetIds,
  };

  get rev(): number {
    return this.revision;
  }

  onChange(listener: (rev: number) => void): Disposable {
    return this.changed.on(listener);
  }

  private own(id: string) {
    const row = snippetOf(this.deps.db, id);
    if (!row?.own) throw new AppError('not-found');
    return row;
  }

  private touched(): void {
    this.revision += 1;
    this.changed.emit(this.revision);
  }
}
