import { type Core, URI, type UserAgent } from 'sip.js';

/** What a REGISTER came to; all times in s. */
export interface RegisterListener {
  /** @param server what it calls itself; "" = nothing */
  accepted(expires: number, server: string): void;
  rejected(status: number, retryAfter: number | null, minExpires: number | null): void;
}

const methods = 'ACK,BYE,CANCEL,INFO,INVITE,NOTIFY,OPTIONS,REFER';

/**
 * Our binding at the registrar (RFC 3261 §10.2): one message for all REGISTERs of a page, whose sequence number grows and
 * which keeps the credentials that worked, so that a refresh is one round trip. An answer to an older one is passed over.
 */
export class Registrar {
  private readonly agent: UserAgent;
  private readonly listener: RegisterListener;
  private readonly message: Core.OutgoingRequestMessage;
  private pending: Core.OutgoingRequest | null = null;

  constructor(agent: UserAgent, domain: string, listener: RegisterListener) {
    this.agent = agent;
    this.listener = listener;
    const { uri } = agent.configuration;
    const core = agent.userAgentCore;
    this.message = core.makeOutgoingRequestMessage('REGISTER', new URI('sip', '', domain), uri, uri, {});
  }

  /** @param expires s */
  register(expires: number): void {
    this.send(expires, {
      onAccept: ({ message }) =>
        this.listener.accepted(this.granted(message) ?? expires, message.getHeader('server') ?? ''),
      onRedirect: ({ message }) => this.reject(message),
      onReject: ({ message }) => this.reject(message),
    });
  }

  /** Takes the binding back; nobody waits for the answer. */
  unregister(): void {
    this.send(0, {});
  }

  /** Nobody will answer what was sent. */
  forget(): void {
    this.pending?.dispose();
    this.pending = null;
  }

  private send(expires: number, delegate: Core.OutgoingRequestDelegate): void {
    this.forget();
    const { message } = this;
    message.cseq += 1;
    message.setHeader('cseq', `${message.cseq} REGISTER`);
    message.extraHeaders = [
      `Contact: ${this.agent.contact.toString({ register: true })};expires=${expires}`,
      `Expires: ${expires}`,
      `Allow: ${methods}`,
    ];
    this.pending = this.agent.userAgentCore.register(message, delegate);
  }

  /** Of all bindings of the address that the answer lists, ours; some servers say the time once for all (RFC 3261 §10.2.4). */
  private granted(answer: Core.IncomingResponseMessage): number | null {
    const forAll = secondsOf(answer.getHeader('expires'));
    const { user } = this.agent.contact.uri;
    for (let n = 0; n < answer.getHeaders('contact').length; n += 1) {
      const contact = answer.parseHeader('contact', n) as Core.NameAddrHeader | undefined;
      if (contact && contact.uri.user === user) return secondsOf(contact.getParam('expires')) ?? forAll;
    }
    return forAll;
  }

  private reject(answer: Core.IncomingResponseMessage): void {
    const header = (name: string): number | null => secondsOf(answer.getHeader(name));
    this.listener.rejected(answer.statusCode ?? 500, header('retry-after'), header('min-expires'));
  }
}

/** Leading digits: behind them may stand a comment (RFC 3261 §20.33). */
const secondsOf = (text: string | null | undefined): number | null => {
  const [digits] = /^\s*\d+/.exec(text ?? '') ?? [];
  return digits === undefined ? null : Number(digits);
};
