import type { ErrorDetails } from '../base/errors.ts';
import type { CallHours } from './call-rules.ts';
import { beijingDay } from './sim-governor.ts';
import type { CallResult, Channel } from './vocabulary.ts';

/** How a queue goes on: each customer is confirmed by the person, or dialled when the last one is wrapped up (product.md P1.9). */
export const queueModes = ['preview', 'progressive'] as const;
/** Whom a retry that is due stands behind: those who were never tried, or nobody. */
export const retryOrders = ['behind-new', 'when-due'] as const;

export const entryStates = [
  'waiting', // never tried
  'retry', // nobody was reached, or the gate asks for patience: again from `dueAt` on
  'dialling', // its call is under way, or was when the program ended
  'done', // somebody answered
  'skipped', // by the person
  'gave-up', // nobody was reached in as many tries as there are, or cannot be
  'refused', // the gate lets nobody call them
] as const;
export type EntryState = (typeof entryStates)[number];

/** One person calls a few hundred a day: what stands behind five thousand would be called weeks after it was chosen. */
export const mostQueueEntries = 5_000;
export const mostTries = 5;
export const longestRetryMinutes = 1_440;

/** Why the gate, a card or a line refused: a code of the registry and what fills its text's blanks. */
export interface QueueProblem {
  readonly code: string;
  readonly details: ErrorDetails;
}

/** One customer in a queue. */
export interface QueueEntry {
  /** Place in the order, from 0; it never changes, and the entry is called by it. */
  readonly position: number;
  readonly leadId: string;
  readonly state: EntryState;
  /** Calls that have gone out to them. */
  readonly tries: number;
  /** Of the latest try. */
  readonly callId: string | null;
  /** The command of that call has left for the phone, or was about to: from here on the try counts. */
  readonly sent: boolean;
  /** Of the latest try that is over. */
  readonly result: CallResult | null;
  /** Wall clock, ms UTC; only of `retry`. */
  readonly dueAt: number | null;
  /** What the gate said last; null = nothing, or it has let a call pass since. */
  readonly problem: QueueProblem | null;
  /** Wall clock, ms UTC: the person skipped them, or the gate refused them or put them off; null = neither, or a call has gone out since. */
  readonly passedOverAt: number | null;
}

/** How a queue calls: chosen when it is made, and changed while it goes on. */
export interface QueuePlan {
  readonly mode: (typeof queueModes)[number];
  /** Calls to one customer as long as nobody is reached, 1…`mostTries`. */
  readonly tries: number;
  /** Between two of them. */
  readonly retryMinutes: number;
  readonly retryOrder: (typeof retryOrders)[number];
  /** Within the company's call hours, which the gate keeps; null = as long as those are. */
  readonly window: CallHours | null;
  /** By what all its calls go; null = as the settings say at that moment (channel), by the SIM policy, by the default line. */
  readonly way: { readonly channel: Channel | null; readonly slot: number | null; readonly lineId: string | null };
}

export const newEntry = (position: number, leadId: string): QueueEntry => ({
  position,
  leadId,
  state: 'waiting',
  tries: 0,
  callId: null,
  sent: false,
  result: null,
  dueAt: null,
  problem: null,
  passedOverAt: null,
});

/** It is still to be called. */
export const isOpen = ({ state }: QueueEntry): boolean => state === 'waiting' || state === 'retry';

/**
 * Who is called next; null = nobody now, or nobody any more.
 * @param at wall clock, ms UTC
 */
export function entryNext(
  entries: readonly QueueEntry[],
  order: QueuePlan['retryOrder'],
  at: number,
): QueueEntry | null {
  const unseen = entries.find(({ state }) => state === 'waiting') ?? null;
  if (unseen && order === 'behind-new') return unseen;
  const dueAt = soonestDue(entries);
  const due = dueAt === null || dueAt > at ? null : entries.find((entry) => entry.dueAt === dueAt);
  return due ?? unseen;
}

/** When the first retry is due; null = none is waited for. */
export function soonestDue(entries: readonly QueueEntry[]): number | null {
  let soonest: number | null = null;
  for (const { dueAt } of entries) if (dueAt !== null && (soonest === null || dueAt < soonest)) soonest = dueAt;
  return soonest;
}

/** The entry behind a try that is over. Who cannot be had (空号, 停机, 关机) is not tried again. */
export function afterTry(
  entry: QueueEntry,
  result: CallResult,
  { tries, retryMinutes }: QueuePlan,
  at: number,
): QueueEntry {
  const tried = { ...entry, tries: entry.tries + 1, result, dueAt: null };
  if (result === 'connected') return { ...tried, state: 'done' };
  if (result === 'unreachable' || tried.tries >= tries) return { ...tried, state: 'gave-up' };
  return { ...tried, state: 'retry', dueAt: at + retryMinutes * 60_000 };
}

/** As if the try had never been: its call did not leave the desk. */
export function untried(entry: QueueEntry, at: number): QueueEntry {
  const before = { ...entry, callId: null, sent: false };
  return entry.tries === 0 ? { ...before, state: 'waiting' } : { ...before, state: 'retry', dueAt: at };
}

/** Hours over midnight as in 通话规则. @param at wall clock, ms UTC */
export function isWithin(window: CallHours | null, at: number): boolean {
  if (!window) return true;
  const minute = Math.floor((at - beijingDay(at)) / 60_000);
  const { startMinute, endMinute } = window;
  if (startMinute <= endMinute) return minute >= startMinute && minute < endMinute;
  return minute >= startMinute || minute < endMinute;
}

/**
 * What a refusal means for a queue. `callee`: this customer is not called. `later`: not before `until`. `passing`: the line
 * rests until `until`, for whomever. `all`: nobody can be called until somebody mends it.
 */
export type RefusalScope = 'callee' | 'later' | 'passing' | 'all';

/** A rest of the cards that is waited for; a longer one is told, and the queue pauses. */
const passingMs = 5 * 60_000;
/** Another call was faster. Its end is told; this is for one that is not. */
const busyMs = 2_000;

/** @param at wall clock, ms UTC; @returns `until` likewise */
export function readRefusal({ code, details }: QueueProblem, at: number): { scope: RefusalScope; until: number } {
  const told = typeof details['nextAt'] === 'number' ? details['nextAt'] : null;
  if (code === 'call.busy' || code === 'call.ending') return { scope: 'passing', until: at + busyMs };
  if (code === 'gate.too-soon' || code === 'gate.too-frequent')
    return { scope: 'later', until: told ?? at + passingMs };
  const ofCallee =
    code.startsWith('number.') ||
    [
      'gate.blacklisted',
      'gate.number-invalid',
      'gate.refused',
      'gate.too-many-today',
      'gate.sample-data',
      'not-found',
    ].includes(code);
  if (ofCallee) return { scope: 'callee', until: at };
  if (code.startsWith('sim.') && told !== null && told - at <= passingMs) return { scope: 'passing', until: told };
  return { scope: 'all', until: at };
}
