import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { every } from '#shared/base/clock.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { describeError } from '#shared/base/errors.ts';
import type { RecordingReceipt } from '#shared/desk-contract/areas/calls.ts';
import { peakMs, peaksOf } from '../../audio/peaks.ts';
import { sampleRate } from '#shared/domain/call-channel.ts';
import type { EngineContext } from '../../context.ts';
import type { RecordingMark, RecordingPort, RecordingStart } from '../calls/index.ts';
import { receiptOf } from './receipt.ts';
import { diskError, Recorder } from './recorder.ts';
import { partOf, readSides, realFiles, sealFile, type RecordingFiles } from './recording-file.ts';
import type { RecordingRepository, RecordingRow } from './repository.ts';

/** How often the row of a running recording is brought up to what is on disk. */
const checkpointMs = 5000;

interface Running {
  readonly row: Pick<RecordingRow, 'id' | 'callId'>;
  readonly bag: DisposeBag;
  /** Null = the disk refused at the start. */
  readonly recorder: Promise<Recorder | null>;
}

const markColumn = {
  'opener-start': 'openerStartMs',
  'opener-end': 'openerEndMs',
  'cut-in': 'cutInMs',
} as const satisfies Record<RecordingMark['kind'], keyof RecordingRow>;

/** Both sides of every call on disk, with a receipt. Never disturbs a call: what goes wrong shows in the receipt. */
export class Recordings implements RecordingPort {
  readonly folder: string;
  private readonly context: EngineContext;
  private readonly repository: RecordingRepository;
  private readonly files: RecordingFiles;
  private readonly running = new Map<string, Running>();
  private readonly sealing = new Set<Promise<void>>();
  private readonly receipts = new Emitter<string>();

  constructor(context: EngineContext, repository: RecordingRepository, files: RecordingFiles = realFiles) {
    this.context = context;
    this.repository = repository;
    this.files = files;
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
    const row = this.repository.byCall(callId) ?? this.insert(callId, answeredAt);
    const bag = new DisposeBag();
    const recorder = this.openRecorder(row, fromMs);
    // Frames that arrive while the file is being opened wait in the promise chain, in order.
    bag.add(sound.onFrame((frame) => void recorder.then((open) => open?.push(frame))));
    bag.add(every(this.context.clock, checkpointMs, () => void recorder.then((open) => this.checkpoint(row.id, open))));
    this.running.set(callId, { row, bag, recorder });
  }

  mark(callId: string, mark: RecordingMark): void {
    const row = this.repository.byCall(callId);
    if (row) this.repository.update(row.id, { [markColumn[mark.kind]]: Math.max(0, Math.round(mark.atMs)) });
  }

  finish(callId: string, talkMs: number): void {
    const running = this.running.get(callId);
    if (!running) return;
    this.running.delete(callId);
    running.bag.dispose();
    const work = this.close(running, talkMs).catch((error: unknown) => this.giveUp(running.row, error));
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
      await this.repairOne(row).catch((error: unknown) => this.giveUp(row, error));
    }
  }

  /** Waits until everything that ended is sealed; running recordings are closed as they are and repaired by the next start. */
  async dispose(): Promise<void> {
    const running = [...this.running.values()];
    this.running.clear();
    for (const { bag, recorder } of running) {
      bag.dispose();
      await (await recorder)?.close();
    }
    await Promise.all(this.sealing);
  }

  private insert(callId: string, startedAt: number): RecordingRow {
    const id = this.context.newId();
    const row: RecordingRow = {
      ...emptyRow,
      id,
      callId,
      state: 'recording',
      file: `${id}.wav`,
      startedAt,
    };
    this.repository.insert(row);
    return row;
  }

  private async openRecorder(row: RecordingRow, fromMs: number): Promise<Recorder | null> {
    try {
      return await Recorder.open(this.pathOf(row), fromMs, this.files, this.context.clock);
    } catch (error) {
      this.context.logger.log('error', 'recording.not-started', { error: describeError(error) });
      this.repository.update(row.id, { problem: diskError(error).code });
      this.announce(row.callId);
      return null;
    }
  }

  private checkpoint(id: string, recorder: Recorder | null): void {
    if (recorder) this.repository.update(id, { ...recorder.progress(), problem: recorder.problem?.code ?? null });
  }

  private async close({ row, recorder }: Running, talkMs: number): Promise<void> {
    const open = await recorder;
    if (!open) return this.lose(row, talkMs);
    await open.close();
    const { customerPeaks, agentPeaks } = open.progress();
    const problem = open.problem?.code ?? null;
    if (open.problem) this.context.logger.log('error', 'recording.cut-short', { error: describeError(open.problem) });
    await this.seal(row, { customerPeaks, agentPeaks, problem, talkMs });
  }

  private async repairOne(row: RecordingRow): Promise<void> {
    const path = this.pathOf(row);
    const source = [partOf(path), path].find((place) => existsSync(place));
    // The engine died before the file was there: nothing was said that could have been kept.
    if (!source) return this.lose(row, row.talkMs);
    const { customer, agent } = await readSides(source);
    const peaks = { customerPeaks: peaksOf(customer, sampleRate), agentPeaks: peaksOf(agent, sampleRate) };
    await this.seal(row, { ...peaks, problem: row.problem, talkMs: row.talkMs });
    this.context.logger.log('warn', 'recording.repaired', { recording: row.id });
  }

  private async seal(
    row: Pick<RecordingRow, 'id' | 'callId'>,
    facts: Pick<RecordingRow, 'customerPeaks' | 'agentPeaks' | 'problem' | 'talkMs'>,
  ): Promise<void> {
    const sealed = await sealFile(this.pathOf(row));
    this.repository.update(
      row.id,
      sealed ? { ...facts, ...sealed, state: 'sealed' } : { ...facts, state: 'lost', file: null },
    );
    this.announce(row.callId);
  }

  private lose(row: Pick<RecordingRow, 'id' | 'callId'>, talkMs: number | null): void {
    this.repository.update(row.id, { state: 'lost', file: null, talkMs });
    this.announce(row.callId);
  }

  private giveUp(row: Pick<RecordingRow, 'id' | 'callId'>, error: unknown): void {
    this.context.logger.log('error', 'recording.damaged', { recording: row.id, error: describeError(error) });
    this.repository.update(row.id, { state: 'damaged', problem: diskError(error).code });
    this.announce(row.callId);
  }

  private fileExists(row: RecordingRow, file: string): boolean {
    const path = join(this.folder, file);
    return existsSync(row.state === 'recording' ? partOf(path) : path);
  }
}

export const emptyRow: Omit<RecordingRow, 'id' | 'callId' | 'state' | 'file' | 'startedAt'> = {
  durationMs: 0,
  bytes: 0,
  sha256: null,
  talkMs: null,
  peakMs,
  customerPeaks: new Uint8Array(0),
  agentPeaks: new Uint8Array(0),
  openerStartMs: null,
  openerEndMs: null,
  cutInMs: null,
  problem: null,
  uploaded: false,
};
