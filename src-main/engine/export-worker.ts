import { parentPort, workerData } from 'node:worker_threads';
import BetterSqlite from 'better-sqlite3';
import { AppError, toAppError } from '#shared/base/errors.ts';
import { createReadable } from './database/connection.ts';
import { writeExport, type ExportOrder, type ExportReport } from './features/exports/index.ts';

/** Writes one file on a thread of its own (features/exports/export-thread.ts), and ends. */
const { path, job, stop } = workerData as ExportOrder;
const report = (said: ExportReport): void => parentPort?.postMessage(said);

/** People see it move. */
const tellMs = 100;
let told = 0;

const connection = new BetterSqlite(path, { readonly: true });
try {
  connection.pragma('busy_timeout = 10000');
  connection.pragma('cache_size = -8192');
  connection.pragma('trusted_schema = OFF');
  // All rows are of one moment.
  connection.exec('BEGIN');
  const done = writeExport(createReadable(connection), job, (progress) => {
    if (Atomics.load(stop, 0) !== 0) throw new AppError('cancelled');
    const now = performance.now();
    if (now - told < tellMs && progress.done < progress.rows) return;
    told = now;
    report({ progress });
  });
  report({ done });
} catch (error) {
  const { code, details } = toAppError(error);
  report({ failed: { code, details } });
} finally {
  connection.close();
  parentPort?.close();
}
