import { Transform, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AbortSignalLike, Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';

/** As long as a request may be silent (cloud-transport.ts). */
const silenceMs = 20_000;

interface Flow {
  readonly clock: Clock;
  readonly signal: AbortSignalLike;
  /** Throws what ends it. */
  readonly onChunk: (chunk: Buffer) => void;
}

/** What ended the fetching of a file onto the disk, as the contract says it. */
export function flowError(error: unknown, signal: AbortSignalLike): AppError {
  if (signal.aborted) return new AppError('cancelled', {}, error);
  if (error instanceof AppError) return error;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('disk.full', {}, error);
  // Of the file: its own fault. Everything else broke off on its way.
  if (syscall === 'open' || syscall === 'write' || syscall === 'mkdir') return new AppError('internal', {}, error);
  return new AppError('cloud.unreachable', { reason: code ?? 'cut' }, error);
}

/**
 * Carries a stream that `CloudClient.open` gave to where it is kept. Rejects with `cancelled` by the signal and
 * `cloud.unreachable` behind 20 s of silence; otherwise with what source or target ended with, as it is.
 */
export async function flowInto(source: Readable, target: Writable, { clock, signal, onChunk }: Flow): Promise<void> {
  const cut = (): void => void source.destroy(new AppError('cancelled'));
  signal.addEventListener('abort', cut);
  if (signal.aborted) cut();
  const silence = (): Disposable =>
    clock.after(silenceMs, () => source.destroy(new AppError('cloud.unreachable', { reason: 'silence' })));
  let watch = silence();
  const look = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      watch.dispose();
      watch = silence();
      try {
        onChunk(chunk);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
  try {
    await pipeline(source, look, target);
  } finally {
    watch.dispose();
  }
}
