import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Passing, Script } from './scripted-line.ts';

const host = '127.0.0.1';
/** Of every STUN message, which RTP and DTLS have not (RFC 8489 §5). */
const cookie = 0x2112a442;

/**
 * One hop more on the sound's way between a browser that calls and its relay, put there by what the two say of their
 * addresses. It can take back the relay's consent (RFC 7675): nobody answers the browser's questions any more, while the
 * sound itself passes as before, until the browser looks for a new way (ICE restart).
 */
export class UdpWay {
  private readonly socket: Socket;
  /** Its port; both sides of the hop are on this machine. */
  private relay = 0;
  /** Whichever of its addresses the browser has come from. */
  private browser: RemoteInfo | null = null;
  /** What the browser has called its ways so far (`ice-ufrag`). */
  private readonly names = new Set<string>();
  private refused: readonly string[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('message', (packet, from) => this.forward(packet, from));
  }

  static open(): Promise<UdpWay> {
    const socket = createSocket('udp4');
    return new Promise((resolve) => socket.bind(0, host, () => resolve(new UdpWay(socket))));
  }

  /** For the signalling between window and PBX. */
  readonly script: Script = (passing, line) => {
    if (!passing.message.body.includes('m=audio')) return false;
    line.pass({ ...passing, text: this.throughHop(passing) });
    return true;
  };

  refuseConsent(): void {
    this.refused = [...this.names];
  }

  close(): void {
    this.socket.close();
  }

  private throughHop({ message, text, from }: Passing): string {
    const { body } = message;
    if (from === 'server') this.relay = Number(/^m=audio (\d+)/m.exec(body)?.[1]);
    else for (const [, name = ''] of body.matchAll(/^a=ice-ufrag:(\S+)/gm)) this.names.add(name);
    const { port } = this.socket.address();
    const here = body
      .replaceAll(/^a=candidate:.*\r\n/gm, '')
      .replace(/^a=rtcp:\d+.*/m, `a=rtcp:${port}`)
      .replaceAll(/^c=.*/gm, `c=IN IP4 ${host}`)
      .replace(/^m=audio \d+/m, `m=audio ${port}`);
    return withBody(text, `${here}a=candidate:1 1 UDP 2130706431 ${host} ${port} typ host\r\n`);
  }

  private forward(packet: Buffer, from: RemoteInfo): void {
    if (this.isRefused(packet)) return;
    const back = from.port === this.relay;
    if (!back) this.browser = from;
    if (!back && this.relay > 0) this.socket.send(packet, this.relay, host);
    else if (back && this.browser) this.socket.send(packet, this.browser.port, this.browser.address);
  }

  private isRefused(packet: Buffer): boolean {
    const isStun = packet.length >= 20 && packet.readUInt32BE(4) === cookie;
    return isStun && this.refused.some((name) => packet.includes(name));
  }
}

function withBody(text: string, body: string): string {
  const head = text.slice(0, text.indexOf('\r\n\r\n'));
  return `${head.replace(/^(content-length|l)[ \t]*:.*$/im, `Content-Length: ${Buffer.byteLength(body)}`)}\r\n\r\n${body}`;
}
