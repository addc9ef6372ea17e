import { parentPort, workerData } from 'node:worker_threads';
import BetterSqlite from 'better-sqlite3';
import { toAppError } from '#shared/base/errors.ts';
import { createReadable } from './database/connection.ts';
import { CallListing } from './features/calls/index.ts';
import { LeadListing } from './features/leads/index.ts';
import { callFigures } from './features/statistics/index.ts';
import { CallFactsReader, mostSubjects } from './features/workbench/index.ts';
import { systemClock } from './system.ts';
import type { ListAnswer, ListAsk } from './list-protocol.ts';

/** Has the lists on a thread of its own (list-thread.ts). */
const { path, me } = workerData as { path: string; me: string };
const connection = new BetterSqlite(path, { readonly: true });
connection.pragma('busy_timeout = 10000');
connection.pragma('cache_size = -8192');
connection.pragma('trusted_schema = OFF');
const db = createReadable(connection);
const calls = new CallListing(db);
const leads = new LeadListing(db, me, () => systemClock.now());
const callFacts = new CallFactsReader(db, me);

function find(ask: Extract<ListAsk, { number: number }>): Extract<ListAnswer, { ok: true }>['value'] {
  switch (ask.do) {
    case 'page':
      return leads.page(ask.query, ask.window);
    case 'words':
      return leads.words(ask.selection);
    case 'calls':
      return calls.page(ask.query, ask.scope, ask.window);
    case 'figures':
      return callFigures(db, ask.query);
    case 'workbench':
      return { calls: callFacts.read(systemClock.now()), leads: leads.own(ask.rules, mostSubjects) };
    case 'wanting':
      return leads.wanting(ask.kind, ask.rules, ask.most);
  }
}

function answer(ask: Extract<ListAsk, { number: number }>): ListAnswer {
  const { number } = ask;
  try {
    return { number, ok: true, value: find(ask) };
  } catch (error) {
    const { code, details } = toAppError(error);
    return { number, ok: false, code, details };
  }
}

/** Between questions, a piece at a time. */
let warming = false;
let closed = false;
function warm(): void {
  warming = !closed && (leads.warm() || calls.warm());
  if (warming) setImmediate(warm);
}
function warmLater(): void {
  if (warming) return;
  warming = true;
  setImmediate(warm);
}

parentPort?.on('message', (ask: ListAsk) => {
  if ('number' in ask) {
    parentPort?.postMessage(answer(ask));
    return warmLater();
  }
  if (ask.do === 'refresh') return (ask.of === 'leads' ? leads : calls).refresh(ask.ids, ask.gone);
  closed = true;
  connection.close();
  parentPort?.close();
});
