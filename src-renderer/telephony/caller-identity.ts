import type { URI } from 'sip.js';
import type { CallerIdentity } from '#shared/domain/caller-id.ts';
import type { SipAccount } from '#shared/domain/sip-account.ts';

/** What an INVITE says of who sends it, beyond what the account says. */
export interface InviteIdentity {
  readonly headers: readonly string[];
  /** In place of the account's own address; null = that. */
  readonly from: { readonly uri: string; readonly displayName: string } | null;
}

/** What networks put in the place of a number that they do not tell (RFC 3323 §4.1.1.3, TS 24.607 and old gateways). */
const nobody = /^(anonymous|restricted|private|unavailable|unknown|withheld)$/i;

/** The caller's number as the network gives it; null = withheld. */
export function numberIn({ user, host }: URI): string | null {
  if (user === undefined || user === '' || host.toLowerCase() === 'anonymous.invalid' || nobody.test(user)) return null;
  return user;
}

/** RFC 3323 §4.1.1.3: what all who are not named are called. */
const anonymous = { uri: 'sip:anonymous@anonymous.invalid', displayName: 'Anonymous' };

/**
 * The number to show is asked for (RFC 3325 §9.2): which it will be the PBX decides, since it knows who we are by our
 * password. A hidden one is told to the PBX all the same, with the wish to tell nobody (`Privacy: id`, RFC 3325 §9.3), or it
 * would have nobody to charge the call to; that the From must not give it away is RFC 3323 §4.1. The Contact names nobody
 * in any case: sip.js makes it up.
 */
export function identityOf(
  { callerId, hideNumber }: CallerIdentity,
  { user, domain }: Pick<SipAccount, 'user' | 'domain'>,
): InviteIdentity {
  const identity = (number: string): string => `P-Preferred-Identity: <sip:${number}@${domain}>`;
  if (hideNumber) {
    return { headers: [identity(callerId ?? encodeURIComponent(user)), 'Privacy: id'], from: anonymous };
  }
  return { headers: callerId === null ? [] : [identity(callerId)], from: null };
}
