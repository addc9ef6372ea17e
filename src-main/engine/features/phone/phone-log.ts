import type { Clock } from '#shared/base/clock.ts';
import { phoneLogLimits, type PhoneLogBatch } from '#shared/desk-contract/areas/phone.ts';
import type { Trace } from '../../devices/index.ts';
import { coalesced } from '../../devices/phone/coalesced.ts';

/** Nobody reads faster, and a storm of reports must not reach the window (research/hardware case 12). */
const batchEveryMs = 200;

/**
 * Follows the trace for one window: the last lines at once, then what came in between, five times a second at most. Of
 * what is too much for one batch the oldest is left out and counted.
 * @returns how to stop
 */
export function followTrace(trace: Trace, clock: Clock, run: string, send: (batch: PhoneLogBatch) => void): () => void {
  let sent = 0;
  const flush = (most: number, isFirst: boolean): void => {
    const entries = [...trace.since(sent, most)];
    const first = entries[0];
    // What was said before somebody looked has not been dropped.
    const dropped = first && !isFirst ? first.seq - sent - 1 : 0;
    sent = entries.at(-1)?.seq ?? sent;
    send({ run, dropped, entries });
  };
  flush(phoneLogLimits.tail, true);
  const batches = coalesced(clock, batchEveryMs, () => flush(phoneLogLimits.batch, false));
  const subscription = trace.onLine(() => batches.trigger());
  return () => {
    subscription.dispose();
    batches.dispose();
  };
}
