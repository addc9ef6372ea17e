import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what any system gives away by itself (Linux from 32768, others from 49152), above what is known by name. */
const [from, to] = [20_000, 32_000];

/** A free port for a server that goes and comes back to it: meanwhile no other test is given it by chance. */
export async function lastingPort(): Promise<number> {
  for (let tries = 0; tries < 20; tries += 1) {
    const port = from + Math.floor(Math.random() * (to - from));
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error('no free port');
}
