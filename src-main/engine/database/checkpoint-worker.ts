import { parentPort, workerData } from 'node:worker_threads';
import BetterSqlite from 'better-sqlite3';
import { copyJournal } from './copy-journal.ts';

/** Copies the WAL into the database each time it is asked, on a thread of its own (bulk-writes.ts), and says when it is done. */
const connection = new BetterSqlite(workerData as string);
connection.pragma('busy_timeout = 5000');
connection.pragma('synchronous = NORMAL');

parentPort?.on('message', () => {
  copyJournal(connection);
  parentPort?.postMessage(null);
});
