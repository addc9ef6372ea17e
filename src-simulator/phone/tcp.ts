import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Pluggable, SimPort } from './sim-port.ts';

export interface TcpPhone {
  /** In the order of the phone's modems. */
  readonly modems: readonly { readonly at: TcpAddress; readonly pcm: TcpAddress }[];
  close(): Promise<void>;
}
interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

const host = '127.0.0.1';
/** A host that does not read must not fill our memory: the rest of a stuck port's output is lost, as on a UART. */
const mostUnread = 64 * 1024;

/**
 * Each port of the phone behind a TCP port of its own, as a serial server has it. One client at a time: a new one
 * replaces the old one, because a half-dead connection must not lock the phone. Unplugged: clients are cut off.
 */
export async function listenOnTcp(phone: Pluggable): Promise<TcpPhone> {
  const doors: { server: Server; cut(): void }[] = [];
  const open = async (port: SimPort): Promise<TcpAddress> => {
    const door = createDoor(phone, port);
    doors.push(door);
    await new Promise<void>((resolve, reject) => {
      door.server.once('error', reject).listen(0, host, resolve);
    });
    return { host, port: (door.server.address() as AddressInfo).port };
  };
  const modems = [];
  for (const { at, pcm } of phone.modems) modems.push({ at: await open(at), pcm: await open(pcm) });
  const cable = phone.onPlugged((plugged) => plugged || doors.forEach((door) => door.cut()));
  return {
    modems,
    async close() {
      cable.dispose();
      for (const { server, cut } of doors) {
        cut();
        await new Promise<void>((resolve) => server.close(() => resolve()));
      }
    },
  };
}

function createDoor(phone: Pluggable, port: SimPort): { server: Server; cut(): void } {
  let client: Socket | null = null;
  const server = createServer({ noDelay: true }, (socket) => {
    if (!phone.plugged) return void socket.destroy();
    client?.destroy();
    client = socket;
    const output = port.onData((bytes) => socket.writableLength < mostUnread && socket.write(bytes));
    socket.on('data', (bytes) => socket === client && port.write(bytes));
    // A reset by the client is its way of hanging up the line; "close" follows and cleans up.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => output.dispose());
  });
  return { server, cut: () => client?.destroy() };
}
