import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReplyThief {
  readonly url: string;
  /** Replies to the next requests whose method and path match are lost on the way: the cloud has done its work. */
  steal(what: RegExp, times: number): void;
  /** How many replies were lost so far. */
  readonly stolen: number;
  close(): Promise<void>;
}

/** Stands between a desk and its cloud, and cuts the line when a reply was on its way. */
export async function startReplyThief(cloudUrl: string): Promise<ReplyThief> {
  let wanted = /^$/;
  let left = 0;
  let stolen = 0;
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method, url, headers } = incoming;
    const onward = request(new URL(url ?? '/', cloudUrl), { method, headers }, (reply) => {
      const lost = left > 0 && wanted.test(`${method ?? ''} ${url ?? ''}`);
      if (lost) {
        left -= 1;
        stolen += 1;
        reply.resume();
        reply.on('end', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
    });
    onward.on('error', () => incoming.socket.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  };
  const server = createServer(pass);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    steal(what, times) {
      wanted = what;
      left = times;
    },
    get stolen() {
      return stolen;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
