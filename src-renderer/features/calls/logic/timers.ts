import type { CallView, CurrentCall } from '#shared/desk-contract/areas/calls.ts';

/** A `calls.current` item and the window's own monotonic time when it came. */
export interface TimedCall {
  readonly item: CurrentCall;
  readonly receivedAt: number;
}

export interface CallClock {
  readonly waitMs: number;
  readonly talkMs: number;
  readonly heardMs: number;
}

const waiting = new Set<CallView['state']>(['placing', 'dialing', 'alerting', 'in-progress', 'incoming', 'waiting']);

/**
 * The timers as they stand at `mono`: the engine's reading plus what passed in this window since (product.md P3:
 * waiting and talk time are counted apart). An ended call keeps the recorded values; nothing here reads a wall clock,
 * because that one may jump in the middle of a call.
 */
export function clockAt(timed: TimedCall, mono: number): CallClock {
  const { call } = timed.item;
  if (!call) return { waitMs: 0, talkMs: 0, heardMs: 0 };
  const passed = Math.max(0, mono - timed.receivedAt);
  const answered = call.answeredAt !== null;
  const ended = call.state === 'ended';
  return {
    waitMs: ended && call.waitMs !== null ? call.waitMs : timed.item.waitMs + (waiting.has(call.state) ? passed : 0),
    talkMs: ended ? (call.talkMs ?? 0) : timed.item.talkMs + (answered ? passed : 0),
    // A hang-up stops the clip at once, however long the phone takes over the rest.
    heardMs: heardAt(call, ended || call.state === 'ending' ? 0 : passed),
  };
}

function heardAt(call: CallView, passed: number): number {
  if (!call.opener) return 0;
  const running = call.opener.state === 'playing' ? passed : 0;
  return Math.min(call.opener.durationMs, call.opener.heardMs + running);
}

/** 「第 3.2 秒」: seconds to one digit, cut off and not rounded, as the stored value is exact beside it. */
export const formatTenths = (ms: number): string => (Math.floor(Math.max(0, ms) / 100) / 10).toFixed(1);

/** What is left of 话后处理, ms; never negative. `now` and `since` are wall clock of the same machine. */
export const wrapUpLeft = (since: number, seconds: number, now: number): number =>
  Math.max(0, Math.min(seconds * 1000, since + seconds * 1000 - now));
