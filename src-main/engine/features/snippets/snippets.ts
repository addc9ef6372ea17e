import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import { cloudSnippet } from '#shared/cloud-contract/contract.ts';
import type { Snippet } from '#shared/desk-contract/areas/snippets.ts';
import { mostPosition, mostSnippets, placeGap, takenSnippets } from '#shared/domain/snippet.ts';
import type { EngineContext } from '../../context.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { ChangeApplier, DeedRef, Outbox, WaitingDeed } from '../../sync/index.ts';
import { snippetFinder } from './finding.ts';
import { placesAfter } from './placing.ts';
import * as repository from './repository.ts';
import { putSnippet, removeSnippet, snippetIds, snippetOf, type SnippetRow } from './repository.ts';

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

  /** The company's, then the person's own. @param search part of category, title or text, in pinyin too; empty = all */
  list(search: string): Snippet[] {
    const all = repository.allSnippets(this.deps.db);
    const found = search === '' ? all : all.filter(snippetFinder(search));
    return found.map(({ id, own, category, title, text, uses }) => ({ id, own, category, title, text, uses }));
  }

  /** @param id null = a new one. @throws AppError `not-found` (also for the company's), `snippet.too-many` */
  save(id: string | null, words: Words): string {
    const { db } = this.deps;
    const before = id === null ? null : this.own(id);
    if (!before && repository.ownSnippets(db).length >= mostSnippets)
      throw new AppError('snippet.too-many', { max: mostSnippets });
    const row = { ...(before ?? this.fresh()), ...words };
    db.transaction(() => this.write(row));
    this.touched();
    return row.id;
  }

  /** @param after behind which of the own ones; null = to the top. @throws AppError `not-found` (also for the company's) */
  move(id: string, after: string | null): void {
    const { db } = this.deps;
    this.own(id);
    if (after !== null) this.own(after);
    const own = repository.ownSnippets(db);
    db.transaction(() => {
      for (const { id: moved, position } of placesAfter(own, id, after)) this.write({ ...this.own(moved), position });
    });
    this.touched();
  }

  /** One more use of each that is here. */
  used(ids: readonly string[]): void {
    const { db } = this.deps;
    db.transaction(() => ids.forEach((id) => repository.countUse(db, id)));
    this.touched();
  }

  /** Adds what `snippetFaults` lets in, all of it or nothing. @returns how many */
  import(rows: readonly Words[]): number {
    const { db } = this.deps;
    const good = takenSnippets(rows, repository.ownSnippets(db));
    db.transaction(() => good.forEach((words) => this.write({ ...this.fresh(), ...words })));
    if (good.length > 0) this.touched();
    return good.length;
  }

  /** @throws AppError `not-found` (also for the company's) */
  remove(id: string): void {
    const { db, deeds } = this.deps;
    const { title } = this.own(id);
    db.transaction(() => {
      removeSnippet(db, id);
      repository.forgetUses(db, id);
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
    const { id, category, title, text } = row;
    const here = snippetOf(db, id) ?? { ...this.fresh(), id };
    const anew = { ...here, category, title, text, position: row.position ?? here.position };
    putSnippet(db, anew);
    const deed = { id, base: here.version, category, title, text, position: anew.position };
    this.deps.deeds.enqueueDeed(db, { type, entityId: id, subject: title, row: () => deed });
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
          const { category, title, text, position = parsed.data.position } = waiting.row;
          putSnippet(db, { ...parsed.data, category, title, text, position });
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

  /** At the end of the person's own. */
  private fresh() {
    const last = repository.ownSnippets(this.deps.db).at(-1)?.position ?? 0;
    return { id: this.deps.context.newId(), own: true, position: Math.min(last + placeGap, mostPosition), version: 0 };
  }

  /** As it is to be here and in the cloud. Within a transaction. */
  private write(row: SnippetRow): void {
    const { id, version, category, title, text, position } = row;
    putSnippet(this.deps.db, row);
    this.deps.deeds.enqueueDeed(this.deps.db, {
      type: 'snippet.put',
      entityId: id,
      subject: title,
      // What was not sent yet takes the new words along, and was made seeing what that one saw.
      row: (waiting) => ({ id, base: waiting?.base ?? version, category, title, text, position }),
    });
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
