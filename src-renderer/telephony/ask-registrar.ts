import { URI, type Core, type UserAgent } from 'sip.js';
import type { AbortSignalLike, Clock } from '#shared/base/clock.ts';
import type { SipAccount } from '#shared/domain/sip-account.ts';
import { agentOf } from './sip-agent.ts';

/** `lost`: the socket went before an answer; `silent`: no answer in time. */
export type RegistrarAnswer =
  /** `proven`: the server asked for the password, and took it. */
  | { readonly type: 'accepted'; readonly proven: boolean }
  | { readonly type: 'rejected'; readonly status: number }
  | { readonly type: 'lost' }
  | { readonly type: 'silent' };

export interface AskOptions {
  readonly clock: Clock;
  readonly signal: AbortSignalLike;
  /** ms for all of it. */
  readonly limitMs: number;
  /** Registers for a moment, and takes that back. Without it the server is only asked, and nothing changes there. */
  readonly register?: boolean;
}

/** s: what a server forgets by itself should the taking back be lost. */
const shortest = 60;

/**
 * Whether a server takes this account. It is asked for the bindings that there are, by a REGISTER without a Contact
 * (RFC 3261 §10.2.3), which takes the same password and changes nothing: a PBX that allows one binding per account would
 * end that of the running line for a new one. It has a socket, a Call-ID and an address of its own, all gone afterwards.
 * @throws Error where domain or user can be no SIP address
 */
export function askRegistrar(account: SipAccount, options: AskOptions): Promise<RegistrarAnswer> {
  const { clock, signal, limitMs, register = false } = options;
  const agent = agentOf(account, () => undefined);
  return new Promise((resolve) => {
    const finish = (answer: RegistrarAnswer): void => {
      timer.dispose();
      agent.delegate = {};
      agent.stop().catch(() => undefined);
      resolve(answer);
    };
    let known: RegistrarAnswer = { type: 'silent' };
    const end = (): void => finish(known);
    const timer = clock.after(limitMs, end);
    signal.addEventListener('abort', end);
    const asked = (answer: RegistrarAnswer): void => {
      if (answer.type !== 'accepted' || !register) return finish(answer);
      // It said yes; whatever comes now is no news of that, and without an answer the binding ends by itself.
      known = answer;
      agent.delegate = { onDisconnect: end };
      ask(agent, account.domain, 0, end);
    };
    agent.delegate = {
      onConnect: () => ask(agent, account.domain, register ? shortest : null, asked),
      onDisconnect: () => finish({ type: 'lost' }),
    };
    agent.start().catch(() => finish({ type: 'lost' }));
  });
}

/** @param expires s that a binding of ours is to live, 0 = it is taken back; null = no binding, a question */
function ask(
  agent: UserAgent,
  domain: string,
  expires: number | null,
  answered: (answer: RegistrarAnswer) => void,
): void {
  const { uri } = agent.configuration;
  const core = agent.userAgentCore;
  const headers = expires === null ? [] : [`Contact: ${agent.contact.toString({ register: true })};expires=${expires}`];
  const message = core.makeOutgoingRequestMessage('REGISTER', new URI('sip', '', domain), uri, uri, {}, headers);
  const rejected = ({ message: { statusCode } }: Core.IncomingResponse): void =>
    answered({ type: 'rejected', status: statusCode ?? 500 });
  core.register(message, {
    onAccept: () => answered({ type: 'accepted', proven: isSigned(message) }),
    onRedirect: rejected,
    onReject: rejected,
  });
}

/** sip.js signs the message itself when it is challenged. */
const isSigned = (message: Core.OutgoingRequestMessage): boolean =>
  message.getHeader('authorization') !== undefined || message.getHeader('proxy-authorization') !== undefined;
