import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { AppError } from '#shared/base/errors.ts';
import { cloudRecording, type CloudCallRecording } from '#shared/cloud-contract/rows.ts';
import type { RecordingView } from '#shared/desk-contract/areas/media.ts';
import { coarser } from '../../audio/peaks.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { MediaHandles } from '../../media/media-handles.ts';
import type { OwnRow, RecordingUpload, RecordingUploads } from '../../sync/ports.ts';
import { recordingFileName, type RecordedCall } from './file-name.ts';
import { sha256Of } from './recording-file.ts';
import type { Recordings } from './recordings.ts';
import { RecordingRepository, type RecordingRow } from './repository.ts';

/**
 * Where a recording comes from that is not on this desk, and who is asked before one is kept. Rejects with an AppError
 * (`cloud.unreachable`, `access.denied`, `quota.spent`).
 */
export type FetchRecording = (id: string, ask: { readonly range?: string; readonly download: boolean }) => Promise<NodeJS.ReadableStream>; // prettier-ignore

export interface LibraryDeps {
  readonly recordings: Recordings;
  readonly repository: RecordingRepository;
  readonly media: MediaHandles;
  readonly fetch: FetchRecording;
  /** A call that this person may see. @throws AppError `not-found` */
  readonly call: (callId: string) => RecordedCall;
  /** Whether this person's files have that number masked. */
  readonly hides: (e164: string) => boolean;
}

/** The picture of a recording needs no more points than a wide screen has. */
const wirePeaks = 4000;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** What happens to recordings after the call: upload, listening, and those of colleagues that live in the cloud. */
export class RecordingLibrary implements RecordingUploads {
  private readonly deps: LibraryDeps;
  private readonly recordings: Recordings;
  private readonly repository: RecordingRepository;
  /** Where those of colleagues lie, and those that were here once. */
  readonly cache: string;
  /** Calls whose recording was taken away, until the windows are told. */
  private gone: string[] = [];

  constructor(deps: LibraryDeps) {
    this.deps = deps;
    this.recordings = deps.recordings;
    this.repository = deps.repository;
    this.cache = join(deps.recordings.folder, 'from-cloud');
  }

  next(): RecordingUpload | null {
    for (;;) {
      const row = this.repository.nextToUpload();
      if (!row || row.sha256 === null) return null;
      const { id, callId, sha256, bytes, durationMs } = row;
      const path = this.recordings.pathOf(row);
      if (existsSync(path))
        return { id, callId, sha256, bytes, durationMs, open: (offset) => createReadStream(path, { start: offset }) };
      this.failed(id, 'recording.damaged');
    }
  }

  pending(): number {
    return this.repository.countToUpload();
  }

  done(id: string): void {
    this.change(id, { state: 'uploaded', uploaded: true });
  }

  failed(id: string, code: string): void {
    this.change(id, { state: 'damaged', problem: code });
  }

  /** What the cloud and far desks need to draw this call's recording; null until it is sealed. */
  forCloud(callId: string): CloudCallRecording | null {
    const row = this.repository.byCall(callId);
    if (!row || row.sha256 === null) return null;
    const customer = coarser(row.customerPeaks, wirePeaks);
    return {
      id: row.id,
      durationMs: row.durationMs,
      bytes: row.bytes,
      sha256: row.sha256,
      peakMs: row.peakMs * customer.factor,
      customerPeaks: base64(customer.values),
      agentPeaks: base64(coarser(row.agentPeaks, wirePeaks).values),
      cutInMs: row.cutInMs,
      openerStartMs: row.openerStartMs,
      openerEndMs: row.openerEndMs,
    };
  }

  /**
   * Inside the transaction of a pull. Of what the cloud says of recordings only one thing is news: those that the company's
   * rule has taken away. @returns ids of rows that this version cannot read
   */
  applyFromCloud(db: WritableDb, changes: readonly { readonly id: string; readonly row: unknown }[]): string[] {
    const repository = new RecordingRepository(db);
    const unread: string[] = [];
    for (const { id, row } of changes) {
      if (row === null) continue;
      const parsed = cloudRecording.safeParse(row);
      if (!parsed.success) unread.push(id);
      else if (parsed.data.state === 'purged') this.gone.push(...repository.purge(id));
    }
    return unread;
  }

  /** Behind that transaction. @returns whether there is something to tidy up */
  tellGone(): boolean {
    const { gone } = this;
    this.gone = [];
    for (const callId of gone) this.recordings.announce(callId);
    return gone.length > 0;
  }

  /** Recordings that the cloud has confirmed and whose sound is here, in the order of their ids (ChangeApplier.own). */
  own(after: string, limit: number): OwnRow[] {
    return this.repository.own(after, limit);
  }

  /** These the cloud once confirmed and does not have (a restored backup): again, as long as their files are here. */
  uploadAgain(db: WritableDb, ids: readonly string[]): void {
    const repository = new RecordingRepository(db);
    for (const id of ids)
      if (existsSync(this.recordings.pathOf({ id }))) repository.update(id, { state: 'sealed', uploaded: false });
  }

  /** @throws AppError `not-found`, `recording.none`, `recording.not-here-yet`, `recording.purged`, `recording.damaged`, and what fetching throws */
  async open(callId: string): Promise<RecordingView> {
    const { media, call } = this.deps;
    call(callId);
    const row = this.playable(callId);
    const receipt = this.recordings.receipt(callId);
    if (!receipt) throw new AppError('recording.none');
    const path = this.pathHere(row) ?? (await this.fetchWhole(row, { download: false }));
    return {
      url: media.issue(path, 'audio/wav'),
      durationMs: row.durationMs,
      customer: { peakMs: row.peakMs, values: base64(row.customerPeaks) },
      agent: { peakMs: row.peakMs, values: base64(row.agentPeaks) },
      openerStartMs: row.openerStartMs,
      openerEndMs: row.openerEndMs,
      cutInMs: row.cutInMs,
      receipt,
    };
  }

  /**
   * For the person to keep. The cloud has counted and noted it before anything is handed out.
   * @throws AppError as `open`, and `recording.not-uploaded`, `recording.not-for-download`, `quota.spent`, `disk.full`
   */
  async download(callId: string): Promise<{ url: string; fileName: string }> {
    const { media, call, hides } = this.deps;
    const recorded = call(callId);
    const row = this.playable(callId);
    if (!row.uploaded) throw new AppError(row.state === 'damaged' ? 'recording.damaged' : 'recording.not-uploaded');
    const path = await this.keepable(row).catch((error: unknown) => {
      throw notAllowed(error) ? new AppError('recording.not-for-download') : error;
    });
    return { url: media.issue(path, 'audio/wav'), fileName: recordingFileName(recorded, hides) };
  }

  private playable(callId: string): RecordingRow {
    const row = this.repository.byCall(callId);
    if (!row || row.state === 'lost') throw new AppError('recording.none');
    if (row.state === 'recording') throw new AppError('recording.not-here-yet');
    if (row.state === 'purged') throw new AppError('recording.purged');
    return row;
  }

  /** Of sound that is here the cloud is asked for one byte: what counts is that it was asked. */
  private async keepable(row: RecordingRow): Promise<string> {
    const here = this.pathHere(row);
    if (here === null) return this.fetchWhole(row, { download: true });
    await buffer(await this.deps.fetch(row.id, { range: 'bytes=0-0', download: true }));
    return here;
  }

  private pathHere(row: RecordingRow): string | null {
    const own = this.recordings.pathOf(row);
    if (row.file !== null && existsSync(own)) return own;
    const cached = this.cachedAt(row);
    return row.uploaded && existsSync(cached) ? cached : null;
  }

  private cachedAt({ id }: RecordingRow): string {
    return join(this.cache, `${id}.wav`);
  }

  /** Under another name until its hash is right, so that a broken download is never played. */
  private async fetchWhole(row: RecordingRow, ask: { readonly download: boolean }): Promise<string> {
    if (!row.uploaded) throw new AppError('recording.damaged');
    const path = this.cachedAt(row);
    await mkdir(this.cache, { recursive: true, mode: 0o700 });
    const part = `${path}.${this.recordings.newId()}.part`;
    try {
      await pipeline(Readable.from(await this.deps.fetch(row.id, ask)), createWriteStream(part, { mode: 0o600 }));
      if ((await sha256Of(part)) !== row.sha256) throw new AppError('recording.damaged');
      await rename(part, path);
    } catch (error) {
      throw brokenOff(error);
    } finally {
      await rm(part, { force: true });
    }
    return path;
  }

  private change(id: string, change: Partial<RecordingRow>): void {
    const row = this.repository.byId(id);
    if (!row) return;
    this.repository.update(id, change);
    this.recordings.announce(row.callId);
  }
}

/** A quota of nothing is no quota that was used up. */
const notAllowed = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'quota.spent' && error.details['limit'] === 0;

/** A disk that takes no more, or a connection that ended in the middle. */
function brokenOff(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const isDisk = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS' || code === 'EACCES';
  return new AppError(isDisk ? 'disk.full' : 'cloud.unreachable', { reason: code ?? 'unknown' }, error);
}
