import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP connection's way from here to there that a bench can cut, or make swallow everything. */
export class BreakableLine {
  readonly port: number;
  private readonly server: Server;
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private swallowing = false;

  private constructor(server: Server, port: number) {
    this.server = server;
    this.port = port;
  }

  /** @param to a port on 127.0.0.1 */
  static open(to: number): Promise<BreakableLine> {
    const server = createServer();
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        const line = new BreakableLine(server, typeof address === 'object' && address ? address.port : 0);
        server.on('connection', (near) => line.join(near, connect({ host: '127.0.0.1', port: to })));
        resolve(line);
      });
    });
  }

  /** Every connection breaks at once; new ones work. */
  cut(): void {
    for (const pair of this.pairs) for (const end of pair) end.resetAndDestroy();
  }

  /** From now on nothing gets through in either direction, and nobody is told. */
  swallow(on: boolean): void {
    this.swallowing = on;
    // What is taken up again would begin in the middle of a message.
    if (!on) this.cut();
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private join(near: Socket, far: Socket): void {
    const pair = [near, far] as const;
    this.pairs.add(pair);
    const pass = (from: Socket, to: Socket): void => {
      from.setNoDelay(true);
      from.on('data', (bytes) => {
        if (!this.swallowing) to.write(bytes);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        this.pairs.delete(pair);
        if (!this.swallowing) to.destroy();
      });
    };
    pass(near, far);
    pass(far, near);
  }
}
