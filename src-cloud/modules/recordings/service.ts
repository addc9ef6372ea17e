import type { Readable } from 'node:stream';
import { AppError } from '#shared/base/errors.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { contentOf } from '../../app/files.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany, type ChangeLog } from '../../database/changes.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { callOwner } from '../calls/index.ts';
import { lockEmployee } from '../employees/index.ts';
import { spendQuota } from '../quotas/index.ts';
import * as repository from './repository.ts';
import type { Upload } from './repository.ts';
import { Incoming } from './incoming.ts';
import { openStore, type FileStore } from '../../storage/index.ts';

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
  private readonly incoming: Incoming;
  private readonly store: FileStore;
  /** Who is writing to which upload now. */
  private readonly writers = new Map<string, { abort: AbortController; done: Promise<unknown> }>();

  constructor(deps: CloudDeps) {
    this.deps = deps;
    this.incoming = new Incoming(deps.recordingsDir);
    this.store = openStore(deps);
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
    if (upload) return { offset: await this.offset(scope, id), length: upload.bytes };
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
    const here = await this.offset(scope, id);
    if (here !== offset) throw new AppError('sync.conflict', { offset: here });
    // All of it is here already, only the last step is missing (we died before it): no byte to write.
    const length =
      here === upload.bytes
        ? here
        : await this.incoming.append(scope.companyId, id, offset, upload.bytes, bytes, abort.signal);
    if (length === upload.bytes) await this.finish(scope, upload);
    return length;
  }

  /** How much is here. A stored recording counts whole: the cloud may have died between its file and its row. */
  private async offset({ companyId }: Scope, id: string): Promise<number> {
    const here = await this.incoming.offset(companyId, id);
    // A bucket that does not answer is no reason to turn bytes away: at worst they come twice.
    return here ?? (await this.store.size(companyId, id).catch(() => undefined)) ?? 0;
  }

  private async finish(scope: Scope, upload: Upload): Promise<void> {
    if (!(await this.keep(scope.companyId, upload))) return this.setAside(scope, upload);
    await this.write(scope, async (tx, now, log) => {
      if (await repository.insertRecording(tx, upload, now)) log.add('recording', upload.id, upload.employeeId);
      await repository.deleteUpload(tx, scope, upload.id);
    });
    this.deps.metrics.uploaded(upload.bytes);
  }

  /** False when it does not have the hash that was promised. */
  private async keep(companyId: string, { id, bytes, sha256 }: Upload): Promise<boolean> {
    if ((await this.incoming.offset(companyId, id)) === undefined)
      return (await contentOf(await this.store.read(companyId, id, 0, bytes - 1))).sha256 === sha256;
    if ((await this.incoming.hash(companyId, id)) !== sha256) return false;
    await this.store.take(companyId, id, this.incoming.path(companyId, id), sha256);
    return true;
  }

  private async setAside(scope: Scope, { id, bytes }: Upload): Promise<never> {
    const { logger, metrics, clock } = this.deps;
    const { companyId } = scope;
    // Under its final name it is of an upload whose row never came: nobody has been told of it.
    if ((await this.incoming.offset(companyId, id)) === undefined) await this.store.remove(companyId, id);
    else await this.incoming.quarantine(companyId, id, clock.now());
    await this.write(scope, async (tx) => {
      await repository.deleteUpload(tx, scope, id);
      const entry = {
        action: 'recording.damaged',
        on: { type: 'recording', id },
        details: { after: { bytes } },
      } as const;
      await writeAudit(tx, auditMark(this.deps, scope), entry);
    });
    metrics.uploaded(null);
    logger.log('warn', 'recording.damaged', { id, bytes });
    throw new AppError('recording.damaged');
  }

  async terminate(scope: Scope, id: string): Promise<void> {
    const deleted = await this.write(scope, (tx) => repository.deleteUpload(tx, scope, id));
    if (deleted.every(({ numDeletedRows }) => numDeletedRows === 0n)) throw new AppError('not-found');
    await this.incoming.discard(scope.companyId, id);
  }

  /**
   * A recording that this person may hear; leaves the audit row. Throws `not-found`, `recording.not-here-yet`,
   * `recording.purged { at }`, and of a download `quota.spent`.
   */
  async play(
    { scope, origin }: Asker,
    id: string,
    why: 'recording.play' | 'recording.download',
  ): Promise<{ recording: repository.Playable; read(start: number, end: number): Promise<Readable> }> {
    const recording = await this.read(scope, (reader) => repository.playable(reader, scope, id));
    if (!recording) throw new AppError('not-found');
    if (recording.purgedAt !== null) throw new AppError('recording.purged', { at: recording.purgedAt });
    if ((await this.store.size(scope.companyId, id)) !== recording.bytes) throw new AppError('recording.not-here-yet');
    const mark = auditMark(this.deps, scope, origin);
    await this.write(scope, async (tx, now) => {
      // Pieces of one download that come at once are one: the second finds the first one's entry.
      if (why === 'recording.download') await lockEmployee(tx, scope);
      const begins = await repository.auditPlayback(tx, scope, id, why, mark, playbackQuietMs);
      if (!begins || why !== 'recording.download') return;
      const spending = await spendQuota(tx, scope, why, { amount: 1, now });
      if (!spending.ok) throw new AppError(spending.code, spending.details);
    });
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
