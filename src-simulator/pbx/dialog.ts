import { randomBytes } from 'node:crypto';
import { formatSip, headerOf, headersOf, tagOf, uriOf, type SipHeader, type SipMessage } from './sip-message.ts';

export const newToken = (): string => randomBytes(6).toString('hex');

/** The two ends of a call as SIP names them (RFC 3261 §12), from our side. */
export class Dialog {
  readonly callId: string;
  /** Our side as it stands in From of our requests, with its tag. */
  readonly local: string;
  /** The other side, without a tag while it has none. */
  remote: string;
  /** Where requests are meant to end up. */
  target: string;
  private readonly contact: string;
  private routes: readonly string[];
  private cseq = 1;
  private readonly via: string;
  private readonly address: string;

  private constructor(
    init: Pick<Dialog, 'callId' | 'local' | 'remote' | 'target'> & { routes: readonly string[]; address: string },
  ) {
    this.callId = init.callId;
    this.local = init.local;
    this.remote = init.remote;
    this.target = init.target;
    this.routes = init.routes;
    this.address = init.address;
    this.via = `SIP/2.0/UDP ${init.address}`;
    this.contact = `<sip:line@${init.address}>`;
  }

  /** Somebody calls us. @param address ours, `host:port` */
  static answering(invite: SipMessage, address: string): Dialog {
    return new Dialog({
      callId: headerOf(invite, 'call-id'),
      local: `${headerOf(invite, 'to')};tag=${newToken()}`,
      remote: headerOf(invite, 'from'),
      target: uriOf(headerOf(invite, 'contact')),
      routes: headersOf(invite, 'record-route'),
      address,
    });
  }

  /** We call somebody. */
  static calling(from: string, to: string, address: string): Dialog {
    return new Dialog({
      callId: `${newToken()}@${address}`,
      local: `<${from}>;tag=${newToken()}`,
      remote: `<${to}>`,
      target: to,
      routes: [],
      address,
    });
  }

  /** The other side's answer to our INVITE fixes where later requests go. */
  established(answer: SipMessage): void {
    this.remote = headerOf(answer, 'to');
    this.target = uriOf(headerOf(answer, 'contact'));
    this.routes = headersOf(answer, 'record-route').reverse();
  }

  /** The same call with another one who has answered it. */
  with(answer: SipMessage): Dialog {
    const { callId, local, remote, target, routes, address } = this;
    const other = new Dialog({ callId, local, remote, target, routes, address });
    other.cseq = this.cseq;
    other.established(answer);
    return other;
  }

  /** Its Contact may be another one now (RFC 3261 §12.2.2). */
  refresh(message: SipMessage): void {
    const contact = uriOf(headerOf(message, 'contact'));
    if (contact !== '') this.target = contact;
  }

  /** @returns the request and the branch by which its answers are known */
  request(method: string, body = '', more: readonly SipHeader[] = []): { bytes: Buffer; branch: string; cseq: number } {
    if (method !== 'ACK' && method !== 'CANCEL') this.cseq += 1;
    const branch = `z9hG4bK${newToken()}`;
    return { bytes: this.format(method, branch, this.cseq, this.target, body, more), branch, cseq: this.cseq };
  }

  /** What belongs to a request that was sent before: CANCEL, and the ACK of a refusal, have its branch (§9.1, §17.1.1.3). */
  belonging(method: 'ACK' | 'CANCEL', to: { readonly branch: string; readonly cseq: number }, uri: string): Buffer {
    return this.format(method, to.branch, to.cseq, uri, '', []);
  }

  acknowledge(cseq: number, body = ''): Buffer {
    return this.format('ACK', `z9hG4bK${newToken()}`, cseq, this.target, body, []);
  }

  /** Our side as another party behind the same number: a fork of the call (RFC 3261 §12.1.1). */
  forked(): string {
    return this.local.replace(/;tag=.*/, `;tag=${newToken()}`);
  }

  /** @param options.local our side, where it is not the one that answers in the end @param options.more headers */
  response(
    request: SipMessage,
    start: string,
    body = '',
    options: { readonly local?: string | undefined; readonly more?: readonly SipHeader[] } = {},
  ): Buffer {
    const { local = this.local, more = [] } = options;
    const via = headersOf(request, 'via').map((value): SipHeader => ['Via', value]);
    const record = headersOf(request, 'record-route').map((value): SipHeader => ['Record-Route', value]);
    const to = tagOf(headerOf(request, 'to')) === '' ? local : headerOf(request, 'to');
    return formatSip(
      start,
      [
        ...via,
        ...record,
        ['From', headerOf(request, 'from')],
        ['To', to],
        ['Call-ID', this.callId],
        ['CSeq', headerOf(request, 'cseq')],
        ['Contact', this.contact],
        ...more,
        ...(body === '' ? [] : [['Content-Type', 'application/sdp'] as const]),
      ],
      body,
    );
  }

  private format(
    method: string,
    branch: string,
    cseq: number,
    uri: string,
    body: string,
    more: readonly SipHeader[],
  ): Buffer {
    return formatSip(
      `${method} ${uri} SIP/2.0`,
      [
        ['Via', `${this.via};branch=${branch};rport`],
        ['Max-Forwards', '70'],
        ...this.routes.map((route): SipHeader => ['Route', route]),
        ['From', this.local],
        ['To', this.remote],
        ['Call-ID', this.callId],
        ['CSeq', `${cseq} ${method}`],
        ['Contact', this.contact],
        ...more,
        ...(body === '' || more.some(([name]) => name === 'Content-Type')
          ? []
          : [['Content-Type', 'application/sdp'] as const]),
      ],
      body,
    );
  }
}
