import { parentPort, workerData } from 'node:worker_threads';
import BetterSqlite from 'better-sqlite3';

/** Copies the WAL into the database each time it is asked, on a thread of its own (bulk-writes.ts), and says when it is done. */
const connection = new BetterSqlite(workerData as string);
connection.pragma('busy_timeout = 5000');

parentPort?.on('message', () => {
  // PASSIVE waits for nobody and nobody waits for it: writers and readers go on.
  connection.pragma('wal_checkpoint(PASSIVE)');
  parentPort?.postMessage(null);
});
