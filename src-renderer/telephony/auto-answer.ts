import type { Headers } from './session-timer.ts';

/**
 * The caller's side asks that this phone answers by itself, as PBXs do that call the agent before the customer (click to
 * call, call-back). RFC 5373 is the standard; PBXs say it in the older ways of phones: `Call-Info: …;answer-after=0`, and
 * `Alert-Info` with `info=alert-autoanswer`, `Auto Answer` or `intercom`.
 */
export const asksAnswer = (invite: Headers): boolean =>
  says(invite, ['answer-mode', 'priv-answer-mode'], /^\s*auto\b/i) ||
  says(invite, ['call-info'], /;\s*answer-after\s*=\s*"?0+\b/i) ||
  says(invite, ['alert-info'], /\balert-autoanswer\b|\bauto[ -]?answer\b|\bintercom\b/i);

/** Where a ring tone lies on the web says nothing of this. */
const webAddress = /<https?:[^>]*>/gi;

const says = (invite: Headers, names: readonly string[], what: RegExp): boolean =>
  names.some((name) => invite.getHeaders(name).some((value) => what.test(value.replaceAll(webAddress, '<>'))));
