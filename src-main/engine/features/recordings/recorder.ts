import type { FileHandle } from 'node:fs/promises';
import { every, type Clock } from '#shared/base/clock.ts';
import { DisposeBag } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';
import { sampleRate, type SoundFrame } from '#shared/domain/call-channel.ts';
import { wavHeader, wavHeaderBytes } from '../../audio/wav.ts';
import { bytesOfMs, bytesPerSample, msOfBytes, partOf, readSides, type RecordingFiles } from './recording-file.ts';
import { PeakPair, type Peaks } from './recording-peaks.ts';

/** What the engine's death may cost: sound that waits in memory, and (power cut) what the system has not written yet. */
const flushMs = 200;
const syncMs = 1000;
/**
 * The longest time without a recorder that becomes silence. It rests on the wall clock (a restart knows no other), and a
 * clock that was set by years must not make a file of years.
 */
const maxSilenceMs = 60 * 60 * 1000;

export interface RecorderProgress extends Peaks {
  readonly bytes: number;
  readonly durationMs: number;
}

/**
 * Writes one call's two sides to `path.part` while the call runs. Never throws after `open`: the first failure of the
 * disk ends the writing, is kept in `problem`, and what was written before stays.
 */
export class Recorder {
  problem: AppError | null = null;
  private readonly bag = new DisposeBag();
  private readonly meters = new PeakPair();
  private readonly file: FileHandle;
  private waiting: Buffer[] = [];
  private written: number;
  private writing: Promise<void> = Promise.resolve();
  private unsynced = 0;

  private constructor(file: FileHandle, written: number) {
    this.file = file;
    this.written = written;
  }

  /**
   * Begins a recording, or goes on behind what an earlier run of the engine left in the part file; the time nobody
   * recorded (up to `fromMs`) becomes silence, so that positions stay true.
   * @throws AppError `disk.full`
   */
  static async open(path: string, fromMs: number, files: RecordingFiles, clock: Clock): Promise<Recorder> {
    try {
      const left = await reopen(path, files);
      const file = left ?? (await begin(path, files));
      try {
        const size = (await file.stat()).size;
        const data = Math.floor(Math.max(0, size - wavHeaderBytes) / bytesPerSample) * bytesPerSample;
        const recorder = new Recorder(file, wavHeaderBytes + data);
        if (left) for await (const piece of readSides(partOf(path))) recorder.meters.push(piece);
        await recorder.pad(fromMs);
        recorder.bag.add(every(clock, flushMs, () => recorder.flush()));
        return recorder;
      } catch (error) {
        await file.close();
        throw error;
      }
    } catch (error) {
      throw diskError(error);
    }
  }

  push(frame: SoundFrame): void {
    if (this.problem) return;
    this.meters.push(frame);
    const block = Buffer.allocUnsafe(frame.customer.length * bytesPerSample);
    frame.customer.forEach((sample, i) => {
      block.writeInt16LE(sample, i * bytesPerSample);
      block.writeInt16LE(frame.agent[i] ?? 0, i * bytesPerSample + 2);
    });
    this.waiting.push(block);
  }

  /** What is on disk now (not what waits in memory). */
  progress(): RecorderProgress {
    const data = this.written - wavHeaderBytes;
    return {
      bytes: this.written,
      durationMs: msOfBytes(data),
      ...this.meters.peaks,
    };
  }

  /** Writes what waits and closes the file; the part is then ready for `sealFile`. */
  async close(): Promise<void> {
    this.bag.dispose();
    this.flush();
    await this.writing;
    this.meters.finish();
    await this.file.close();
  }

  /** By the file's length alone: what was never written reads as zeros. */
  private async pad(toMs: number): Promise<void> {
    const missing = Math.min(bytesOfMs(toMs) - (this.written - wavHeaderBytes), bytesOfMs(maxSilenceMs));
    if (missing <= 0) return;
    await this.file.truncate(this.written + missing);
    this.written += missing;
    this.meters.pushSilence(missing / bytesPerSample);
  }

  private flush(): void {
    if (this.waiting.length === 0 || this.problem) return;
    const block = Buffer.concat(this.waiting.splice(0));
    this.writing = this.writing.then(() => this.write(block));
  }

  private async write(block: Buffer): Promise<void> {
    if (this.problem) return;
    try {
      const { bytesWritten } = await this.file.write(block, 0, block.length, this.written);
      this.written += bytesWritten;
      if (bytesWritten < block.length) throw new AppError('disk.full');
      this.unsynced += block.length;
      if (msOfBytes(this.unsynced) < syncMs) return;
      this.unsynced = 0;
      await this.file.datasync();
    } catch (error) {
      this.problem = diskError(error);
    }
  }
}

async function begin(path: string, files: RecordingFiles): Promise<FileHandle> {
  const file = await files.open(partOf(path), 'wx');
  try {
    // Sizes of zero mean "to the end of the file" to our reader: a part is playable even before it is repaired.
    await file.write(wavHeader(sampleRate, 2, 0), 0, wavHeaderBytes, 0);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function reopen(path: string, files: RecordingFiles): Promise<FileHandle | null> {
  try {
    return await files.open(partOf(path), 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whatever the disk refused: full, quota, read-only, gone. The person can only do one thing about all of them. */
export function diskError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
  return new AppError('disk.full', { reason }, error);
}
