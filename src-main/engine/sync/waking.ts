import { every, type Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';

export type Waking = 'slept' | 'network';

export interface WakingDeps {
  readonly clock: Clock;
  /** What the PC is reachable by at the moment, in any form that is another one when the network is. Empty = by nothing. */
  readonly addresses: () => string;
  readonly onWaking: (why: Waking) => void;
}

const tickMs = 2000;
/** A loop that was only busy is back sooner. */
const sleptMs = 10_000;

/**
 * Notices that connections of before may be dead without knowing: the PC slept, or the network is another one (a cable that
 * is back, another Wi-Fi). Plain Node is told neither. Of a sleep the clocks tell: on Windows the monotonic one runs through
 * it and the tick comes late; elsewhere it stands still, and the wall clock is ahead of it. Somebody who sets the clock
 * forward looks the same, which costs nothing.
 */
export function watchWaking({ clock, addresses, onWaking }: WakingDeps): Disposable {
  let mono = clock.mono();
  let wall = clock.now();
  let reachable = addresses();
  return every(clock, tickMs, () => {
    const late = clock.mono() - mono - tickMs;
    const ahead = clock.now() - wall - (clock.mono() - mono);
    mono = clock.mono();
    wall = clock.now();
    const before = reachable;
    reachable = addresses();
    if (late > sleptMs || ahead > sleptMs) onWaking('slept');
    // Without any there is nothing to try.
    else if (reachable !== before && reachable !== '') onWaking('network');
  });
}
