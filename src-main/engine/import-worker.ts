import { parentPort, workerData } from 'node:worker_threads';
import BetterSqlite from 'better-sqlite3';
import { toAppError } from '#shared/base/errors.ts';
import { createReadable } from './database/connection.ts';
import { copyJournal } from './database/copy-journal.ts';
import { knownLeads, SheetDesk, type SheetAnswer, type SheetAsk } from './features/imports/index.ts';

/** Reads, checks and writes sheets on a thread of its own (features/imports/import-thread.ts). */
const connection = new BetterSqlite(workerData as string);
connection.pragma('busy_timeout = 10000');
connection.pragma('synchronous = NORMAL');
connection.pragma('cache_size = -4096');
connection.pragma('trusted_schema = OFF');
const db = createReadable(connection);
const sheets = new SheetDesk(
  () => knownLeads(db),
  () => copyJournal(connection),
);

async function answer(ask: SheetAsk): Promise<SheetAnswer> {
  const { number } = ask;
  try {
    const work = sheets[ask.do].bind(sheets) as (...args: unknown[]) => Promise<unknown>;
    return { number, ok: true, value: await work(...ask.with) };
  } catch (error) {
    const { code, details } = toAppError(error);
    return { number, ok: false, code, details };
  }
}

parentPort?.on('message', (ask: SheetAsk | 'close') => {
  if (ask !== 'close') return void answer(ask).then((reply) => parentPort?.postMessage(reply));
  connection.close();
  // A file that is being read is not read to its end.
  process.exit();
});
