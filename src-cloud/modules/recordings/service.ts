import type { Readable } from 'node:stream';
import { AppError } from '#shared/base/errors.ts';
import type { CloudRecording } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { writeCompany } from '../../database/changes.ts';
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
    const { db, clock } = this.deps;
    const call = await callOwner(db, scope, plan.callId);
    if (!call) throw new AppError('not-found', { what: 'call' });
    if (call.employeeId !== scope.employeeId) throw new AppError('access.denied');
    const stored = await repository.storedRecording(db, scope, plan.id);
    if (stored) {
      if (stored.employeeId !== scope.employeeId) throw new AppError('access.denied');
      if (stored.sha256 !== plan.sha256 || stored.callId !== plan.callId) throw new AppError('sync.conflict');
      return;
    }
    const { companyId, employeeId } = scope;
    await repository.insertUpload(db, { ...plan, companyId, employeeId, createdAt: clock.now() });
    const upload = await repository.findUpload(db, scope, plan.id);
    const same = upload?.sha256 === plan.sha256 && upload.bytes === plan.bytes && upload.callId === plan.callId;
    if (!same) throw new AppError('sync.conflict');
  }

  /** Throws `not-found` for uploads of others too. */
  async progress(scope: Scope, id: string): Promise<{ offset: number; length: number }> {
    const upload = await repository.findUpload(this.deps.db, scope, id);
    if (upload) return { offset: await this.store.offset(scope.companyId, id), length: upload.bytes };
    const stored = await repository.storedRecording(this.deps.db, scope, id);
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
    const work = this.write(scope, id, offset, bytes, abort);
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

  private async write(
    scope: Scope,
    id: string,
    offset: number,
    bytes: Readable,
    abort: AbortController,
  ): Promise<number> {
    abort.signal.addEventListener('abort', () => bytes.destroy());
    const upload = await repository.findUpload(this.deps.db, scope, id);
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
    const { db, clock, logger, metrics } = this.deps;
    if (!(await this.store.seal(scope.companyId, upload.id, upload.sha256))) {
      await this.store.discard(scope.companyId, upload.id);
      await repository.deleteUpload(db, scope, upload.id);
      metrics.uploaded(null);
      logger.log('warn', 'recording.damaged', { id: upload.id, bytes: upload.bytes });
      throw new AppError('recording.damaged');
    }
    const now = clock.now();
    await writeCompany(db, scope.companyId, now, async (tx, log) => {
      if (await repository.insertRecording(tx, upload, now)) log.add('recording', upload.id);
      await repository.deleteUpload(tx, scope, upload.id);
    });
    metrics.uploaded(upload.bytes);
  }

  async terminate(scope: Scope, id: string): Promise<void> {
    const upload = await repository.findUpload(this.deps.db, scope, id);
    if (!upload) throw new AppError('not-found');
    await repository.deleteUpload(this.deps.db, scope, id);
    await this.store.discard(scope.companyId, id);
  }

  /** A recording that this person may hear; leaves the audit row. Throws `not-found`, `recording.not-here-yet`. */
  async play(
    scope: Scope,
    id: string,
  ): Promise<{ recording: CloudRecording; read(start: number, end: number): Readable }> {
    const { db, newId, clock } = this.deps;
    const [recording] = await repository.recordingsById(db, scope, [id]);
    if (!recording) throw new AppError('not-found');
    if ((await this.store.size(scope.companyId, id)) !== recording.bytes) throw new AppError('recording.not-here-yet');
    await repository.auditPlayback(db, scope, id, newId(), clock.now(), playbackQuietMs);
    return { recording, read: (start, end) => this.store.read(scope.companyId, id, start, end) };
  }
}
