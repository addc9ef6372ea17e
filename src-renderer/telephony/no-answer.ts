import type { Invitation } from 'sip.js';
import type { Clock } from '#shared/base/clock.ts';

/**
 * How long a call rings that nobody takes. Longer than anybody lets it ring (operators give up after 60 s, PBXs sooner),
 * so that it is the caller's end that is told where there is one; short enough that a caller whose CANCEL was lost with the
 * line does not ring on. A proxy alone may wait for three minutes (RFC 3261 §16.6, Timer C).
 */
export const ringMs = 75_000;

/** 480, which stands for «no answer from the user» (RFC 3398 §7.2.4.1), unless it is taken, refused or given up before. */
export function endUnanswered(invitation: Invitation, clock: Clock): void {
  const timer = clock.after(ringMs, () => void invitation.reject({ statusCode: 480 }).catch(() => undefined));
  invitation.stateChange.addListener(() => timer.dispose(), { once: true });
}
