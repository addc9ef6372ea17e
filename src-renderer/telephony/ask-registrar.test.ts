import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { ManualClock } from '#shared/base/clock.ts';
import { until } from '#tests/support/until.ts';
import { askRegistrar, type RegistrarAnswer } from './ask-registrar.ts';

const challenge = 'WWW-Authenticate: Digest realm="pbx.example.com", nonce="n1", qop="auth", algorithm=MD5';

/** Everything a registrar of one line of code needs to be: it notes what comes, and answers by a rule. */
let server: WebSocketServer;
let seen: string[];
let answer: (request: string, socket: WebSocket) => string | null;
let clock: ManualClock;

const header = (request: string, name: string): string | null =>
  new RegExp(`^${name}: *(.*)$`, 'im').exec(request)?.[1]?.trim() ?? null;
const reply = (request: string, status: number, more: readonly string[] = []): string =>
  [
    `SIP/2.0 ${status} Said`,
    ...['Via', 'From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${header(request, name)}`),
    `To: ${header(request, 'To')};tag=r`,
    ...more,
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n');
/** Asks for the password first. */
const challenged = (request: string, then: () => string | null): string | null =>
  header(request, 'Authorization') === null ? reply(request, 401, [challenge]) : then();

beforeEach(async () => {
  seen = [];
  clock = new ManualClock();
  answer = () => null;
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'sip' });
  server.on('connection', (socket) =>
    socket.on('message', (data) => {
      const request = String(data);
      seen.push(request);
      const text = answer(request, socket);
      if (text !== null) socket.send(text);
    }),
  );
  await new Promise((resolve) => server.once('listening', resolve));
});
afterEach(() => {
  for (const socket of server.clients) socket.terminate();
  server.close();
});

const ask = (register = false, signal = new AbortController().signal): Promise<RegistrarAnswer> => {
  const { port } = server.address() as AddressInfo;
  const account = {
    server: `ws://127.0.0.1:${port}`,
    domain: 'pbx.example.com',
    user: '8001',
    authUser: 'desk-8001',
    password: 'secret',
    displayName: '',
    callerIds: [],
  };
  return askRegistrar(account, { clock, signal, limitMs: 8_000, register });
};

it('asks with the password and without a Contact, so that nothing changes at the server', async () => {
  answer = (request) => challenged(request, () => reply(request, 200));
  expect(await ask()).toEqual({ type: 'accepted', proven: true });
  expect(seen).toHaveLength(2);
  for (const request of seen) {
    expect(request).toMatch(/^REGISTER sip:pbx\.example\.com SIP\/2\.0/);
    expect(header(request, 'Contact')).toBeNull();
  }
  expect(header(seen[1] ?? '', 'Authorization')).toContain('username="desk-8001"');
  await until('its socket is gone', () => server.clients.size === 0);
});

it('tells where nobody asked for the password', async () => {
  answer = (request) => reply(request, 200);
  expect(await ask()).toEqual({ type: 'accepted', proven: false });
});

it.each([401, 403, 404, 400, 503])('is refused with %i', async (status) => {
  answer = (request) => challenged(request, () => reply(request, status, status === 401 ? [challenge] : []));
  expect(await ask()).toEqual({ type: 'rejected', status });
});

it('registers for a moment where it must, and takes that back with the password too', async () => {
  answer = (request) => challenged(request, () => reply(request, 200));
  expect(await ask(true)).toEqual({ type: 'accepted', proven: true });
  const contacts = seen.map((request) => /expires=(\d+)/.exec(header(request, 'Contact') ?? '')?.[1]);
  expect(contacts).toEqual(['60', '60', '0', '0']);
  expect(header(seen[3] ?? '', 'Authorization')).not.toBeNull();
});

it('is let in although the taking back is not answered', async () => {
  answer = (request) => (header(request, 'Contact')?.includes('expires=0') ? null : reply(request, 200));
  const asked = ask(true);
  await until('it takes it back', () => seen.length === 2);
  clock.advance(8_000);
  expect(await asked).toEqual({ type: 'accepted', proven: false });
});

it('says that nobody answers, in time and when nobody wants to know any more', async () => {
  const late = ask();
  await until('it has asked', () => seen.length === 1);
  clock.advance(8_000);
  expect(await late).toEqual({ type: 'silent' });
  const controller = new AbortController();
  const left = ask(false, controller.signal);
  await until('it has asked again', () => seen.length === 2);
  controller.abort();
  expect(await left).toEqual({ type: 'silent' });
  await until('its sockets are gone', () => server.clients.size === 0);
});

it('says that the socket went', async () => {
  answer = (_request, socket) => {
    socket.terminate();
    return null;
  };
  expect(await ask()).toEqual({ type: 'lost' });
});
