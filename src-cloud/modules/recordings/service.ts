import type { Readable } from 'node:stream';
import { AppError } from '#shared/base/errors.ts';
import type { CloudRecording } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany, type ChangeLog } from '../../database/changes.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { callOwner } from '../calls/index.ts';
import * as repository from './repository.ts';
import type { Upload } from './repository.ts';
import { RecordingStore } from './store.ts';

/** What a desk says about a recording before it sends it. */
export interface UploadPlan {
  readonly id: string;
  readonly callId: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly durationMs: number;
}

/** A player fetches a recording in pieces; so long after the first they belong to the same playback. */
const playbackQuietMs = 10 * 60_000;

/** Recordings: on their way in (tus), and out to those who may hear them. */
export class RecordingsService {
  private readonly deps: CloudDeps;
  private readonly store: RecordingStore;
  /** Who is writing to which upload now. */
  private readonly writers = new Map<string, { abort: AbortController; done: Promise<unknown> }>();

  constructor(deps: CloudDeps) {
    this.deps = deps;
    this.store = new RecordingStore(deps.recordingsDir);
  }

  /** Idempotent by recording id. Throws `not-found` (the call is not here yet), `access.denied`, `sync.conflict`. */
  async create(scope: Scope, plan: UploadPlan): Promise<void> {
    const { companyId, employeeId } = scope;
    await this.write(scope, async (tx, now) => {
      const call = await callOwner(tx, scope, plan.callId);
      if (!call) throw new AppError('not-found', { what: 'call' });
      if (call.employeeId !== employeeId) throw new AppError('access.denied');
      const stored = await repository.storedRecording(tx, scope, plan.id);
      if (stored) {
        if (stored.employeeId !== employeeId) throw new AppError('access.denied');
        if (stored.sha256 !== plan.sha256 || stored.callId !== plan.callId) throw new AppError('sync.conflict');
        return;
      }
      await repository.insertUpload(tx, { ...plan, companyId, employeeId, createdAt: now });
      const upload = await repository.findUpload(tx, scope, plan.id);
      const same = upload?.sha256 === plan.sha256 && upload.bytes === plan.bytes && upload.callId === plan.callId;
      if (!same) throw new AppError('sync.conflict');
    });
  }

  /** Throws `not-found` for uploads of others too. */
  async progress(scope: Scope, id: string): Promise<{ offset: number; length: number }> {
    const [upload, stored] = await this.read(scope, async (reader) => [
      await repository.findUpload(reader, scope, id),
      await repository.storedRecording(reader, scope, id),
    ]);
    if (upload) return { offset: await this.store.offset(scope.companyId, id), length: upload.bytes };
    if (stored?.employeeId === scope.employeeId) return { offset: stored.bytes, length: stored.bytes };
    throw new AppError('not-found');
  }

  /** Resolves with the new offset. Throws `sync.conflict { offset }` when the sender is elsewhere, `recording.damaged`. */
  async append(scope: Scope, id: string, offset: number, bytes: Readable): Promise<number> {
    const key = `${scope.companyId}/${id}`;
    // A cut connection may look alive to us for minutes; its successor is the same desk and takes over.
    for (let other = this.writers.get(key); other; other = this.writers.get(key)) {
      other.abort.abort();
      await other.done;
    }
    const abort = new AbortController();
    const work = this.receive(scope, id, offset, bytes, abort);
    const done = work.then(
      () => undefined,
      () => undefined, // the owner of `work` hears it below
    );
    this.writers.set(key, { abort, done });
    try {
      return await work;
    } finally {
      this.writers.delete(key);
    }
  }

  private async receive(
    scope: Scope,
    id: string,
    offset: number,
    bytes: Readable,
    abort: AbortController,
  ): Promise<number> {
    abort.signal.addEventListener('abort', () => bytes.destroy());
    const upload = await this.read(scope, (reader) => repository.findUpload(reader, scope, id));
    if (!upload) {
      const { offset: end } = await this.progress(scope, id);
      if (offset !== end) throw new AppError('sync.conflict', { offset: end });
      return end;
    }
    const here = await this.store.offset(scope.companyId, id);
    if (here !== offset) throw new AppError('sync.conflict', { offset: here });
    // All of it is here already, only the last step is missing (we died before it): no byte to write.
    const length =
      here === upload.bytes
        ? here
        : await this.store.append(scope.companyId, id, offset, upload.bytes, bytes, abort.signal);
    if (length === upload.bytes) await this.finish(scope, upload);
    return length;
  }

  private async finish(scope: Scope, upload: Upload): Promise<void> {
    const { logger, metrics } = this.deps;
    if (!(await this.store.seal(scope.companyId, upload.id, upload.sha256))) {
      await this.store.discard(scope.companyId, upload.id);
      await this.write(scope, (tx) => repository.deleteUpload(tx, scope, upload.id));
      metrics.uploaded(null);
      logger.log('warn', 'recording.damaged', { id: upload.id, bytes: upload.bytes });
      throw new AppError('recording.damaged');
    }
    await this.write(scope, async (tx, now, log) => {
      if (await repository.insertRecording(tx, upload, now)) log.add('recording', upload.id, upload.employeeId);
      await repository.deleteUpload(tx, scope, upload.id);
    });
    metrics.uploaded(upload.bytes);
  }

  async terminate(scope: Scope, id: string): Promise<void> {
    const deleted = await this.write(scope, (tx) => repository.deleteUpload(tx, scope, id));
    if (deleted.every(({ numDeletedRows }) => numDeletedRows === 0n)) throw new AppError('not-found');
    await this.store.discard(scope.companyId, id);
  }

  /** A recording that this person may hear; leaves the audit row. Throws `not-found`, `recording.not-here-yet`. */
  async play(
    scope: Scope,
    id: string,
  ): Promise<{ recording: CloudRecording; read(start: number, end: number): Readable }> {
    const { newId } = this.deps;
    const [recording] = await this.read(scope, (reader) => repository.recordingsById(reader, scope, [id]));
    if (!recording) throw new AppError('not-found');
    if ((await this.store.size(scope.companyId, id)) !== recording.bytes) throw new AppError('recording.not-here-yet');
    await this.write(scope, (tx, now) => repository.auditPlayback(tx, scope, id, newId(), now, playbackQuietMs));
    return { recording, read: (start, end) => this.store.read(scope.companyId, id, start, end) };
  }

  private read<T>(scope: Scope, work: (reader: Reader) => Promise<T>): Promise<T> {
    return readCompany(this.deps.db, scope.companyId, work);
  }

  private write<T>(scope: Scope, work: (tx: Tx, now: number, log: ChangeLog) => Promise<T>): Promise<T> {
    const now = this.deps.clock.now();
    return writeCompany(this.deps.db, scope.companyId, now, (tx, log) => work(tx, now, log));
  }
}
