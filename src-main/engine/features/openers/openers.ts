import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import { sampleRate } from '#shared/domain/call-channel.ts';
import { openerLimits, type Opener } from '#shared/desk-contract/areas/media.ts';
import { peakMs, peaksOf } from '../../audio/peaks.ts';
import { prepareClipInWorker } from '../../audio/prepare-in-worker.ts';
import { wavHeader, wavHeaderBytes } from '../../audio/wav.ts';
import type { EngineContext } from '../../context.ts';
import type { MediaHandles } from '../../media/media-handles.ts';
import type { OpenerForCall, OpenerPort } from '../calls/index.ts';
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
  private readonly folder: string;
  private readonly uploads: Uploads;
  private readonly changed = new Emitter<void>();
  private loaded: { id: string; clip: Int16Array } | null = null;

  constructor(context: EngineContext, repository: OpenerRepository, media: MediaHandles, choice: OpenerChoice) {
    this.context = context;
    this.repository = repository;
    this.media = media;
    this.choice = choice;
    this.folder = join(context.dataDir, 'openers');
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.uploads = new Uploads(join(context.dataDir, 'uploads'));
  }

  forCall(): OpenerForCall | null {
    const { openerEnabled, openerId } = this.choice.current();
    const row = openerEnabled && openerId !== null ? this.repository.byId(openerId) : undefined;
    const clip = row && this.load(row);
    return row && clip
      ? { id: row.id, name: row.name, text: row.text, durationMs: row.durationMs, clip: () => clip }
      : null;
  }

  all(): Opener[] {
    return this.repository.all().map((row) => this.view(row));
  }

  /** The list may look different now: a clip came, went or was renamed, or another one was chosen. */
  onChange(listener: () => void): Disposable {
    const own = this.changed.on(listener);
    const chosen = this.choice.onChange(listener);
    return { dispose: () => [own, chosen].forEach((one) => one.dispose()) };
  }

  beginUpload(upload: Pick<Upload, 'fileName' | 'bytes' | 'source'>): { uploadId: string } {
    this.checkRoom();
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

  /** A clip that came with the program, already in phone format (demo). */
  addSample(wav: Uint8Array, name: string, text: string): Promise<Opener> {
    const body = wav.slice(wavHeaderBytes);
    return this.add(new Int16Array(body.buffer, 0, body.length >> 1), { name, text, source: 'sample', fileName: null });
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
    return { url: this.media.issue(this.path(this.find(id).id), 'audio/wav') };
  }

  private async add(
    clip: Int16Array,
    facts: Pick<OpenerRow, 'name' | 'text' | 'source' | 'fileName'>,
  ): Promise<Opener> {
    const id = this.context.newId();
    await this.write(id, clip);
    const row: OpenerRow = {
      id,
      ...facts,
      durationMs: Math.round((clip.length / sampleRate) * 1000),
      createdAt: this.context.clock.now(),
      peaks: peaksOf(clip, sampleRate),
    };
    this.repository.insert(row);
    // The first clip is what everybody means by uploading it.
    if (this.choice.current().openerId === null) this.choice.choose(id);
    this.changed.emit();
    return this.view(row);
  }

  private async write(id: string, clip: Int16Array): Promise<void> {
    const part = `${this.path(id)}.part`;
    try {
      const file = await open(part, 'wx', 0o600);
      try {
        await file.writeFile(wavHeader(sampleRate, 1, clip.byteLength));
        await file.writeFile(new Uint8Array(clip.buffer, clip.byteOffset, clip.byteLength));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(part, this.path(id));
    } catch (error) {
      rmSync(part, { force: true });
      throw new AppError('disk.full', {}, error);
    }
  }

  /** A missing or broken file means a call without opener, never a failed call. */
  private load(row: OpenerRow): Int16Array | null {
    if (this.loaded?.id === row.id) return this.loaded.clip;
    try {
      const body = Uint8Array.from(readFileSync(this.path(row.id)).subarray(wavHeaderBytes));
      const clip = new Int16Array(body.buffer, 0, body.length >> 1);
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

  private view({ peaks, ...row }: OpenerRow): Opener {
    const values = Buffer.from(peaks).toString('base64');
    return { ...row, chosen: this.choice.current().openerId === row.id, peaks: { peakMs, values } };
  }

  private path(id: string): string {
    return join(this.folder, `${id}.wav`);
  }
}
