import type { Core, Invitation } from 'sip.js';

/** `Reason: Q.850;cause=17;text="User busy"` (RFC 3326). */
export function q850Of(message: Core.IncomingResponseMessage): number | null {
  const reason = message.getHeaders('reason').find((value) => /^q\.850/i.test(value));
  const [, cause] = /cause\s*=\s*(\d+)/i.exec(reason ?? '') ?? [];
  return cause === undefined ? null : Number(cause);
}

/** A 180 would have to be acknowledged, and to hold our answer (RFC 3262 §3): who wants that gets the 200 alone. */
export const needsReliable = ({ request }: Invitation): boolean =>
  request.getHeaders('require').some((value) => /\b100rel\b/i.test(value));

/** `Reason: SIP;cause=200;text="Call completed elsewhere"` (RFC 3326): nobody has missed it. */
export const takenElsewhere = (request: Core.IncomingRequestMessage): boolean =>
  request.getHeaders('reason').some((value) => /^sip\b.*;\s*cause\s*=\s*200\b/i.test(value));
