import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { every } from '#shared/base/clock.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { describeError } from '#shared/base/errors.ts';
import type { RecordingReceipt } from '#shared/desk-contract/areas/calls.ts';
import type { EngineContext } from '../../context.ts';
import { DurableWrites } from '../../database/durable-writes.ts';
import type { RecordingMark, RecordingPort, RecordingStart } from '../calls/index.ts';
import { emptyRow } from './empty-row.ts';
import { receiptOf } from './receipt.ts';
import { diskError, Recorder } from './recorder.ts';
import { partOf, realFiles, sealFile, type RecordingFiles } from './recording-file.ts';
import { peaksOfFile } from './recording-peaks.ts';
import type { RecordingRepository, RecordingRow } from './repository.ts';

/** How often the row of a running recording is brought up to what is on disk. */
const checkpointMs = 5000;

interface Running {
  /** What the database has or, on a disk that refuses, should have. */
  row: RecordingRow;
  readonly bag: DisposeBag;
  /** Null = the disk refused at the start. */
  recorder: Promise<Recorder | null>;
}

const markColumn = {
  'opener-start': 'openerStartMs',
  'opener-end': 'openerEndMs',
  'cut-in': 'cutInMs',
} as const satisfies Record<RecordingMark['kind'], keyof RecordingRow>;

/** Joins the transaction that seals a recording: the cloud is told of the call anew, with what it needs to draw it. */
export type NoteSealed = (callId: string) => void;

/** Both sides of every call on disk, with a receipt. Never disturbs a call: what goes wrong shows in the receipt. */
export class Recordings implements RecordingPort {
  readonly folder: string;
  private readonly context: EngineContext;
  private readonly repository: RecordingRepository;
  private readonly files: RecordingFiles;
  private readonly noteSealed: NoteSealed;
  private readonly writes: DurableWrites;
  private readonly running = new Map<string, Running>();
  private readonly sealing = new Set<Promise<void>>();
  private readonly receipts = new Emitter<string>();

  constructor(
    context: EngineContext,
    repository: RecordingRepository,
    noteSealed: NoteSealed,
    files: RecordingFiles = realFiles,
  ) {
    this.context = context;
    this.repository = repository;
    this.noteSealed = noteSealed;
    this.files = files;
    const logger = context.logger.child('recordings');
    this.writes = new DurableWrites({ clock: context.clock, logger, written: (id) => this.announceRow(id) });
    this.folder = join(context.dataDir, 'recordings');
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
  }

  pathOf(row: Pick<RecordingRow, 'id'>): string {
    return join(this.folder, `${row.id}.wav`);
  }

  newId(): string {
    return this.context.newId();
  }

  start({ callId, answeredAt, fromMs, sound }: RecordingStart): void {
    if (this.running.has(callId)) return;
    const row = this.find(callId) ?? this.newRow(callId, answeredAt);
    const bag = new DisposeBag();
    const running: Running = { row, bag, recorder: Promise.resolve(null) };
    this.running.set(callId, running);
    this.save(running, {});
    running.recorder = this.openRecorder(running, fromMs);
    // Frames that arrive while the file is being opened wait in the promise chain, in order.
    bag.add(sound.onFrame((frame) => void running.recorder.then((open) => open?.push(frame))));
    bag.add(every(this.context.clock, checkpointMs, () => void this.checkpoint(running)));
  }

  mark(callId: string, mark: RecordingMark): void {
    const running = this.running.get(callId);
    if (running) this.save(running, { [markColumn[mark.kind]]: Math.max(0, Math.round(mark.atMs)) });
  }

  finish(callId: string, talkMs: number): void {
    const running = this.running.get(callId);
    if (!running) return this.noteTalk(callId, talkMs);
    this.running.delete(callId);
    running.bag.dispose();
    const work = this.close(running, talkMs).catch((error: unknown) => this.giveUp(running, error));
    this.sealing.add(work);
    void work.finally(() => this.sealing.delete(work));
  }

  receipt(callId: string): RecordingReceipt | null {
    const row = this.repository.byCall(callId);
    return row ? receiptOf(row, (file) => this.fileExists(row, file)) : null;
  }

  onReceipt(listener: (callId: string) => void): Disposable {
    return this.receipts.on(listener);
  }

  /** Tells the windows and the outbox that a receipt changed. */
  announce(callId: string): void {
    this.receipts.emit(callId);
  }

  /**
   * After a crash: every recording that was running and whose call did not live on is measured, repaired and sealed.
   * Called once at start, behind the adoption of calls.
   */
  async repair(): Promise<void> {
    for (const row of this.repository.inState('recording')) {
      if (this.running.has(row.callId)) continue;
      const found = { row };
      await this.repairOne(found).catch((error: unknown) => this.giveUp(found, error));
    }
  }

  /** Waits until everything that ended is sealed; running recordings are closed as they are and repaired by the next start. */
  async dispose(): Promise<void> {
    const running = [...this.running.values()];
    this.running.clear();
    for (const { bag } of running) bag.dispose();
    const closing = running.map(async ({ recorder }) => (await recorder)?.close());
    for (const result of await Promise.allSettled([...closing, ...this.sealing]))
      if (result.status === 'rejected')
        this.context.logger.log('error', 'recording.not-closed', { error: describeError(result.reason) });
    this.writes.dispose();
  }

  private newRow(callId: string, startedAt: number): RecordingRow {
    const id = this.context.newId();
    return { ...emptyRow, id, callId, state: 'recording', file: `${id}.wav`, startedAt };
  }

  /** Null also where the database cannot be read now: a call must not suffer from that. */
  private find(callId: string): RecordingRow | null {
    try {
      return this.repository.byCall(callId);
    } catch (error) {
      this.context.logger.log('error', 'recording.not-found', { error: describeError(error) });
      return null;
    }
  }

  /** The whole row each time, so that a write which a full disk refused is made good by the next one. */
  private save(holder: { row: RecordingRow }, change: Partial<RecordingRow>): void {
    holder.row = { ...holder.row, ...change };
    const { row } = holder;
    this.writes.write(row.id, () =>
      this.repository.transaction(() => {
        this.repository.save(row);
        if (row.state === 'sealed') this.noteSealed(row.callId);
      }),
    );
  }

  private async openRecorder(running: Running, fromMs: number): Promise<Recorder | null> {
    try {
      return await Recorder.open(this.pathOf(running.row), fromMs, this.files, this.context.clock);
    } catch (error) {
      this.context.logger.log('error', 'recording.not-started', { error: describeError(error) });
      this.save(running, { problem: diskError(error).code });
      this.announce(running.row.callId);
      return null;
    }
  }

  private async checkpoint(running: Running): Promise<void> {
    const recorder = await running.recorder;
    // The call may have ended while the file was being opened: the row is then the seal's.
    if (!recorder || this.running.get(running.row.callId) !== running) return;
    this.save(running, { ...recorder.progress(), problem: recorder.problem?.code ?? null });
  }

  /** A call that was closed at start-up: its recording is about to be repaired and compared with this length. */
  private noteTalk(callId: string, talkMs: number): void {
    const row = this.find(callId);
    if (row?.state === 'recording') this.save({ row }, { talkMs });
  }

  private async close(running: Running, talkMs: number): Promise<void> {
    const open = await running.recorder;
    if (!open) return this.lose(running, talkMs);
    await open.close();
    const { customerPeaks, agentPeaks } = open.progress();
    const problem = open.problem?.code ?? null;
    if (open.problem) this.context.logger.log('error', 'recording.cut-short', { error: describeError(open.problem) });
    await this.seal(running, { customerPeaks, agentPeaks, problem, talkMs });
  }

  private async repairOne(found: { row: RecordingRow }): Promise<void> {
    const path = this.pathOf(found.row);
    const source = [partOf(path), path].find((place) => existsSync(place));
    // The engine died before the file was there: nothing was said that could have been kept.
    if (!source) return this.lose(found, found.row.talkMs);
    await this.seal(found, await peaksOfFile(source));
    this.context.logger.log('warn', 'recording.repaired', { recording: found.row.id });
  }

  private async seal(holder: { row: RecordingRow }, facts: Partial<RecordingRow>): Promise<void> {
    const sealed = await sealFile(this.pathOf(holder.row));
    this.save(holder, sealed ? { ...facts, ...sealed, state: 'sealed' } : { ...facts, state: 'lost', file: null });
    this.announce(holder.row.callId);
  }

  private lose(holder: { row: RecordingRow }, talkMs: number | null): void {
    this.save(holder, { state: 'lost', file: null, talkMs });
    this.announce(holder.row.callId);
  }

  private giveUp(holder: { row: RecordingRow }, error: unknown): void {
    this.context.logger.log('error', 'recording.damaged', {
      recording: holder.row.id,
      error: describeError(error),
    });
    this.save(holder, { state: 'damaged', problem: diskError(error).code });
    this.announce(holder.row.callId);
  }

  private announceRow(id: string): void {
    const row = this.repository.byId(id);
    if (row) this.announce(row.callId);
  }

  private fileExists(row: RecordingRow, file: string): boolean {
    const path = join(this.folder, file);
    return existsSync(row.state === 'recording' ? partOf(path) : path);
  }
}
