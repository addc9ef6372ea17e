import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be shut: what is under way breaks off, and nobody gets through. */
export interface TcpGate {
  readonly url: string;
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

export async function startTcpGate(serverUrl: string): Promise<TcpGate> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isOpen = true;
  const server = createServer((near) => {
    if (!isOpen) return void near.destroy();
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined); // both ends go together, below
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  const cut = (): void => {
    isOpen = false;
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shut: cut,
    open: () => void (isOpen = true),
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
