import { parentPort, workerData } from 'node:worker_threads';
import BetterSqlite from 'better-sqlite3';
import { createWritable } from './database/connection.ts';
import { copyJournal } from './database/copy-journal.ts';
import { WriteTurn } from './database/write-turn.ts';
import { generationRows } from './generation-rows.ts';
import { refusal, type GenerationAnswer, type GenerationAsk } from './sync/generation-protocol.ts';
import { GenerationBuilder } from './sync/generation-writer.ts';

/** Reads a new generation of the cloud's rows on a thread of its own (sync/generation-thread.ts). */
const { path, turn } = workerData as { path: string; turn: SharedArrayBuffer };
const connection = new BetterSqlite(path);
connection.pragma('busy_timeout = 10000');
// Not for these rows' sake: what they leave unwritten, the loop's own next commit would have to wait for.
connection.pragma('synchronous = FULL');
connection.pragma('wal_autocheckpoint = 0');
connection.pragma('cache_size = -24576');
connection.pragma('trusted_schema = OFF');
const builder = new GenerationBuilder({
  db: createWritable(connection),
  turn: new WriteTurn(turn),
  rows: generationRows,
  now: () => performance.now(),
});

function answer(ask: Exclude<GenerationAsk, { do: 'close' }>): GenerationAnswer {
  try {
    if (ask.do === 'look') return { ok: true, value: builder.look(ask.page, ask.after) };
    return { ok: true, value: builder[ask.do]() ?? null };
  } catch (error) {
    return refusal(error);
  }
}

parentPort?.on('message', (ask: GenerationAsk) => {
  if (ask.do !== 'close') return parentPort?.postMessage(answer(ask));
  copyJournal(connection);
  connection.close();
  parentPort?.close();
});
