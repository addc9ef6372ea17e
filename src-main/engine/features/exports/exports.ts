import { mkdirSync, rmSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AbortSignalLike } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { CloudCompany } from '#shared/cloud-contract/contract.ts';
import type { ExportAsk, ExportWhat } from '#shared/desk-contract/areas/exports.ts';
import { exportsOwnOnly, isStricter, maskReason, mostExported, type ExportFormat, type ExportLevel, type MaskReason } from '#shared/domain/exports.ts'; // prettier-ignore
import type { Role } from '#shared/domain/vocabulary.ts';
import type { EngineContext } from '../../context.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { MediaHandles } from '../../media/media-handles.ts';
import type { Outbox } from '../../sync/index.ts';
import type { CallLists, CallScope } from '../calls/index.ts';
import type { LeadLists } from '../leads/index.ts';
import { barring } from '../number-lists/index.ts';
import type { ExportWriting } from './export-thread.ts';
import { fileNameOf, filtersOf } from './facts.ts';
import type { Progress } from './file/write-export.ts';
import { forgetUntold, keepUntold, refusedEntries, type ExportEntry } from './repository.ts';
import { ExportRights } from './rights.ts';

export interface ExportsDeps {
  readonly context: EngineContext;
  /** Of the signed-in person. */
  readonly db: WritableDb;
  readonly store: KeyValueStore;
  readonly deeds: Pick<Outbox, 'enqueueDeed'>;
  readonly media: Pick<MediaHandles, 'issue'>;
  readonly lists: Pick<LeadLists, 'page'> & { readonly calls: Pick<CallLists, 'page'> };
  readonly me: string;
  /** Theirs as the cloud has told last. */
  readonly role: () => Role;
  readonly company: CloudCompany;
  /** The setting 号码脱敏 of the desk. */
  readonly deskMasks: () => boolean;
  readonly write: ExportWriting;
  /** The person's folder has one for files; what lies there goes with the session and with the next start. */
  readonly folder: string;
  /** Where tables of number heads lie (`openPlaces`); null = there are none. */
  readonly heads: string | null;
}

interface Look {
  readonly rows: number;
  readonly masked: MaskReason | null;
}

interface ExportState {
  readonly level: ExportLevel;
  readonly ownOnly: boolean;
  readonly progress: Progress | null;
}

const types: Readonly<Record<ExportFormat, string>> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
};

/** 导出: lists as files, as far as the company lets this role, and never without an entry in its audit log (docs/decisions/0029-exports.md). */
export class Exports implements Disposable {
  private readonly deps: ExportsDeps;
  private readonly rights: ExportRights;
  private readonly changed = new Emitter<null>();
  private progress: Progress | null = null;
  private running: Promise<unknown> | null = null;
  private readonly over = new AbortController();

  constructor(deps: ExportsDeps) {
    this.deps = deps;
    this.rights = new ExportRights(deps.store, deps.company);
    this.clear();
  }

  /** What an older cloud has refused is told again: it may be a newer one by now. */
  start(): void {
    const { db } = this.deps;
    const entries = refusedEntries(db);
    if (entries.length > 0) db.transaction(() => entries.forEach((entry) => this.tell(entry)));
  }

  get state(): ExportState {
    return { level: this.level(), ownOnly: exportsOwnOnly(this.deps.role()), progress: this.progress };
  }

  onChange(listener: () => void): Disposable {
    return this.changed.on(listener);
  }

  /** The person’s role, or the setting, is another one now. */
  look(): void {
    this.changed.emit(null);
  }

  /** @throws AppError `access.denied`, `export.too-many-rows { max, rows }` */
  async lookAt(what: ExportWhat): Promise<Look> {
    const level = this.mayExport(what);
    const rows = await this.count(what);
    if (rows > mostExported) throw new AppError('export.too-many-rows', { max: mostExported, rows });
    return { rows, masked: maskReason(level, this.deps.deskMasks()) };
  }

  /** Throws as `lookAt`, and AppError `export.running`, `disk.full`, `cancelled`: nothing is left then. */
  async run(
    ask: ExportAsk,
    signal: AbortSignalLike,
  ): Promise<{ url: string; fileName: string; rows: number; listed: number }> {
    this.mayExport(ask.what);
    if (this.running) throw new AppError('export.running');
    const work = this.carryOut(ask, signal);
    this.running = work;
    try {
      return await work;
    } finally {
      this.running = null;
      this.moved(null);
    }
  }

  /** Whether files that this person gets have that number masked. @param e164 as `readNumber` writes it */
  hides(e164: string): boolean {
    const { deskMasks, db, context } = this.deps;
    return maskReason(this.level(), deskMasks()) !== null || barring(db, e164, context.clock.now())?.list === 'blacklist'; // prettier-ignore
  }

  /** Of the company. Inside the puller's transaction; `look` follows after its commit. */
  take(company: CloudCompany): void {
    if (company.id === this.deps.company.id) this.rights.take(company);
  }

  /** The cloud has answered. Inside the transaction that settles the operation. @param isTold false = it does not know such operations */
  answered(db: WritableDb, id: string, isTold: boolean): void {
    if (isTold) forgetUntold(db, id);
  }

  dispose(): void {
    this.over.abort();
    if (!this.running) this.clear();
  }

  /** Resolves some time after `dispose`, when no thread has the database open. */
  async ended(): Promise<void> {
    await this.running?.catch(() => undefined);
    this.clear();
  }

  private async carryOut(ask: ExportAsk, signal: AbortSignalLike): ReturnType<Exports['run']> {
    const { context, deskMasks, me, media } = this.deps;
    this.moved({ done: 0, rows: 0 });
    const { masked } = await this.lookAt(ask.what);
    const level = this.level();
    const id = context.newId();
    const now = context.clock.now();
    const part = join(this.deps.folder, `${id}.part`);
    const target = join(this.deps.folder, `${id}.${ask.format}`);
    const either = eitherOf(signal, this.over.signal);
    try {
      // The last file, unless somebody reads it.
      this.clear();
      mkdirSync(this.deps.folder, { recursive: true, mode: 0o700 });
      const job = { ask, me, scope: this.scope(), masked: masked !== null, heads: this.deps.heads, target: part, now };
      const { rows, listed } = await this.deps.write(job, (progress) => this.moved(progress), either);
      if (either.aborted) throw new AppError('cancelled');
      // Somebody has said meanwhile that this role sees less.
      if (isStricter(this.mayExport(ask.what), level) || (masked === null && deskMasks())) throw new AppError('access.denied', { reason: 'changed' }); // prettier-ignore
      await rename(part, target);
      this.keep(entryOf(ask, { id, rows, masked: masked !== null, exportedAt: now }));
      return { url: media.issue(target, types[ask.format]), fileName: fileNameOf(ask, now), rows, listed };
    } catch (error) {
      for (const path of [part, target]) await rm(path, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  /** In one transaction: the desk's own record, and what the cloud is to be told. Only then is the file handed out. */
  private keep(entry: ExportEntry): void {
    const { db } = this.deps;
    db.transaction(() => {
      keepUntold(db, entry);
      this.tell(entry);
    });
  }

  private tell(entry: ExportEntry): void {
    this.deps.deeds.enqueueDeed(this.deps.db, { type: 'export.add', entityId: entry.id, subject: entry.list, row: () => entry }); // prettier-ignore
  }

  private level(): ExportLevel {
    return this.rights.level(this.deps.role());
  }

  private mayExport(what: ExportWhat): ExportLevel {
    const level = this.level();
    const isOthers = what.list === 'leads' && what.query.place !== 'followed';
    if (level === 'none' || (isOthers && exportsOwnOnly(this.deps.role()))) throw new AppError('access.denied');
    return level;
  }

  private scope(): CallScope {
    return exportsOwnOnly(this.deps.role()) ? this.deps.me : null;
  }

  private async count(what: ExportWhat): Promise<number> {
    const { lists } = this.deps;
    const first = { offset: 0, limit: 1 };
    if (what.list === 'calls') return (await lists.calls.page(what.query, this.scope(), first)).total;
    if (what.ids !== null) return what.ids.length;
    return (await lists.page(what.query, first)).total;
  }

  private moved(progress: Progress | null): void {
    this.progress = progress;
    this.changed.emit(null);
  }

  private clear(): void {
    try {
      rmSync(this.deps.folder, { recursive: true, force: true });
    } catch {
      // Somebody reads it (Windows). The next start tries again.
    }
  }
}

function entryOf(
  { what, format }: ExportAsk,
  done: { readonly id: string; readonly rows: number; readonly masked: boolean; readonly exportedAt: number },
): ExportEntry {
  return {
    ...{ id: done.id, list: what.list, rows: done.rows, format, exportedAt: done.exportedAt },
    place: what.list === 'leads' ? what.query.place : null,
    numbers: done.masked ? 'masked' : 'full',
    filters: filtersOf(what),
  };
}

/** One signal of two. */
function eitherOf(one: AbortSignalLike, other: AbortSignal): AbortSignal {
  const both = new AbortController();
  for (const signal of [one, other]) {
    if (signal.aborted) both.abort();
    signal.addEventListener('abort', () => both.abort());
  }
  return both.signal;
}
