import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { AppError } from '#shared/base/errors.ts';
import { createCloudClient, type CloudClient } from './cloud-client.ts';

// What a cloud, or somebody between us and it, may write on the stream of changes. Time stands still: nothing ends by itself.

let server: Server;
let client: CloudClient;
/** The last request that came. */
let response: ServerResponse | null;
let abort: AbortController;
let heard: (number | 'beat')[];

beforeEach(async () => {
  response = null;
  heard = [];
  abort = new AbortController();
  server = createServer((_request, reply) => void (response = reply));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = createCloudClient({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clock: new ManualClock(),
    tokens: { load: () => ({ accessToken: 'a', accessExpiresAt: 0, refreshToken: 'r' }), save: () => undefined },
    deviceId: 'd',
    onSignedOut: () => undefined,
  });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

// The first request loads the HTTP client, which takes its time on a busy machine.
const arrived = (): Promise<ServerResponse> =>
  vi.waitFor(() => {
    if (!response) throw new Error('no request came');
    return response;
  }, 15_000);

/** Opens the stream. `over`: the reason of its end, or the code of its error. */
async function open(): Promise<{ reply: ServerResponse; over: Promise<string> }> {
  const listener = { onChanged: (seq: number) => heard.push(seq), onBeat: () => heard.push('beat') };
  const over = client.watch?.(listener, abort.signal).catch((error: AppError) => error.code) ?? Promise.resolve('none');
  const reply = await arrived();
  reply.writeHead(200, { 'content-type': 'text/event-stream', 'x-jinhu-contract': '1' });
  return { reply, over };
}

it('is heard in whatever pieces it comes', async () => {
  const { reply, over } = await open();
  const text = 'event: changed\ndata: {"seq":7}\n\n:\n\nevent: changed\r\ndata: {"seq":8,"more":1}\r\n\r\n';
  for (const letter of text) {
    reply.write(letter);
    await new Promise((resolve) => setImmediate(resolve));
  }
  reply.end('event: end\ndata: {"reason":"draining"}\n\n');
  expect(await over).toBe('draining');
  expect(heard).toEqual([7, 'beat', 8]);
});

it('may say what this version does not know, and what nobody can read', async () => {
  const { reply, over } = await open();
  for (const data of ['{"seq":"7"}', '{', 'null', '{"seq":-1}', '{}']) reply.write(`event: changed\ndata: ${data}\n\n`);
  reply.write('event: weather\ndata: {"seq":3}\n\ndata: {"seq":4}\n\nnonsense\n\n');
  reply.end('event: changed\ndata: {"seq":9}\n\n');
  expect([await over, heard]).toEqual(['cut', [9]]);
});

it('that is cut, or that never ends its line, is an error; who gives it up is told so', async () => {
  const first = await open();
  first.reply.write(':\n\n');
  await vi.waitFor(() => expect(heard).toEqual(['beat']), 5000);
  first.reply.destroy();
  expect(await first.over).toBe('cloud.unreachable');
  response = null;
  const endless = await open();
  endless.reply.write(`data: ${'x'.repeat(200_000)}`);
  expect(await endless.over).toBe('cloud.unreachable');
  response = null;
  const given = await open();
  given.reply.write(':\n\n');
  await vi.waitFor(() => expect(heard).toEqual(['beat', 'beat']), 5000);
  // The cloud hears of it: it would hold the stream for this desk otherwise.
  const gone = once(given.reply, 'close');
  abort.abort();
  expect(await given.over).toBe('cancelled');
  await gone;
});

it('what has not been answered yet is given up at once when the connections are', async () => {
  const asking = client.changes(0).catch((error: AppError) => [error.code, error.details['reason']]);
  await arrived();
  client.cut?.();
  expect(await asking).toEqual(['cloud.unreachable', 'silence']);
  response = null;
  // And the next one goes its way.
  const next = client.changes(0);
  const reply = await arrived();
  reply.writeHead(200, { 'content-type': 'application/json', 'x-jinhu-contract': '1' });
  reply.end(JSON.stringify({ epoch: 'e', changes: [], next: 0, hasMore: false, serverTime: 1 }));
  expect(await next).toMatchObject({ epoch: 'e', next: 0 });
});
