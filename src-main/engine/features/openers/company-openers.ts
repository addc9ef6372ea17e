import { mkdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AbortSignalLike } from '#shared/base/clock.ts';
import { disposable, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError, toAppError } from '#shared/base/errors.ts';
import { cloudOpener } from '#shared/cloud-contract/contract.ts';
import { sampleRate } from '#shared/domain/call-channel.ts';
import { peaksOf } from '../../audio/peaks.ts';
import type { EngineContext } from '../../context.ts';
import type { WritableDb } from '../../database/handles.ts';
import { backoff, type ChangeApplier } from '../../sync/index.ts';
import { clipAsFile, clipIn, hashOf, writeClipFile } from './clip-file.ts';
import * as rows from './company-repository.ts';
import type { CompanyOpenerRow } from './company-repository.ts';

/** What is asked of the cloud about sounds (sync/cloud-client.ts). */
export interface SoundCloud {
  openerSound(sha256: string, signal?: AbortSignalLike): Promise<Uint8Array>;
  sendOpenerSound(sha256: string, file: Uint8Array, signal?: AbortSignalLike): Promise<void>;
}

export interface CompanyOpenersDeps {
  readonly context: EngineContext;
  /** Of the signed-in person. */
  readonly db: WritableDb;
  readonly cloud: SoundCloud;
  /** In [0, 1). */
  readonly random: () => number;
  /** While a call is up no sound is taken away. */
  readonly inCall: () => boolean;
}

/**
 * 开场白 of the company on this desk. Its rows come with the change feed; the sounds are fetched by their hash, one after the
 * other, and stay as long as a row names them, so that they play without the cloud. A sound that is not what its hash says
 * is never played, and fetched again.
 */
export class CompanyOpeners implements Disposable {
  private readonly deps: CompanyOpenersDeps;
  private readonly folder: string;
  private readonly changed = new Emitter<void>();
  private readonly stop = new AbortController();
  /** Fetched to be listened to, by somebody for whose desk they are not. They stay until the next start. */
  private readonly heard = new Set<string>();
  private loaded: { sha256: string; clip: Int16Array } | null = null;
  private timer: Disposable = disposable(() => undefined);
  private failures = 0;
  private working: Promise<void> | null = null;
  private again = false;

  constructor(deps: CompanyOpenersDeps) {
    this.deps = deps;
    this.folder = join(deps.context.dataDir, 'company-openers');
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
  }

  /** Looks whether each sound is what it should be, and fetches what is not here. Resolves when nothing is left to do now. */
  async start(): Promise<void> {
    try {
      for (const { sha256, peaks } of this.all())
        if (peaks && !(await this.read(sha256)) && !this.stop.signal.aborted) rows.setPeaks(this.deps.db, sha256, null);
    } catch (error) {
      this.failed(error);
    }
    await this.work();
  }

  /** In the company's order. */
  all(): CompanyOpenerRow[] {
    return rows.companyOpeners(this.deps.db);
  }

  byId(id: string): CompanyOpenerRow | undefined {
    return rows.companyOpener(this.deps.db, id);
  }

  /** 默认开场白 of the person's department, else of the company. */
  default(): CompanyOpenerRow | undefined {
    return rows.defaultOpener(this.deps.db);
  }

  onChange(listener: () => void): Disposable {
    return this.changed.on(listener);
  }

  /** Null = it is not here; then it is on its way. */
  clip({ sha256, peaks }: CompanyOpenerRow): Int16Array | null {
    if (!peaks) return null;
    if (this.loaded?.sha256 === sha256) return this.loaded.clip;
    const file = this.readNow(sha256);
    if (!file) {
      rows.setPeaks(this.deps.db, sha256, null);
      void this.work();
      return null;
    }
    this.loaded = { sha256, clip: clipIn(file) };
    return this.loaded.clip;
  }

  path(sha256: string): string {
    return join(this.folder, `${sha256}.wav`);
  }

  /** To be listened to. @throws AppError `not-found`, `opener.sound-damaged`, `disk.full`, what the cloud refuses with */
  async bring(sha256: string, signal?: AbortSignalLike): Promise<string> {
    this.heard.add(sha256);
    if (!(await this.read(sha256))) await this.fetch(sha256, signal);
    return this.path(sha256);
  }

  /** To the cloud, where an opener can name it then. @returns its hash */
  async send(clip: Int16Array, signal?: AbortSignalLike): Promise<string> {
    const file = clipAsFile(clip);
    const sha256 = hashOf(file);
    await this.deps.cloud.sendOpenerSound(sha256, file, signal);
    return sha256;
  }

  readonly applier: ChangeApplier = {
    apply: (db, changes) => {
      const unread: string[] = [];
      for (const { id, row } of changes) {
        const parsed = cloudOpener.safeParse(row);
        if (row === null) rows.removeCompanyOpener(db, id);
        else if (parsed.success) rows.putCompanyOpener(db, parsed.data);
        else unread.push(id);
      }
      return unread;
    },
    applied: () => {
      this.changed.emit();
      void this.work();
    },
    known: rows.companyOpenerIds,
  };

  dispose(): void {
    this.stop.abort();
    this.timer.dispose();
  }

  /** One at a time; a wish that comes meanwhile is granted right after. Never rejects. */
  work(): Promise<void> {
    if (this.stop.signal.aborted) return Promise.resolve();
    this.timer.dispose();
    if (this.working) {
      this.again = true;
      return this.working;
    }
    this.working = this.workOnce()
      .catch((error: unknown) => this.failed(error))
      .then(() => {
        this.working = null;
        const again = this.again;
        this.again = false;
        return again ? this.work() : undefined;
      });
    return this.working;
  }

  private async workOnce(): Promise<void> {
    const missing = new Set(this.all().flatMap(({ peaks, sha256 }) => (peaks === null ? [sha256] : [])));
    let failure: unknown = null;
    for (const sha256 of missing) {
      try {
        const file = (await this.read(sha256)) ?? (await this.fetch(sha256, this.stop.signal));
        if (this.stop.signal.aborted) return;
        rows.setPeaks(this.deps.db, sha256, peaksOf(clipIn(file), sampleRate));
        this.changed.emit();
      } catch (error) {
        // One that cannot be had is no reason to do without the others.
        failure ??= error;
      }
      if (this.stop.signal.aborted) return;
    }
    await this.tidy();
    if (failure !== null) throw failure;
    this.failures = 0;
  }

  private failed(thrown: unknown): void {
    if (this.stop.signal.aborted) return;
    const { clock, logger } = this.deps.context;
    this.failures += 1;
    logger.log('warn', 'opener.fetch-failed', { failures: this.failures, problem: describeError(thrown) });
    const asked = toAppError(thrown).details['retryAfterMs'];
    const wait = typeof asked === 'number' ? asked : backoff(this.failures, this.deps.random);
    this.timer = clock.after(wait, () => void this.work());
  }

  /** Takes away what no row names. */
  private async tidy(): Promise<void> {
    const named = new Set(this.all().map(({ sha256 }) => `${sha256}.wav`));
    for (const name of await readdir(this.folder)) {
      if (named.has(name) || this.heard.has(name.slice(0, -'.wav'.length)) || this.deps.inCall()) continue;
      await rm(join(this.folder, name), { force: true });
    }
  }

  private async fetch(sha256: string, signal?: AbortSignalLike): Promise<Uint8Array> {
    const file = await this.deps.cloud.openerSound(sha256, signal);
    if (hashOf(file) !== sha256) throw new AppError('opener.sound-damaged');
    await writeClipFile(this.path(sha256), file);
    return file;
  }

  private async read(sha256: string): Promise<Uint8Array | null> {
    const file = await readFile(this.path(sha256)).catch(() => null); // missing, or unreadable: fetched again
    return file && hashOf(file) === sha256 ? file : null;
  }

  /** At an answer nothing is waited for. */
  private readNow(sha256: string): Uint8Array | null {
    try {
      const file = readFileSync(this.path(sha256));
      return hashOf(file) === sha256 ? file : null;
    } catch {
      return null; // missing, or unreadable: fetched again
    }
  }
}
