import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const host = '127.0.0.1';

/** A port that is free for TCP now. @param port 0 = any */
export function freeTcpPort(port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** A port that is free for UDP now. @param port 0 = any */
export function freeUdpPort(port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.on('error', reject);
    socket.bind(port, host, () => {
      const found = socket.address().port;
      socket.close(() => resolve(found));
    });
  });
}

/**
 * An even port that nobody is given by chance, and nobody has.
 * @param from there and in the 10,000 ports above it, which stay below those that systems give to outgoing connections
 * @param uses what it is wanted for; each rejects where somebody has it
 */
export async function freePortAbove(
  from: number,
  ...uses: readonly ((port: number) => Promise<unknown>)[]
): Promise<number> {
  for (let tries = 0; tries < 20; tries += 1) {
    const port = from + 2 * randomInt(5_000);
    const looks = await Promise.allSettled(uses.map((use) => use(port)));
    if (looks.every(({ status }) => status === 'fulfilled')) return port;
  }
  throw new Error(`no free port above ${from}`);
}
