import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '#shared/base/errors.ts';
import { cloudRecording, type CloudCallRecording } from '#shared/cloud-contract/rows.ts';
import type { RecordingView } from '#shared/desk-contract/areas/media.ts';
import { coarser } from '../../audio/peaks.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { MediaHandles } from '../../media/media-handles.ts';
import type { OwnRow, RecordingUpload, RecordingUploads } from '../../sync/ports.ts';
import { sha256Of } from './recording-file.ts';
import type { Recordings } from './recordings.ts';
import { RecordingRepository, type RecordingRow } from './repository.ts';

/** Where a recording comes from that is not on this desk. Rejects with an AppError (`cloud.unreachable`, `access.denied`). */
export type FetchRecording = (id: string) => Promise<NodeJS.ReadableStream>;

/** The picture of a recording needs no more points than a wide screen has. */
const wirePeaks = 4000;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** What happens to recordings after the call: upload, listening, and those of colleagues that live in the cloud. */
export class RecordingLibrary implements RecordingUploads {
  private readonly recordings: Recordings;
  private readonly repository: RecordingRepository;
  private readonly media: MediaHandles;
  private readonly fetch: FetchRecording;
  /** Where those of colleagues lie, and those that were here once. */
  readonly cache: string;
  /** Calls whose recording was taken away, until the windows are told. */
  private gone: string[] = [];

  constructor(recordings: Recordings, repository: RecordingRepository, media: MediaHandles, fetch: FetchRecording) {
    this.recordings = recordings;
    this.repository = repository;
    this.media = media;
    this.fetch = fetch;
    this.cache = join(recordings.folder, 'from-cloud');
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

  /** @throws AppError `recording.none`, `recording.not-here-yet`, `recording.damaged`, and what fetching throws */
  async open(callId: string): Promise<RecordingView> {
    const row = this.repository.byCall(callId);
    const receipt = this.recordings.receipt(callId);
    if (!row || !receipt || row.state === 'lost') throw new AppError('recording.none');
    if (row.state === 'recording') throw new AppError('recording.not-here-yet');
    if (row.state === 'purged') throw new AppError('recording.purged');
    return {
      url: this.media.issue(await this.locate(row), 'audio/wav'),
      durationMs: row.durationMs,
      customer: { peakMs: row.peakMs, values: base64(row.customerPeaks) },
      agent: { peakMs: row.peakMs, values: base64(row.agentPeaks) },
      openerStartMs: row.openerStartMs,
      openerEndMs: row.openerEndMs,
      cutInMs: row.cutInMs,
      receipt,
    };
  }

  private async locate(row: RecordingRow): Promise<string> {
    const own = this.recordings.pathOf(row);
    if (row.file !== null && existsSync(own)) return own;
    if (!row.uploaded) throw new AppError('recording.damaged');
    const cached = join(this.cache, `${row.id}.wav`);
    if (!existsSync(cached)) await this.download(row, cached);
    return cached;
  }

  /** Under another name until its hash is right, so that a broken download is never played. */
  private async download({ id, sha256 }: RecordingRow, path: string): Promise<void> {
    await mkdir(this.cache, { recursive: true, mode: 0o700 });
    const part = `${path}.${this.recordings.newId()}.part`;
    try {
      await pipeline(Readable.from(await this.fetch(id)), createWriteStream(part, { mode: 0o600 }));
      if ((await sha256Of(part)) !== sha256) throw new AppError('recording.damaged');
      await rename(part, path);
    } finally {
      await rm(part, { force: true });
    }
  }

  private change(id: string, change: Partial<RecordingRow>): void {
    const row = this.repository.byId(id);
    if (!row) return;
    this.repository.update(id, change);
    this.recordings.announce(row.callId);
  }
}
