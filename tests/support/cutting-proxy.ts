import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * Where the line is cut in one exchange: before a byte of it reaches the cloud, in the middle of the request's body, when
 * the cloud has done its work and before the desk hears of it, in the middle of the reply's body.
 */
export type Cut =
  | { readonly at: 'before-request' | 'before-reply' }
  /** @param part of the body that still gets through, 0…1 */
  | { readonly at: 'in-request' | 'in-reply'; readonly part: number };

export interface CuttingProxy {
  readonly url: string;
  /** Asked at the beginning of each exchange, e.g. `POST /v1/sync/push`; null lets it through. */
  plan: (request: string) => Cut | null;
  /** How often each was cut so far. */
  readonly cuts: { readonly [K in Cut['at']]: number };
  close(): Promise<void>;
}

/** A cable between desks and their cloud that is cut where the script says. It reads only as much HTTP as it must to know where. */
export async function startCuttingProxy(cloudUrl: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(cloudUrl);
  const desks = new Set<Socket>();
  const cuts = { 'before-request': 0, 'before-reply': 0, 'in-request': 0, 'in-reply': 0 };
  const server = createServer((desk) => {
    desks.add(desk);
    const far = connect(Number(port), hostname);
    const cut = (at: Cut['at']): void => {
      cuts[at] += 1;
      // What may still pass arrives; the other side hears of it as of a cable that is pulled.
      if (at === 'in-reply') desk.destroySoon();
      else desk.resetAndDestroy();
      if (at === 'in-request') far.destroySoon();
      else far.resetAndDestroy();
    };
    carry(desk, far, (request) => proxy.plan(request), cut);
    desk.on('close', () => desks.delete(desk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: CuttingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    plan: () => null,
    cuts,
    async close() {
      for (const desk of desks) desk.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

/** One connection: requests and replies in turn, as HTTP/1.1 without pipelining has them. */
function carry(desk: Socket, far: Socket, plan: CuttingProxy['plan'], cut: (at: Cut['at']) => void): void {
  let chosen: Cut | null = null;
  let request: Message | null = null;
  let reply: Message | null = null;
  desk.on('data', (bytes: Buffer) => {
    if (!request || reply) {
      request = new Message();
      reply = null;
      chosen = plan(/^\S+ \S+/.exec(bytes.toString('latin1', 0, 300))?.[0] ?? '');
      if (chosen?.at === 'before-request') return cut('before-request');
    }
    const allowed = request.allow(bytes, chosen?.at === 'in-request' ? chosen.part : 1);
    pass(allowed, desk, far);
    if (chosen?.at === 'in-request' && request.isSpent) cut('in-request');
  });
  far.on('data', (bytes: Buffer) => {
    if (chosen?.at === 'before-reply') return cut('before-reply');
    reply ??= new Message();
    const allowed = reply.allow(bytes, chosen?.at === 'in-reply' ? chosen.part : 1);
    pass(allowed, far, desk);
    if (chosen?.at === 'in-reply' && reply.isSpent) cut('in-reply');
  });
  for (const [one, other] of [[desk, far], [far, desk]] as const) {
    one.on('drain', () => other.resume());
    one.on('error', () => other.destroy());
    one.on('close', () => other.end());
  } // prettier-ignore
}

function pass(bytes: Buffer, from: Socket, to: Socket): void {
  if (bytes.length > 0 && !to.destroyed && !to.write(bytes)) from.pause();
}

/** How much of a message has passed, and how much of it may. */
class Message {
  private head = '';
  private length: number | null = null;
  private passed = 0;
  /** No more of it may pass. A message without a body ends with its head. */
  isSpent = false;

  /** @returns what may pass of these bytes: the head, and `part` of the body */
  allow(bytes: Buffer, part: number): Buffer {
    if (this.length === null) {
      this.head += bytes.toString('latin1');
      const end = this.head.indexOf('\r\n\r\n');
      if (end < 0) return bytes;
      const body = Number(/\r\ncontent-length: (\d+)/i.exec(this.head.slice(0, end))?.[1] ?? 0);
      this.length = Math.floor(body * part);
      // Of the body: negative by what is left of the head.
      this.passed = this.head.length - bytes.length - (end + 4);
    }
    const left = this.length - this.passed;
    this.passed += bytes.length;
    this.isSpent = this.passed >= this.length;
    return bytes.subarray(0, Math.max(0, left));
  }
}
