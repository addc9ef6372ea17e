import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import {
  formatSip,
  headerOf,
  parseSip,
  reasons,
  replyTo,
  uriOf,
  type SipHeader,
  type SipMessage,
} from '#simulator/pbx/sip-message.ts';

/** One SIP message on its way. */
export interface Passing {
  readonly message: SipMessage;
  /** As it stands on the wire. */
  readonly text: string;
  readonly from: 'window' | 'server';
  /** Of the WebSocket that it came by, or is to go by. */
  readonly socket: WebSocket;
}

/** @returns true where it has dealt with the message; else it goes on as if nobody had looked */
export type Script = (passing: Passing, line: ScriptedLine) => boolean;

const host = '127.0.0.1';

/** Each message is that long on its way, in both directions; none overtakes another. @param ms at least */
export const slowly =
  (ms: number): Script =>
  (passing, line) => {
    setTimeout(() => line.pass(passing), ms);
    return true;
  };

/**
 * A WebSocket of SIP whose every message goes by a script: a server that answers as none should, where nobody stands
 * behind it, or a way to a real one on which anything may be swallowed, held up, answered in its stead, or cut. Without a
 * script it registers whoever asks, says 200 to OPTIONS and BYE, and nothing to anything else.
 */
export class ScriptedLine {
  /** Everything that came, from both sides, in its order. */
  readonly seen: Passing[] = [];
  /** How many WebSockets were opened so far. */
  opened = 0;
  /** False = whoever comes is turned away, as when a server is down. */
  open = true;
  script: Script = () => false;
  private readonly server: WebSocketServer;
  private readonly upstream: string | null;

  private constructor(server: WebSocketServer, upstream: string | null) {
    this.server = server;
    this.upstream = upstream;
    server.on('connection', (socket) => this.join(socket));
  }

  /** @param upstream the WebSocket behind it, `ws://…`; null = nobody */
  static start(upstream: string | null = null): Promise<ScriptedLine> {
    return new Promise((resolve) => {
      const server: WebSocketServer = new WebSocketServer({
        port: 0,
        host,
        handleProtocols: () => 'sip',
        verifyClient: () => line.open,
      });
      const line = new ScriptedLine(server, upstream);
      server.once('listening', () => resolve(line));
    });
  }

  get url(): string {
    return `ws://${host}:${(this.server.address() as AddressInfo).port}`;
  }

  /** WebSockets that are open now. */
  get sockets(): number {
    return this.server.clients.size;
  }

  /** Requests of the window, oldest first. */
  requests(method: string): SipMessage[] {
    return this.seen
      .filter(({ message, from }) => from === 'window' && message.method === method)
      .map(({ message }) => message);
  }

  /** What the window answered, oldest first. @param method of the request, e.g. `INVITE` */
  answers(method: string): SipMessage[] {
    return this.seen
      .filter(
        ({ message, from }) =>
          from === 'window' && message.method === null && headerOf(message, 'cseq').endsWith(method),
      )
      .map(({ message }) => message);
  }

  /** Answers a message of the window in the server's stead. @param tag of a new dialog */
  reply(
    { message, socket }: Passing,
    status: number,
    more: readonly SipHeader[] = [],
    tag = 'scripted',
    body = '',
  ): true {
    const typed: readonly SipHeader[] = body === '' ? more : [...more, ['Content-Type', 'application/sdp']];
    socket.send(
      replyTo(
        message,
        `SIP/2.0 ${status} ${reasons[status] ?? 'Said'}`,
        typed,
        status === 100 ? '' : tag,
        body,
      ).toString(),
    );
    return true;
  }

  /** Somebody calls the window that registered last. @param id Call-ID @param more headers of the INVITE */
  call(id: string, sdp: string, more: readonly SipHeader[] = []): void {
    const register = this.requests('REGISTER').at(-1);
    const target = register ? uriOf(headerOf(register, 'contact')) : '';
    const headers: readonly SipHeader[] = [
      ['Via', `SIP/2.0/WS ${host};branch=z9hG4bK${id}`],
      ['Max-Forwards', '70'],
      ['From', '<sip:15400000137@pbx.example.com>;tag=caller'],
      ['To', '<sip:8001@pbx.example.com>'],
      ['Call-ID', id],
      ['CSeq', '1 INVITE'],
      ['Contact', `<sip:15400000137@${host}>`],
      ...more,
      ['Content-Type', 'application/sdp'],
    ];
    [...this.server.clients].at(-1)?.send(formatSip(`INVITE ${target} SIP/2.0`, headers, sdp).toString());
  }

  /** Whoever answered that INVITE with that tag hangs up. */
  hangUp({ message, socket }: Passing, tag = 'scripted'): void {
    const headers: readonly SipHeader[] = [
      ['Via', `SIP/2.0/WS ${host};branch=z9hG4bK${tag}bye`],
      ['Max-Forwards', '70'],
      ['From', `${headerOf(message, 'to')};tag=${tag}`],
      ['To', headerOf(message, 'from')],
      ['Call-ID', headerOf(message, 'call-id')],
      ['CSeq', '1 BYE'],
    ];
    socket.send(formatSip(`BYE ${uriOf(headerOf(message, 'contact'))} SIP/2.0`, headers, '').toString());
  }

  /** What a script has held up goes on. */
  pass({ from, text, socket }: Passing): void {
    const to = from === 'server' ? socket : this.behind.get(socket);
    if (to?.readyState === WebSocket.OPEN) to.send(text);
    else to?.once('open', () => to.send(text));
  }

  /** Every WebSocket breaks at once, without a word. */
  cut(): void {
    for (const socket of this.server.clients) socket.terminate();
  }

  close(): Promise<void> {
    this.cut();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private readonly behind = new Map<WebSocket, WebSocket>();

  private join(socket: WebSocket): void {
    this.opened += 1;
    socket.on('error', () => undefined);
    socket.on('message', (data) => this.take(String(data), 'window', socket));
    if (this.upstream === null) return;
    const beyond = new WebSocket(this.upstream, 'sip');
    this.behind.set(socket, beyond);
    beyond.on('error', () => undefined);
    beyond.on('message', (data) => this.take(String(data), 'server', socket));
    beyond.on('close', () => socket.terminate());
    socket.on('close', () => {
      this.behind.delete(socket);
      beyond.terminate();
    });
  }

  private take(text: string, from: Passing['from'], socket: WebSocket): void {
    const message = parseSip(Buffer.from(text));
    if (!message) return;
    const passing = { message, text, from, socket };
    this.seen.push(passing);
    if (this.script(passing, this)) return;
    if (this.upstream === null) this.manners(passing);
    else this.pass(passing);
  }

  /** What any server does. */
  private manners(passing: Passing): void {
    const { method } = passing.message;
    const contact = headerOf(passing.message, 'contact');
    if (method === 'REGISTER') this.reply(passing, 200, contact === '' ? [] : [['Contact', contact]]);
    else if (method === 'OPTIONS' || method === 'BYE' || method === 'CANCEL') this.reply(passing, 200);
  }
}
