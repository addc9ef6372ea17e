import { Worker } from 'node:worker_threads';
import type { AbortSignalLike } from '#shared/base/clock.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { ExportOrder, ExportReport } from './export-protocol.ts';
import type { ExportCount, ExportJob, Progress } from './file/write-export.ts';

/**
 * Writes a file, and resolves when nobody has it or the database open any more. Rejects with AppError `cancelled`, `disk.full`;
 * what was written then is there.
 */
export type ExportWriting = (
  job: ExportJob,
  moved: (progress: Progress) => void,
  signal: AbortSignalLike,
) => Promise<ExportCount>;

interface ThreadDeps {
  /** Of the database. */
  readonly path: string;
  /** The code of the thread (engine/export-worker.ts). */
  readonly file: URL;
  readonly logger: Logger;
}

/** The columns of a million leads are the bulk of it. */
const memoryMb = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 16 };

/** By a thread that is there for this file alone. */
export const exportByThread =
  ({ path, file, logger }: ThreadDeps): ExportWriting =>
  (job, moved, signal) => {
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const give = (): void => void Atomics.store(stop, 0, 1);
    signal.addEventListener('abort', give);
    if (signal.aborted) give();
    const order: ExportOrder = { path, job, stop };
    const worker = new Worker(file, { workerData: order, resourceLimits: memoryMb });
    const { promise, resolve, reject } = Promise.withResolvers<ExportCount>();
    let end = (): void => reject(new AppError('internal', { reason: 'export-thread' }));
    worker.on('message', (report: ExportReport) => {
      if ('progress' in report) return moved(report.progress);
      if ('done' in report) end = () => resolve(report.done);
      else end = () => reject(new AppError(report.failed.code, report.failed.details));
    });
    worker.on('error', (error) => {
      logger.log('error', 'exports.thread-lost', { problem: describeError(error) });
      end = () => reject(new AppError('internal', { reason: 'export-thread' }, error));
    });
    worker.on('exit', () => end());
    return promise;
  };
