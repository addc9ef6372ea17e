import { UserAgent, type UserAgentOptions } from 'sip.js';
import type { SipAccount } from '#shared/domain/sip-account.ts';
import { readPlainHeadersFast } from './plain-headers.ts';
import { ringMs } from './no-answer.ts';
import { addressOf } from './sip-address.ts';
import { SipSocket } from './sip-socket.ts';

/**
 * sip.js's user agent for an account, over our own socket.
 * @param onHeard something came, whatever it was
 * @throws Error where domain or user can be no SIP address
 */
export function agentOf(account: SipAccount, onHeard: () => void, options: UserAgentOptions = {}): UserAgent {
  const { server, domain, user, authUser, password, displayName } = account;
  readPlainHeadersFast();
  return new UserAgent({
    ...options,
    // How long it rings is ours to say (`endUnanswered`): sip.js would end it in the second in which operators do.
    noAnswerTimeout: (2 * ringMs) / 1000,
    uri: addressOf(user, domain),
    displayName,
    authorizationUsername: authUser ?? user,
    authorizationPassword: password,
    transportConstructor: SipSocket,
    transportOptions: { server, onHeard },
    // Its log would have whole messages in it, numbers and credentials too.
    logBuiltinEnabled: false,
    logConfiguration: false,
    logLevel: 'error',
    userAgentString: 'JinhuDesk',
  });
}
