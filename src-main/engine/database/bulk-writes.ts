import { Worker } from 'node:worker_threads';
import type BetterSqlite from 'better-sqlite3';
import type { Disposable } from '#shared/base/dispose.ts';
import { describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { workerFile } from '../worker-file.ts';
import type { WritableDb } from './handles.ts';

/**
 * A long series of writes (the first pull) that must not hold up the loop: no write of it waits for the disk, and the WAL
 * is copied into the database by a thread. Other writers go on meanwhile, as durable as ever.
 */
export interface BulkWrites extends Disposable {
  /**
   * As `WritableDb.transaction`, but a power cut may take the newest of them along: always the newest, never one in
   * between, and none that is older than something durable (SQLite: synchronous=NORMAL in WAL mode). For what would be
   * fetched again.
   */
  transaction<T>(work: () => T): T;
  /** Resolves when the WAL is copied; without a call now and then it grows with all that is written. Never rejects. */
  checkpoint(): Promise<void>;
}

export interface BulkDeps {
  readonly path: string;
  readonly connection: BetterSqlite.Database;
  readonly write: WritableDb;
  readonly logger: Logger;
}

export function openBulkWrites({ path, connection, write, logger }: BulkDeps): BulkWrites {
  // Else the commit that makes it 1000 pages copies them all, two fsyncs included, on the loop.
  const pages = Number(connection.pragma('wal_autocheckpoint', { simple: true }));
  connection.pragma('wal_autocheckpoint = 0');
  const thread = new Worker(workerFile(import.meta.url, 'checkpoint-worker'), { workerData: path });
  thread.unref();
  const waiting: (() => void)[] = [];
  let open = true;

  const answer = (): void => waiting.splice(0).forEach((resolve) => resolve());
  function end(): void {
    if (!open) return;
    open = false;
    answer();
    if (connection.open) connection.pragma(`wal_autocheckpoint = ${pages}`);
  }
  thread.on('message', answer);
  // Without the thread commits copy again, as they do otherwise: slower, and whole.
  thread.on('error', (error) => {
    logger.log('warn', 'database.checkpoint-thread-lost', { problem: describeError(error) });
    end();
  });
  thread.on('exit', end);

  return {
    transaction(work) {
      if (connection.inTransaction) return work();
      connection.exec('PRAGMA synchronous = NORMAL');
      try {
        return write.transaction(work);
      } finally {
        connection.exec('PRAGMA synchronous = FULL');
      }
    },
    checkpoint() {
      if (!open) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 1) thread.postMessage(null);
      });
    },
    dispose() {
      end();
      void thread.terminate();
    },
  };
}
