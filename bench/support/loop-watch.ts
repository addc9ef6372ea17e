import { performance } from 'node:perf_hooks';
import { readFileSync } from 'node:fs';

export interface LoopHeld {
  /** The longest that the loop was in a turn, without what it waited for a processor. */
  readonly heldMs: number;
  /** The longest between two turns of a timer of 1 ms, whatever the reason. */
  readonly lateMs: number;
  /** Of that, at the 99th percentile. */
  readonly p99Ms: number;
}

/** Of the calling thread, ms for which it could have run and others did (proc(5), schedstat); 0 where the system does not say. */
function waitedMs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/**
 * Watches the loop of the calling thread with a timer of 1 ms until the returned function is called. A loop that could run and
 * has no processor is not held up by what it does: here a server, its database and a bench are on the same machine. Nor is one
 * that sleeps (in epoll) and is woken late, as on a virtual machine whose host has others to serve.
 */
export function watchLoop(): () => LoopHeld {
  const late: number[] = [];
  let heldMs = 0;
  let last = { at: performance.now(), waited: waitedMs(), use: performance.eventLoopUtilization() };
  const timer = setInterval(() => {
    const now = { at: performance.now(), waited: waitedMs(), use: performance.eventLoopUtilization() };
    const took = now.at - last.at;
    late.push(took);
    const inTurn = Math.min(took, now.use.active - last.use.active);
    heldMs = Math.max(heldMs, inTurn - (now.waited - last.waited));
    last = now;
  }, 1);
  return () => {
    clearInterval(timer);
    late.sort((a, b) => a - b);
    return { heldMs, lateMs: late.at(-1) ?? 0, p99Ms: late[Math.floor(late.length * 0.99)] ?? 0 };
  };
}
