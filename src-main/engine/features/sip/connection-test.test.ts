import { createServer as createHttp, type Server as HttpServer } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Server } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { ManualClock } from '#shared/base/clock.ts';
import type { SipTestFacts, SipTestStep } from '#shared/desk-contract/areas/sip.ts';
import { makeCertificate, type CertificateOptions } from '#simulator/pbx/certificate.ts';
import { testStep } from './connection-test.ts';
import { sipServer } from './sip-server.ts';

const host = '127.0.0.1';
const origin = 'http://127.0.0.1:1';
const day = 86_400_000;
/** The handshake itself is judged by the machine's time, what is said of it by the clock: so that is the same here. */
const now = Date.now();
const clock = new ManualClock(now);

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

function listen(server: Server): Promise<number> {
  open.push(server);
  return new Promise((resolve) => server.listen(0, host, () => resolve((server.address() as AddressInfo).port)));
}
async function closedPort(): Promise<number> {
  const server = createTcp();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
const run = (step: SipTestStep, server: string, signal = new AbortController().signal): Promise<SipTestFacts> =>
  testStep(step, { clock, signal, origin, url: sipServer(server).url });
const problem = (step: SipTestStep, server: string): Promise<unknown> =>
  run(step, server).catch((error: unknown) => error);

describe('the name', () => {
  it('is looked up as the system does, and an address is its own', async () => {
    const local = await run('name', 'wss://localhost:1');
    expect(local).toMatchObject({ step: 'name' });
    expect(local.step === 'name' && local.addresses.some((address) => ['127.0.0.1', '::1'].includes(address))).toBe(
      true,
    );
    expect(await run('name', 'wss://[::1]:1')).toEqual({ step: 'name', addresses: ['::1'] });
  });

  it('that nobody has is said to be unknown, or that nobody could be asked', async () => {
    // RFC 6761 §6.4: no server may know it. A machine without a network has nobody to ask.
    expect(await problem('name', 'wss://pbx.invalid')).toMatchObject({
      code: expect.stringMatching(/^sip\.test-(name-unknown|no-name-server)$/) as string,
      details: { host: 'pbx.invalid' },
    });
  });
});

describe('the port', () => {
  it('is open, or refuses', async () => {
    const port = await listen(createTcp((socket) => socket.on('error', () => undefined)));
    expect(await run('port', `wss://${host}:${port}`)).toEqual({ step: 'port', address: host, port });
    const closed = await closedPort();
    expect(await problem('port', `wss://${host}:${closed}`)).toMatchObject({
      code: 'sip.test-port-closed',
      details: { host, port: closed },
    });
  });
});

const isValid = { names: [host], validFrom: now - day, validTo: now + day };
/** For as long as it takes: as if it were installed on this machine. */
async function trusting(cert: string, run: () => Promise<void>): Promise<void> {
  const before = getCACertificates('default');
  setDefaultCACertificates([cert]);
  try {
    await run();
  } finally {
    setDefaultCACertificates(before);
  }
}
async function secured(options: CertificateOptions): Promise<string> {
  const { cert, key } = makeCertificate(options);
  return `wss://${host}:${await listen(createHttps({ cert, key }))}`;
}

describe('the certificate', () => {
  it.each([
    [isValid, 'sip.test-certificate-self-signed', { host }],
    [{ ...isValid, validTo: now - 1000 }, 'sip.test-certificate-expired', { host }],
    [{ ...isValid, validFrom: now + day / 2 }, 'sip.test-certificate-early', { host }],
  ])('%o is %s', async (options, code, details) => {
    expect(await problem('certificate', await secured(options))).toMatchObject({ code, details });
  });

  it('of an authority that nobody knows is not trusted', async () => {
    const authority = makeCertificate({ ...isValid, names: ['Example CA'], isAuthority: true });
    expect(await problem('certificate', await secured({ ...isValid, authority }))).toMatchObject({
      code: 'sip.test-certificate-untrusted',
      details: { issuer: 'Example CA' },
    });
  });

  it('of one that is known is good, but only for its own names', async () => {
    const authority = makeCertificate({ ...isValid, names: ['Example CA'], isAuthority: true });
    await trusting(authority.cert, async () => {
      expect(await run('certificate', await secured({ ...isValid, authority }))).toEqual({
        step: 'certificate',
        issuer: 'Example CA',
        validTo: Math.floor(isValid.validTo / 1000) * 1000,
      });
      const other = await secured({ ...isValid, names: ['a.example.com', 'b.example.com'], authority });
      expect(await problem('certificate', other)).toMatchObject({
        code: 'sip.test-certificate-name',
        details: { host, names: 'a.example.com, b.example.com' },
      });
    });
  });

  it.each([
    ['answers in clear', () => createHttp()],
    ['hangs up', () => createTcp((socket) => socket.end())],
  ])('is missed where a port %s', async (_what, make) => {
    const port = await listen(make());
    expect(await problem('certificate', `wss://${host}:${port}`)).toMatchObject({ code: 'sip.test-not-tls' });
  });

  it('is not waited for for ever, nor when nobody wants to know any more', async () => {
    const port = await listen(createTcp((socket) => socket.on('error', () => undefined)));
    const late = problem('certificate', `wss://${host}:${port}`);
    clock.advance(5_000);
    expect(await late).toMatchObject({ code: 'sip.test-silent', details: { host, port } });
    const controller = new AbortController();
    const cancelled = run('certificate', `wss://${host}:${port}`, controller.signal);
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  });
});

/** A WebSocket server, of SIP or of something else. */
function sockets(server: HttpServer, subprotocol: string | false): HttpServer {
  const socketServer = new WebSocketServer({ server, handleProtocols: () => subprotocol });
  socketServer.on('error', () => undefined);
  return server;
}

describe('the WebSocket', () => {
  it('of SIP is opened, in clear and over TLS, with the window’s own origin', async () => {
    const seen: unknown[] = [];
    const plain = createHttp().on('upgrade', ({ headers }) =>
      seen.push([headers.origin, headers['sec-websocket-protocol']]),
    );
    const port = await listen(sockets(plain, 'sip'));
    expect(await run('socket', `ws://${host}:${port}/ws?x=1`)).toEqual({ step: 'socket', server: '' });
    expect(seen).toEqual([[origin, 'sip']]);
    const { cert, key } = makeCertificate(isValid);
    const secure = `wss://${host}:${await listen(sockets(createHttps({ cert, key }), 'sip'))}`;
    expect(await problem('socket', secure)).toMatchObject({ code: 'sip.test-certificate-untrusted' });
    await trusting(cert, async () => expect(await run('socket', secure)).toMatchObject({ step: 'socket' }));
  });

  it('of something else is not one of SIP', async () => {
    const port = await listen(sockets(createHttp(), false));
    expect(await problem('socket', `ws://${host}:${port}`)).toMatchObject({ code: 'sip.test-not-sip' });
  });

  it.each([
    [404, { status: 404, path: '/ws', missing: true }],
    [403, { status: 403, forbidden: true }],
    [200, { status: 200, missing: false, forbidden: false }],
  ])('that is answered with HTTP %i says so', async (status, details) => {
    // As web servers do, which know no upgrade.
    const web = createHttp().on('upgrade', (_request, socket) =>
      socket.end(`HTTP/1.1 ${status} Said\r\nContent-Length: 0\r\n\r\n`),
    );
    expect(await problem('socket', `ws://${host}:${await listen(web)}/ws`)).toMatchObject({
      code: 'sip.test-http-status',
      details,
    });
  });

  it.each([
    ['speaks another language', () => createTcp((socket) => socket.end('220 mail.example.com\r\n'))],
    ['hangs up', () => createTcp((socket) => socket.end())],
    ['takes every key for its own', () => createHttp().on('upgrade', wrongKey)],
  ])('is none where a port %s', async (_what, make) => {
    const port = await listen(make());
    expect(await problem('socket', `ws://${host}:${port}`)).toMatchObject({ code: 'sip.test-not-websocket' });
  });

  it('that does not come within 5 s is not there', async () => {
    const port = await listen(createTcp((socket) => socket.on('error', () => undefined)));
    const late = problem('socket', `ws://${host}:${port}`);
    clock.advance(5_000);
    expect(await late).toMatchObject({ code: 'sip.test-silent' });
  });
});

const wrongKey = (_request: unknown, socket: { end(text: string): unknown }): void =>
  void socket.end(
    [
      'HTTP/1.1 101 Switching Protocols',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Accept: bm8=',
      'Sec-WebSocket-Protocol: sip',
      '\r\n',
    ].join('\r\n'),
  );
