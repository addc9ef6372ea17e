import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AbortSignalLike } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import { sampleRate } from '#shared/domain/call-channel.ts';
import { openerLimits, type Opener } from '#shared/desk-contract/areas/media.ts';
import { peakMs, peaksOf } from '../../audio/peaks.ts';
import { prepareClipInWorker } from '../../audio/prepare-in-worker.ts';
import type { EngineContext } from '../../context.ts';
import type { MediaHandles } from '../../media/media-handles.ts';
import type { OpenerForCall, OpenerPort } from '../calls/index.ts';
import { clipAsFile, clipIn, writeClipFile } from './clip-file.ts';
import type { CompanyOpeners } from './company-openers.ts';
import type { CompanyOpenerRow } from './company-repository.ts';
import type { OpenerRepository, OpenerRow } from './repository.ts';
import { Uploads, type Upload } from './uploads.ts';

/** The part of the settings that openers read and write. */
export interface OpenerChoice {
  current(): { openerEnabled: boolean; openerId: string | null };
  choose(openerId: string | null): void;
  onChange(listener: () => void): Disposable;
}

/** 开场白: what the customer hears first. Files are decoded once, when they come in; at an answer only memory is read. */
export class Openers implements OpenerPort {
  private readonly context: EngineContext;
  private readonly repository: OpenerRepository;
  private readonly media: MediaHandles;
  private readonly choice: OpenerChoice;
  private readonly company: CompanyOpeners;
  private readonly folder: string;
  private readonly uploads: Uploads;
  private readonly changed = new Emitter<void>();
  private loaded: { id: string; clip: Int16Array } | null = null;

  constructor(
    context: EngineContext,
    repository: OpenerRepository,
    media: MediaHandles,
    choice: OpenerChoice,
    company: CompanyOpeners,
  ) {
    this.context = context;
    this.repository = repository;
    this.media = media;
    this.choice = choice;
    this.company = company;
    this.folder = join(context.dataDir, 'openers');
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.uploads = new Uploads(join(context.dataDir, 'uploads'));
  }

  forCall(): OpenerForCall | null {
    const { own, company } = this.choice.current().openerEnabled ? this.chosen() : {};
    const row = own ?? company;
    const clip = (own && this.load(own)) ?? (company && this.company.clip(company));
    return row && clip
      ? { id: row.id, name: row.name, text: row.text, durationMs: row.durationMs, clip: () => clip }
      : null;
  }

  all(): Opener[] {
    const chosen = this.chosenId();
    return [
      ...this.repository.all().map((row) => this.view(row, chosen)),
      ...this.company.all().map((row) => companyView(row, chosen)),
    ];
  }

  /** The list may look different now: a clip came, went or was renamed, or another one was chosen. */
  onChange(listener: () => void): Disposable {
    const own = this.changed.on(listener);
    const others = [this.choice.onChange(listener), this.company.onChange(listener)];
    return { dispose: () => [own, ...others].forEach((one) => one.dispose()) };
  }

  beginUpload({ to, ...upload }: Pick<Upload, 'fileName' | 'bytes' | 'source'> & { to: 'own' | 'company' }): {
    uploadId: string;
  } {
    if (to === 'own') this.checkRoom();
    const uploadId = this.context.newId();
    this.uploads.begin({ id: uploadId, ...upload });
    return { uploadId };
  }

  uploadChunk(id: string, offset: number, base64: string): Promise<void> {
    return this.uploads.append(id, offset, Buffer.from(base64, 'base64'));
  }

  cancelUpload(id: string): Promise<void> {
    return this.uploads.drop(id);
  }

  async finishUpload(id: string, name: string, text: string): Promise<Opener> {
    const { upload, bytes } = await this.uploads.take(id);
    const clip = await prepareClipInWorker(bytes);
    // Somebody may have added the fifth while this one was decoded.
    this.checkRoom();
    return this.add(clip, { name, text, source: upload.source, fileName: upload.fileName });
  }

  /** As a sound that an opener of the company can name. It is not kept here. */
  async sendToCompany(id: string, signal: AbortSignalLike): Promise<{ sha256: string; durationMs: number }> {
    const { bytes } = await this.uploads.take(id);
    const clip = await prepareClipInWorker(bytes);
    return { sha256: await this.company.send(clip, signal), durationMs: durationOf(clip) };
  }

  async listenCompany(sha256: string, signal: AbortSignalLike): Promise<{ url: string }> {
    return { url: this.media.issue(await this.company.bring(sha256, signal), 'audio/wav') };
  }

  /** A clip that came with the program, already in phone format (demo). */
  addSample(wav: Uint8Array, name: string, text: string): Promise<Opener> {
    return this.add(clipIn(wav), { name, text, source: 'sample', fileName: null });
  }

  change(id: string, change: { name?: string | undefined; text?: string | undefined }): void {
    const row = this.find(id);
    this.repository.change(id, { name: change.name ?? row.name, text: change.text ?? row.text });
    this.changed.emit();
  }

  remove(id: string): void {
    this.find(id);
    this.repository.remove(id);
    if (this.choice.current().openerId === id) this.choice.choose(null);
    rmSync(this.path(id), { force: true });
    this.changed.emit();
  }

  listen(id: string): { url: string } {
    const company = this.company.byId(id);
    if (company && !company.peaks) throw new AppError('not-found');
    const path = company ? this.company.path(company.sha256) : this.path(this.find(id).id);
    return { url: this.media.issue(path, 'audio/wav') };
  }

  private async add(
    clip: Int16Array,
    facts: Pick<OpenerRow, 'name' | 'text' | 'source' | 'fileName'>,
  ): Promise<Opener> {
    const id = this.context.newId();
    await writeClipFile(this.path(id), clipAsFile(clip));
    const row: OpenerRow = {
      id,
      ...facts,
      durationMs: durationOf(clip),
      createdAt: this.context.clock.now(),
      peaks: peaksOf(clip, sampleRate),
    };
    this.repository.insert(row);
    // The first clip is what everybody means by uploading it.
    if (this.choice.current().openerId === null) this.choice.choose(id);
    this.changed.emit();
    return this.view(row, this.chosenId());
  }

  /** A missing or broken file means a call without opener, never a failed call. */
  private load(row: OpenerRow): Int16Array | null {
    if (this.loaded?.id === row.id) return this.loaded.clip;
    try {
      const clip = clipIn(readFileSync(this.path(row.id)));
      this.loaded = { id: row.id, clip };
      return clip;
    } catch (error) {
      this.context.logger.log('error', 'opener.unreadable', { opener: row.id, error: describeError(error) });
      return null;
    }
  }

  private checkRoom(): void {
    if (this.repository.all().length >= openerLimits.count)
      throw new AppError('opener.too-many', { max: openerLimits.count });
  }

  private find(id: string): OpenerRow {
    const row = this.repository.byId(id);
    if (!row) throw new AppError('not-found');
    return row;
  }

  /** What plays: what the person has chosen, as long as it is there, else the company's default. */
  private chosen(): { readonly own?: OpenerRow | undefined; readonly company?: CompanyOpenerRow | undefined } {
    const { openerId } = this.choice.current();
    const own = openerId === null ? undefined : this.repository.byId(openerId);
    if (own) return { own };
    return { company: (openerId === null ? undefined : this.company.byId(openerId)) ?? this.company.default() };
  }

  private chosenId(): string | null {
    const { own, company } = this.chosen();
    return (own ?? company)?.id ?? null;
  }

  private view({ peaks, ...row }: OpenerRow, chosen: string | null): Opener {
    return { ...row, chosen: chosen === row.id, isDefault: false, here: true, peaks: onWire(peaks) };
  }

  private path(id: string): string {
    return join(this.folder, `${id}.wav`);
  }
}

const durationOf = (clip: Int16Array): number => Math.round((clip.length / sampleRate) * 1000);
const onWire = (peaks: Uint8Array): Opener['peaks'] => ({ peakMs, values: Buffer.from(peaks).toString('base64') });

const companyView = (
  { id, name, text, durationMs, isDefault, peaks }: CompanyOpenerRow,
  chosen: string | null,
): Opener => ({
  ...{ id, name, text, durationMs, source: 'company', fileName: null, createdAt: 0 },
  ...{ chosen: chosen === id, isDefault: isDefault === 1, here: peaks !== null },
  peaks: onWire(peaks ?? new Uint8Array()),
});
