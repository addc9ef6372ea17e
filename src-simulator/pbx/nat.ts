import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const host = '127.0.0.1';

/**
 * A NAT in front of one server (RFC 4787): whoever asks it through here is seen by it at another port. Without one a browser
 * on the server's own machine has no address to learn from it, and offers none.
 */
export class Nat {
  readonly port: number;
  private readonly inside: Socket;
  /** The port outside of each who asks, by where they ask from. */
  private readonly mappings: Map<string, Socket>;

  private constructor(inside: Socket, mappings: Map<string, Socket>) {
    this.port = inside.address().port;
    this.inside = inside;
    this.mappings = mappings;
  }

  /** @param serverPort UDP, on this machine */
  static async open(serverPort: number): Promise<Nat> {
    const inside = createSocket('udp4');
    const mappings = new Map<string, Socket>();
    inside.on('message', (bytes, { address, port }) => {
      const from = `${address}:${port}`;
      const outside = mappings.get(from) ?? createSocket('udp4');
      if (!mappings.has(from)) outside.on('message', (answer) => inside.send(answer, port, address));
      mappings.set(from, outside);
      outside.send(bytes, serverPort, host);
    });
    inside.bind(0, host);
    await once(inside, 'listening');
    return new Nat(inside, mappings);
  }

  close(): void {
    this.inside.close();
    for (const outside of this.mappings.values()) outside.close();
  }
}
