import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { AppError } from '#shared/base/errors.ts';
import { createCloudClient, type CloudClient, type Tokens } from './cloud-client.ts';

// Replies that the real cloud never gives. What it does give is proved in tests/integration/cloud-client.test.ts.

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let answer: Answer;
let asked: IncomingMessage[];
let client: CloudClient;
let stored: Tokens | null;
let clock: ManualClock;
const signedOut: string[] = [];

beforeEach(async () => {
  asked = [];
  signedOut.length = 0;
  stored = { accessToken: 'a1', accessExpiresAt: 0, refreshToken: 'r1' };
  clock = new ManualClock();
  server = createServer((request, response) => {
    asked.push(request);
    request.resume();
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = createCloudClient({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clock,
    tokens: { load: () => stored, save: (next) => (stored = next) },
    deviceId: 'd',
    onSignedOut: (code) => signedOut.push(code),
  });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const json = (
  status: number,
  body: unknown,
  headers: { [name: string]: string } = { 'x-jinhu-contract': '1' },
): Answer => {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
};
const failure = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => Promise.reject(new Error('did not fail')),
    (error: AppError) => error,
  );

describe('what a reply becomes', () => {
  it.each([
    [
      'a refusal with a code of ours',
      json(429, { error: { code: 'auth.locked', details: { waitMs: 5 } } }),
      'auth.locked',
    ],
    ['a code of the future', json(409, { error: { code: 'quota.of-tomorrow', details: {} } }), 'cloud.refused'],
    ['a refusal that is no contract body', json(500, 'oops'), 'cloud.refused'],
    ['a reply of another shape', json(200, { employees: [{ id: 5 }] }), 'cloud.refused'],
    ['a page of somebody between us', json(200, { employees: [] }, {}), 'cloud.unreachable'],
    ['a redirect', json(302, {}, { location: 'http://127.0.0.1:1/' }), 'cloud.unreachable'],
    ['a cut', (_: IncomingMessage, response: ServerResponse) => void response.destroy(), 'cloud.unreachable'],
  ] as [string, Answer, string][])('%s', async (_, reply, code) => {
    answer = reply;
    expect((await failure(client.employees())).code).toBe(code);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer a1', 'x-jinhu-contract': '1' });
  });

  it('keeps fields and change types that it does not know', async () => {
    const change = { seq: 7, type: 'star', id: 'x', row: { n: 1 } };
    answer = json(200, { epoch: 'e', changes: [change], next: 7, hasMore: false, serverTime: 1, mood: 'fine' });
    expect(await client.changes(6)).toMatchObject({ changes: [change], next: 7, mood: 'fine' });
  });

  it.each([
    ['the details before the header', { code: 'rate.limited', details: { retryAfterMs: 1500 } }, '2', 1500],
    ['the header alone', { code: 'cloud.unreachable', details: {} }, '30', 30_000],
    ['no date', { code: 'cloud.unreachable', details: {} }, 'Mon, 05 Jan 2026 02:00:00 GMT', undefined],
  ])('keeps how long the cloud asks to wait: %s', async (_, error, header, ms) => {
    answer = json(429, { error }, { 'x-jinhu-contract': '1', 'retry-after': header });
    const { code, details } = await failure(client.me());
    expect([code, details['retryAfterMs']]).toEqual([error.code, ms]);
  });

  it.each([
    [404, 'not-found', {}],
    [429, 'rate.limited', { retryAfterMs: 7000 }],
    // Not `cloud.refused`: a recording would be given up for good because the cloud's database was away for a moment.
    [503, 'cloud.unreachable', { retryAfterMs: 7000, status: 503 }],
  ])('knows a refusal without a body (HEAD) by its status: %i', async (refused, code, details) => {
    answer = (request, response) => {
      const status = request.method === 'HEAD' ? refused : 201;
      response.writeHead(status, { 'x-jinhu-contract': '1', 'retry-after': '7' }).end();
    };
    const open = (): Readable => Readable.from([]);
    const recording = { id: 'r', callId: 'c', sha256: '', bytes: 1, durationMs: 1, open };
    expect(await failure(client.uploadRecording(recording))).toMatchObject({ code, details });
  });

  it('a cloud of another version', async () => {
    answer = json(200, { ok: true, name: 'jinhu-cloud', contractVersion: 2, time: 0 }, { 'x-jinhu-contract': '2' });
    expect(await failure(client.health())).toMatchObject({ code: 'cloud.version-mismatch', details: { theirs: 2 } });
  });

  it('a cloud that has gone silent, after 20 s', async () => {
    const heard = new Promise<void>((resolve) => (answer = () => resolve()));
    const work = failure(client.me());
    await heard;
    clock.advance(20_001);
    expect(await work).toMatchObject({ code: 'cloud.unreachable', details: { reason: 'silence' } });
  });
});

describe('a page as it was sent', () => {
  /** The beginning of an answer, and what to go on with. */
  const halfAnswered = (): Promise<ServerResponse> =>
    new Promise((resolve) => {
      answer = (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'x-jinhu-contract': '1' });
        response.write('{"changes":', () => resolve(response));
      };
    });
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

  it('comes in its parts, however slowly', async () => {
    const half = halfAnswered();
    const page = client.changesAsSent(0, 500);
    const response = await half;
    await turn();
    clock.advance(19_000);
    response.write('[');
    await turn();
    clock.advance(19_000);
    response.end(']}');
    const parts = await page;
    expect(Buffer.concat(parts).toString()).toBe('{"changes":[]}');
    expect(parts.every(({ byteLength, buffer }) => byteLength === buffer.byteLength)).toBe(true);
  });

  it.each([
    ['cut', (response: ServerResponse) => void response.destroy(), { code: 'cloud.unreachable' }],
    ['silence', () => clock.advance(20_001), { code: 'cloud.unreachable', details: { reason: 'silence' } }],
  ])('ends in its middle: %s', async (_, end, expected) => {
    const half = halfAnswered();
    const page = failure(client.changesAsSent(0, 500));
    const response = await half;
    await turn();
    end(response);
    expect(await page).toMatchObject(expected);
  });

  it('is given up in its middle', async () => {
    const half = halfAnswered();
    const abort = new AbortController();
    const page = failure(client.changesAsSent(0, 500, abort.signal));
    const closed = new Promise((resolve) => void half.then((response) => response.once('close', resolve)));
    await half;
    await turn();
    abort.abort();
    expect(await page).toMatchObject({ code: 'cancelled' });
    await closed;
  });

  it('is a refusal all the same', async () => {
    answer = json(
      429,
      { error: { code: 'rate.limited', details: {} } },
      { 'x-jinhu-contract': '1', 'retry-after': '3' },
    );
    expect(await failure(client.changesAsSent(0, 500))).toMatchObject({
      code: 'rate.limited',
      details: { retryAfterMs: 3000 },
    });
  });
});

describe('a session', () => {
  const expired = json(401, { error: { code: 'auth.expired', details: {} } });

  it('survives a refresh that could not be asked for', async () => {
    answer = (request, response) => {
      if (request.url === '/v1/auth/refresh') response.destroy();
      else expired(request, response);
    };
    expect((await failure(client.me())).code).toBe('cloud.unreachable');
    expect([stored?.refreshToken, signedOut]).toEqual(['r1', []]);
  });

  it('is not brought back by a refresh that was under way when the person signed out', async () => {
    let finish = (): void => undefined;
    const refreshing = new Promise<void>((resolve) => {
      answer = (request, response) => {
        if (request.url === '/v1/me') return expired(request, response);
        if (request.url === '/v1/auth/sign-out') return json(200, {})(request, response);
        finish = () => json(200, { accessToken: 'a2', accessExpiresAt: 0, refreshToken: 'r2' })(request, response);
        resolve();
      };
    });
    const work = failure(client.me());
    await refreshing;
    await client.signOut();
    finish();
    expect((await work).code).toBe('auth.expired');
    expect([stored, signedOut]).toEqual([null, []]);
  });

  it('ends on this desk even when the cloud cannot be told', async () => {
    answer = (_, response) => void response.destroy();
    await client.signOut();
    expect(stored).toBeNull();
  });
});
