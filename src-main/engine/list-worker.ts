import { parentPort, workerData } from 'node:worker_threads';
import BetterSqlite from 'better-sqlite3';
import { toAppError } from '#shared/base/errors.ts';
import type { StandingFacts } from '#shared/domain/dial-gate.ts';
import { createReadable } from './database/connection.ts';
import { CallListing, CallLookups } from './features/calls/index.ts';
import { chooseLeads } from './features/dial-queue/index.ts';
import { LeadListing } from './features/leads/index.ts';
import { barring } from './features/number-lists/index.ts';
import { callFigures, figuresQuery } from './features/statistics/index.ts';
import { CallFactsReader, mostSubjects } from './features/workbench/index.ts';
import { IdleCollector } from './idle-collector.ts';
import { systemClock } from './system.ts';
import type { ListAnswer, ListAsk, ListProgress } from './list-protocol.ts';

/** Has the lists on a thread of its own (list-thread.ts). */
const { path, me } = workerData as { path: string; me: string };
const connection = new BetterSqlite(path, { readonly: true });
connection.pragma('busy_timeout = 10000');
connection.pragma('cache_size = -8192');
connection.pragma('trusted_schema = OFF');
const db = createReadable(connection);
const calls = new CallListing(db);
const lookups = new CallLookups(db);
const leads = new LeadListing(db, me, () => systemClock.now());
const collector = new IdleCollector();
const callFacts = new CallFactsReader(db, me);

type Prompt = Exclude<Extract<ListAsk, { number: number }>, { do: 'choose' }>;

function find(ask: Prompt): Extract<ListAnswer, { ok: true }>['value'] {
  switch (ask.do) {
    case 'page':
      return leads.page(ask.query, ask.window);
    case 'words':
      return leads.words(ask.selection);
    case 'pick':
      return leads.pick(ask.query, ask.most);
    case 'calls':
      return calls.page(ask.query, ask.scope, ask.window);
    case 'claims':
      return leads.claims(ask.since);
    case 'figures':
      return callFigures(calls.counted(figuresQuery(ask.query), null));
    case 'workbench':
      return { calls: callFacts.read(systemClock.now()), leads: leads.own(ask.rules, mostSubjects) };
  }
}

/** Choices that are being made, by the number of their question; between their parts others are answered. */
const choices = new Map<number, ReturnType<typeof chooseLeads>>();
const standing = (e164: string): StandingFacts => ({
  listed: barring(db, e164, systemClock.now()),
  refusedAt: lookups.refusedAt(e164),
});
function choose({ number, ask }: Extract<ListAsk, { do: 'choose' }>): void {
  choices.set(number, chooseLeads(ask, { leads, standing }));
  setImmediate(goOn, number);
}
function goOn(number: number): void {
  const choice = choices.get(number);
  if (!choice || closed) return;
  try {
    const { done, value } = choice.next();
    if (!done) {
      parentPort?.postMessage({ number, progress: value } satisfies ListProgress);
      setImmediate(goOn, number);
      return;
    }
    tell({ number, ok: true, value });
  } catch (error) {
    tell(refusal(number, error));
  }
  choices.delete(number);
}

function answer(ask: Prompt): ListAnswer {
  const { number } = ask;
  try {
    return { number, ok: true, value: find(ask) };
  } catch (error) {
    return refusal(number, error);
  }
}
function refusal(number: number, error: unknown): ListAnswer {
  const { code, details } = toAppError(error);
  return { number, ok: false, code, details };
}
const tell = (answered: ListAnswer): void => parentPort?.postMessage(answered);

/** Between questions, a piece at a time. */
let warming = false;
let closed = false;
function warm(): void {
  warming = !closed && (leads.warm() || calls.warm());
  if (warming) setImmediate(warm);
  else collector.worked();
}
function warmLater(): void {
  if (warming) return;
  warming = true;
  setImmediate(warm);
}

parentPort?.on('message', (ask: ListAsk) => {
  if ('number' in ask) {
    if (ask.do === 'choose') choose(ask);
    else tell(answer(ask));
    return warmLater();
  }
  if (ask.do === 'give-up') return void choices.delete(ask.of);
  if (ask.do === 'refresh') return (ask.of === 'leads' ? leads : calls).refresh(ask.ids, ask.gone);
  closed = true;
  connection.close();
  parentPort?.close();
});
