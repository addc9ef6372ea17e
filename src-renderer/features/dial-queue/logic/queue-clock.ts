import type { QueueState } from '#shared/desk-contract/areas/dial-queue.ts';

/** What the engine said of a queue, and this window's own monotonic time when it came. */
export interface TimedQueue {
  readonly state: QueueState;
  readonly receivedAt: number;
  /** How long the countdown that runs was when it was first heard of, ms; 0 = none runs. */
  readonly wholeMs: number;
}

/** The engine computes the same end anew each time: it may differ by what clocks are rounded to. */
const sameEndMs = 100;

/** @param mono this window's monotonic clock, ms */
export function receive(before: TimedQueue | null, state: QueueState, mono: number): TimedQueue {
  const { until, now, id, phase } = state;
  const leftMs = until === null ? 0 : Math.max(0, until - now);
  const last = before?.state;
  const goesOn =
    until !== null &&
    typeof last?.until === 'number' &&
    last.id === id &&
    last.phase === phase &&
    Math.abs(last.until - until) <= sameEndMs;
  return { state, receivedAt: mono, wholeMs: goesOn ? (before?.wholeMs ?? leftMs) : leftMs };
}

/** What is left of the countdown, ms; null = none runs. Counted on the monotonic clock: a wall clock that is set does not bend it. */
export function leftAt({ state, receivedAt }: TimedQueue, mono: number): number | null {
  if (state.until === null) return null;
  return Math.max(0, state.until - state.now - Math.max(0, mono - receivedAt));
}

/** Shorter than this nobody can press 继续整理 any more. */
const lastMomentMs = 1_200;
const stillWritingMs = 5_000;

/** What a person is in the middle of when a countdown ends. */
export interface AtHand {
  /** ms since the last letter; null = none was typed. */
  readonly typedAgoMs: number | null;
  /** Letters of an input method wait to become words. */
  readonly composes: boolean;
  /** A dialog or a menu is open. */
  readonly isAsked: boolean;
}

/** Whoever is in the middle of something must not have the next customer called, nor what they type taken for keys, nor what they typed lost. */
export const holdsForWriter = (leftMs: number, { typedAgoMs, composes, isAsked }: AtHand): boolean =>
  leftMs <= lastMomentMs && (composes || isAsked || (typedAgoMs !== null && typedAgoMs <= stillWritingMs));
