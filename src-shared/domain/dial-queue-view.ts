import { isFree, type DialQueue, type Moment } from './dial-queue.ts';
import { entryNext, entryStates, soonestDue, type EntryState, type QueueEntry } from './queue-entry.ts';

export const queuePhases = [
  'idle', // made, and not started
  'previewing', // one is on show and waits for its confirmation
  'dialling', // the call of one is under way, in whatever state
  'wrap-up', // 话后处理, or the rest between two calls: until its time
  'holding', // 继续整理: until the person says so
  'other-call', // a call that is not the queue's: it goes on behind it
  'waiting', // for a retry that is due later, or for a card that rests
  'paused',
  'finished',
] as const;
export type QueuePhase = (typeof queuePhases)[number];

/** What goes on, and until when by itself (wall clock, ms UTC; null = until something happens). */
export function phaseOf(queue: DialQueue, at: Moment): { readonly phase: QueuePhase; readonly until: number | null } {
  const { status, attempt, agent, rest, blocked } = queue;
  const till = (mono: number): number => Math.round(at.wall + mono - at.mono);
  if (attempt) return { phase: 'dialling', until: null };
  if (status !== 'running') return { phase: status, until: null };
  const wraps = agent.state === 'wrap-up';
  if (rest === 'held' || (wraps && agent.until === null)) return { phase: 'holding', until: null };
  if (wraps) return { phase: 'wrap-up', until: till(Math.max(agent.until ?? 0, rest ?? 0)) };
  if (agent.state !== 'idle') return { phase: 'other-call', until: null };
  if (queue.preview !== null) return { phase: 'previewing', until: null };
  if (rest !== null && rest > at.mono) return { phase: 'wrap-up', until: till(rest) };
  return { phase: 'waiting', until: blocked ? till(blocked.until) : soonestDue(queue.entries) };
}

export type QueueCounts = { readonly [K in EntryState]: number };

/** Each entry is counted once, under its state. */
export function countsOf(entries: readonly QueueEntry[]): QueueCounts {
  const counts = Object.fromEntries(entryStates.map((state) => [state, 0])) as { [K in EntryState]: number };
  for (const { state } of entries) counts[state] += 1;
  return counts;
}

/** Whom the window shows: who is called, else who is on show, else who would be next. Null = nobody is left. */
export function entryShown(queue: DialQueue, at: Moment): QueueEntry | null {
  const position = queue.attempt?.position ?? queue.preview;
  if (position !== null) return queue.entries.find((entry) => entry.position === position) ?? null;
  if (queue.status === 'finished') return null;
  return entryNext(queue.entries, queue.plan.retryOrder, at.wall) ?? soonest(queue.entries);
}

const soonest = (entries: readonly QueueEntry[]): QueueEntry | null => {
  const dueAt = soonestDue(entries);
  return entries.find((entry) => dueAt !== null && entry.dueAt === dueAt) ?? null;
};

/** A wall clock that is set must not make a retry late by more than this. */
const longestSleepMs = 60_000;

/** After how many ms the queue wants to be told that time has passed; null = only what happens moves it. */
export function wakeAfter(queue: DialQueue, at: Moment): number | null {
  const { status, attempt, preview, rest, blocked } = queue;
  if (status !== 'running' || attempt || preview !== null) return null;
  if (!isFree(queue, at)) {
    const rests = [rest, blocked?.until].filter((until) => typeof until === 'number').map((until) => until - at.mono);
    const left = rests.filter((ms) => ms > 0);
    return left.length === 0 ? null : Math.max(...left);
  }
  const dueAt = soonestDue(queue.entries);
  return dueAt === null ? null : Math.min(longestSleepMs, Math.max(1, dueAt - at.wall));
}
