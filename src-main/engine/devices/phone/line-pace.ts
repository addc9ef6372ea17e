import type { Instant, Line, LineCall } from './line-state.ts';

/** Two good lists without the call, asked for at least so far apart, end it (research/hardware §5 rule 3). */
export const absentConfirmMs = 300;
/** The list may lag behind the bell; looked for this long after it rang. */
const bellWatchMs = 2_000;
const unsettledMs = 500;
/**
 * While it rings out: what the customer says before the answer is seen is in no recording, and waits for the opener. A
 * modem that is slow to answer gets as long a rest as it took.
 */
const ringingMs = 200;
const settledMs = 1_500;

/** ms until the next look; null = nothing to watch. @param tookMs what the last look took */
export function nextLookMs(line: Line, now: Instant, tookMs: number): number | null {
  const watched = line.calls.filter((call) => call.phase !== 'placing' && !call.closing);
  const bell = line.ring !== null && now.mono - line.ring.last.mono < bellWatchMs;
  if (watched.length === 0) return bell ? unsettledMs : null;
  return Math.min(...watched.map((call) => restMs(call, tookMs)), bell ? unsettledMs : settledMs);
}

function restMs(call: LineCall, tookMs: number): number {
  if (call.absentSince) return absentConfirmMs;
  if (call.hangUpAsked) return unsettledMs;
  if (call.answered) return settledMs;
  const quick = call.phase === 'alerting' || call.toldAnswered !== null;
  return quick ? Math.min(unsettledMs, Math.max(ringingMs, tookMs)) : unsettledMs;
}
