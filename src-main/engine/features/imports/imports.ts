import { rmSync } from 'node:fs';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError, toAppError } from '#shared/base/errors.ts';
import { importedElsewhere } from '#shared/cloud-contract/contract.ts';
import type { ImportChoices, ImportLook, ImportPlan, ImportView } from '#shared/desk-contract/areas/imports.ts';
import { hasRight } from '#shared/domain/company-rights.ts';
import { reasonText, type ImportLocale } from '#shared/domain/lead-import-words.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { MediaHandles } from '../../media/media-handles.ts';
import { nextTurn } from '../../next-turn.ts';
import type { CloudOpResult, Outbox } from '../../sync/index.ts';
import { ImportFiles } from './import-files.ts';
import { PlanMemory } from './plan-memory.ts';
import { asLead, runImport, tell, type PartLead, type RunDeps } from './import-run.ts';
import { allImports, endImport, findImport, insertImport, leaveRow, leftRows, noteAnswer, removeImport, type StoredImport } from './repository.ts'; // prettier-ignore
import type { Sheets } from './sheet/sheet-desk.ts';
import { templateRows } from './template.ts';

type OpenSheets = Sheets & Disposable & { readonly ended: Promise<void> };

export interface ImportsDeps extends Omit<RunDeps, 'moved' | 'pause' | 'deeds'> {
  readonly deeds: Pick<Outbox, 'enqueueDeed' | 'waitingImport'>;
  readonly store: KeyValueStore;
  readonly media: Pick<MediaHandles, 'issue'>;
  readonly role: () => Role;
  /** The person's folder has one for the files. */
  readonly folder: string;
  readonly openSheets: () => OpenSheets;
  /** A lead that was shown and that the cloud did not take as one goes. Inside the caller's transaction. */
  readonly drop: (db: WritableDb, id: string) => void;
  /** Leads were written: lists look again. */
  readonly touched: () => void;
}

/** Windows hear of it so often at most, ms: their lists are read again each time. */
const tellMs = 1000;
const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const placeAgainKey = 'imports.placeAgain';

/** 导入: sheets that become leads, each in the background and through restarts (docs/decisions/0025-import.md). */
export class Imports implements Disposable {
  private readonly deps: ImportsDeps;
  private readonly files: ImportFiles;
  private readonly memory: PlanMemory;
  private readonly changed = new Emitter<null>();
  /** Has the file that is looked at. */
  private sheets: OpenSheets | null = null;
  /** Has the file that is gone through: whoever looks at the next one meanwhile must not put another in its place. */
  private runningSheets: OpenSheets | null = null;
  private last: Promise<void> = Promise.resolve();
  private running: Promise<void> | null = null;
  private reports = 0;
  private told = -Infinity;
  private due: Disposable | null = null;
  private disposed = false;

  constructor(deps: ImportsDeps) {
    this.deps = deps;
    this.files = new ImportFiles(deps.folder, allImports(deps.db).map(({ id }) => id)); // prettier-ignore
    this.memory = new PlanMemory(deps.store);
  }

  /** Goes on with what was under way when the program ended. */
  start(): void {
    void this.placeAgain();
    const job = allImports(this.deps.db).find(({ state }) => state === 'running');
    if (job) this.run(job.id, null);
  }

  /** The newest first. */
  all(): ImportView[] {
    return allImports(this.deps.db).map(viewOf);
  }

  onChange(listener: () => void): Disposable {
    return this.changed.on(listener);
  }

  async begin(fileName: string, bytes: number): Promise<{ id: string }> {
    this.mayImport();
    const id = this.deps.context.newId();
    await this.files.begin(id, fileName, bytes);
    return { id };
  }

  chunk(id: string, offset: number, data: string): Promise<void> {
    return this.files.append(id, offset, Buffer.from(data, 'base64'));
  }

  async look(id: string, choices: ImportChoices, locale: ImportLocale): Promise<ImportLook> {
    const { path, fileName } = this.files.whole(id);
    const look = await this.opened().open(path, choices, this.memory.hints(), locale);
    return { id, fileName, ...look };
  }

  async begun(id: string, plan: ImportPlan): Promise<void> {
    this.mayImport();
    const { db, context } = this.deps;
    if (this.runningSheets) throw new AppError('import.running');
    if (!plan.mapping.includes('companyName')) throw new AppError('import.no-name-column');
    const { path, fileName } = this.files.whole(id);
    const sheets = this.opened();
    // From now on nobody looks at anything else with it.
    [this.sheets, this.runningSheets] = [null, sheets];
    try {
      const look = await sheets.open(path, plan, this.memory.hints(), 'zh-CN');
      db.transaction(() => {
        this.memory.keep(look.heads, look.plan);
        insertImport(db, { id, createdAt: context.clock.now(), fileName, plan: look.plan, rows: look.counts.rows });
      });
    } catch (error) {
      this.runningSheets = null;
      this.close(sheets);
      throw error;
    }
    this.files.keep(id);
    this.run(id, sheets);
  }

  /** What is in stays in; the rows behind are told in the sheet of those that were left. @throws AppError `not-found` */
  stop(id: string): void {
    const { db } = this.deps;
    db.transaction(() => {
      const job = this.find(id);
      if (job.state !== 'running') return;
      if (job.done > 0) tell(this.deps, job, { leads: [], begins: false, ends: true });
      endImport(db, id, 'stopped');
    });
    this.tellNow();
  }

  async report(id: string, locale: ImportLocale): Promise<{ url: string; fileName: string }> {
    const { db } = this.deps;
    const job = this.find(id);
    if (job.state === 'running') throw new AppError('import.running');
    const left = leftRows(db, id).map(({ line, reason }) => ({ line, text: reasonText(reason, locale) }));
    const restFrom = job.done < job.rows ? job.done : null;
    const plan = { ...job.plan, rule: 'keep' as const };
    return this.written(`${withoutEnding(job.fileName)}-${locale === 'en' ? 'not imported' : '未导入'}`, async (sheets, target) => {
      await sheets.open(this.files.path(id), plan, this.memory.hints(), locale);
      await sheets.report({ target, left, restFrom, locale });
    }); // prettier-ignore
  }

  template(locale: ImportLocale): Promise<{ url: string; fileName: string }> {
    return this.written(locale === 'en' ? 'leads template' : '线索导入模板', (sheets, target) =>
      sheets.write(target, templateRows(locale)),
    );
  }

  /** @throws AppError `not-found`, `import.running` */
  async forget(id: string): Promise<void> {
    const job = this.find(id);
    if (job.state === 'running' || job.answered < job.sent) throw new AppError('import.running');
    this.deps.db.transaction(() => removeImport(this.deps.db, id));
    await this.files.remove(id);
    this.tellNow();
  }

  /** The cloud's answer to one operation. Inside the transaction that settles it. */
  answered(
    db: WritableDb,
    part: { readonly id: string; readonly leads: readonly PartLead[] },
    result: CloudOpResult,
  ): void {
    const { id, leads } = part;
    const isKnown = findImport(db, id) !== null;
    if (result.status === 'rejected') {
      for (const lead of leads) this.leave(db, isKnown ? id : null, lead, { what: 'refused', code: result.code ?? 'cloud.refused' }); // prettier-ignore
      noteAnswer(db, id, { answered: leads.length, taken: 0, filled: 0 });
    } else {
      const elsewhere = elsewhereOf(result.details);
      let filled = 0;
      for (const { id: leadId, line, what, by, name } of elsewhere)
        if (what === 'filled') {
          this.deps.drop(db, leadId);
          filled += 1;
        } else this.leave(db, isKnown ? id : null, { id: leadId, line }, { what, by, name });
      noteAnswer(db, id, { answered: leads.length, taken: leads.length - elsewhere.length, filled });
    }
    // Behind the commit.
    this.deps.context.clock.after(0, () => this.moved());
  }

  /** Another generation of leads is in use, which lacks those that the cloud has not taken. Inside the transaction of the swap. */
  swapped(): void {
    this.deps.store.set(placeAgainKey, '0');
    this.deps.context.clock.after(0, () => void this.placeAgain());
  }

  dispose(): void {
    this.disposed = true;
    this.due?.dispose();
    for (const sheets of [this.sheets, this.runningSheets]) if (sheets) this.close(sheets);
  }

  /** Resolves some time after `dispose`, when no thread has the database open. */
  async ended(): Promise<void> {
    await this.running;
    await this.last;
  }

  private leave(
    db: WritableDb,
    id: string | null,
    { id: leadId, line }: Pick<PartLead, 'id' | 'line'>,
    reason: Parameters<typeof leaveRow>[3],
  ): void {
    this.deps.drop(db, leadId);
    if (id !== null) leaveRow(db, id, line, reason);
  }

  /** Never rejects: on a disk that takes nothing any more it stays where it stands, for the next start. */
  private placeAgain(): Promise<void> {
    return this.placeParts().catch((error: unknown) =>
      this.deps.context.logger.log('error', 'imports.not-placed', { problem: describeError(error) }),
    );
  }

  /** A part at a time, as they stand in the queue; the place is kept with them. */
  private async placeParts(): Promise<void> {
    const { db, store, deeds, place, context } = this.deps;
    for (;;) {
      const after = store.get(placeAgainKey);
      if (after === undefined || this.disposed) return;
      const part = deeds.waitingImport(Number(after));
      db.quickTransaction(() => {
        if (!part) return store.remove(placeAgainKey);
        for (const lead of part.row.leads) place(db, asLead(lead, context.clock.now()), lead.note);
        store.set(placeAgainKey, String(part.position));
      });
      if (!part) return this.tellNow();
      this.moved();
      await nextTurn();
    }
  }

  /** @param opened has the file with its plan already; null = nobody has */
  private run(id: string, opened: OpenSheets | null): void {
    const sheets = opened ?? this.deps.openSheets();
    this.runningSheets = sheets;
    const work = this.goThrough(id, sheets, opened !== null)
      .catch((error: unknown) => this.failed(id, error))
      .finally(() => {
        this.running = null;
        this.runningSheets = null;
        this.close(sheets);
        this.tellNow();
      });
    this.running = work;
    this.tellNow();
  }

  private async goThrough(id: string, sheets: OpenSheets, isOpen: boolean): Promise<void> {
    if (!isOpen) await sheets.open(this.files.path(id), this.find(id).plan, this.memory.hints(), 'zh-CN');
    const moved = (): void => this.moved();
    await runImport({ ...this.deps, moved, pause: nextTurn }, id, sheets, () => this.disposed);
  }

  /** Without its file it cannot go on; a full disk is tried again with the next start. */
  private failed(id: string, thrown: unknown): void {
    const error = toAppError(thrown);
    if (this.disposed || error.code === 'cancelled') return;
    this.deps.context.logger.log('error', 'imports.failed', { problem: describeError(thrown) });
    try {
      this.deps.db.transaction(() =>
        endImport(this.deps.db, id, 'failed', { code: error.code, details: error.details }),
      );
    } catch {
      // It stays as it was.
    }
  }

  private async written(
    name: string,
    work: (sheets: Sheets, target: string) => Promise<void>,
  ): Promise<{ url: string; fileName: string }> {
    // A thread of its own: the one with the file that is looked at must not lose it.
    const sheets = this.deps.openSheets();
    const target = this.files.sheetPath(`sheet-${(this.reports += 1)}`);
    try {
      await work(sheets, target);
    } catch (error) {
      rmSync(target, { force: true });
      throw error instanceof AppError ? error : new AppError('disk.full', {}, error);
    } finally {
      this.close(sheets);
    }
    return { url: this.deps.media.issue(target, xlsxType), fileName: `${name}.xlsx` };
  }

  private opened(): OpenSheets {
    if (this.disposed) throw new AppError('cancelled');
    if (this.sheets) return this.sheets;
    const sheets = (this.sheets = this.deps.openSheets());
    // Lost to a file that was too much for it: the next file gets another.
    void sheets.ended.then(() => {
      if (this.sheets === sheets) this.sheets = null;
    });
    return sheets;
  }

  private close(sheets: OpenSheets): void {
    sheets.dispose();
    this.last = Promise.all([this.last, sheets.ended]).then(() => undefined);
  }

  private mayImport(): void {
    if (!hasRight(this.deps.role(), 'leads.import')) throw new AppError('access.denied');
  }

  private find(id: string): StoredImport {
    const job = findImport(this.deps.db, id);
    if (!job) throw new AppError('not-found');
    return job;
  }

  /** Windows and lists are told now and then, and of the last one in any case. */
  private moved(): void {
    const { clock } = this.deps.context;
    if (this.disposed || this.due) return;
    const wait = Math.max(0, this.told + tellMs - clock.mono());
    this.due = clock.after(wait, () => this.tellNow());
  }

  private tellNow(): void {
    this.due?.dispose();
    this.due = null;
    if (this.disposed) return;
    this.told = this.deps.context.clock.mono();
    this.deps.touched();
    this.changed.emit(null);
  }
}

function elsewhereOf(details: CloudOpResult['details']) {
  const found = details?.['elsewhere'];
  if (!Array.isArray(found)) return [];
  return found.flatMap((one) => {
    const parsed = importedElsewhere.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
}

const withoutEnding = (name: string): string => name.replace(/\.[^.]*$/, '');

const viewOf = ({ id, fileName, createdAt, plan, state, problem, rows, done, sent, answered, taken, filled, left }: StoredImport): ImportView => ({
  id, fileName, createdAt, rule: plan.rule, state, problem, rows, done, waiting: sent - answered, taken, filled,
  left: left + (state === 'running' ? 0 : rows - done),
}); // prettier-ignore
