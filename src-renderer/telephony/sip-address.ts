import { UserAgent, type URI } from 'sip.js';

/** @param number [0-9*#+], gated and normalised @throws Error for what can be no SIP address */
export function addressOf(number: string, domain: string): URI {
  const uri = UserAgent.makeURI(`sip:${encodeURIComponent(number)}@${domain}`);
  if (!uri) throw new Error('not a SIP address');
  return uri;
}
