import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { newId } from '../main/system.ts';
import { makeCall, startTestCloud, type TestCloud } from '../testing/test-cloud.ts';

// Real time: what is measured is Node's own server. Short, but far longer than a busy machine needs for a loopback byte.
const times = { headersMs: 1000, silenceMs: 1200, bodyMs: 2500, requestMs: 60_000 };

let cloud: TestCloud;
let port: number;
let chen: CloudSession;
beforeAll(async () => {
  cloud = await startTestCloud({}, { times });
  port = Number(new URL(await cloud.app.listen({ host: '127.0.0.1', port: 0 })).port);
  chen = await cloud.signIn('chen');
});
afterAll(() => cloud.close());

interface Heard {
  readonly socket: Socket;
  /** All that the server said, when it has closed. */
  readonly all: Promise<string>;
}

async function open(...texts: readonly string[]): Promise<Heard> {
  const socket = connect(port, '127.0.0.1');
  let said = '';
  socket.setEncoding('utf8').on('data', (text: string) => (said += text));
  socket.on('error', () => undefined); // a reset is an end too
  await once(socket, 'connect');
  for (const text of texts) socket.write(text);
  return { socket, all: new Promise((resolve) => socket.once('close', () => resolve(said))) };
}

const head = (path: string, ...lines: string[]): string =>
  [`POST ${path} HTTP/1.1`, 'host: cloud', ...lines, '', ''].join('\r\n');
const json = 'content-type: application/json';
const refused = async (): Promise<string> => cloud.deps.metrics.registry.getSingleMetricAsString('jinhu_http_connections_refused_total'); // prettier-ignore

describe('a connection', () => {
  it('on which nothing was asked is closed without a word', async () => {
    expect(await (await open()).all).toBe('');
  });

  it('whose headers do not end is told so in the form of the contract', async () => {
    const said = await (await open('POST /v1/auth/sign-in HTTP/1.1\r\nhost: cl')).all;
    expect(said).toMatch(/^HTTP\/1\.1 503 .*\r\nx-jinhu-contract: 1\r\nretry-after: 1\r\n/s);
    expect(said).toMatch(/\{"error":\{"code":"cloud.unreachable","details":\{"reason":"too-slow"\}\}\}$/);
  });

  it('that speaks no HTTP is refused, and so are endless headers', async () => {
    for (const text of ['\x16\x03\x01 hello\r\n\r\n', head('/v1/me', `x-long: ${'x'.repeat(20_000)}`)]) {
      const said = await (await open(text)).all;
      expect(said).toMatch(/^HTTP\/1\.1 400 .*"code":"input.invalid"/s);
    }
    expect(await refused()).toMatch(/\{reason="broken"\} 2/);
  });
});

describe('a body', () => {
  const signIn = JSON.stringify({ account: 'chen', password: 'x', deviceId: 'd', deviceName: 'd' });

  it('that stands still is cut', async () => {
    const { all } = await open(head('/v1/auth/sign-in', json, `content-length: ${signIn.length}`), signIn.slice(0, 20));
    expect(await all).toBe('');
  });

  it('that drips in for ever is cut too', async () => {
    const { socket, all } = await open(head('/v1/auth/sign-in', json, 'content-length: 10000'), '{');
    const drip = setInterval(() => socket.writable && socket.write(' '), 300);
    expect(await all).toBe('');
    clearInterval(drip);
  });

  it('of an upload may take its time as long as it moves, and what arrived before a standstill stays', async () => {
    const row = makeCall(chen.employee.id);
    const ops = [{ opId: newId(), type: 'call.put', row }];
    await cloud.as(chen, { method: 'POST', url: '/v1/sync/push', body: { deviceId: 'd', ops } });
    const recordingId = newId();
    const fields = { recordingId, callId: row.id, sha256: '0'.repeat(64), durationMs: '1' };
    const metadata = Object.entries(fields).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`);
    const url = '/v1/recordings/upload';
    const headers = { 'upload-length': '1000', 'upload-metadata': metadata.join(',') };
    await cloud.as(chen, { method: 'POST', url, headers });
    const { socket, all } = await open(
      [
        `PATCH ${url}/${recordingId} HTTP/1.1`,
        'host: cloud',
        `authorization: Bearer ${chen.accessToken}`,
        'content-type: application/offset+octet-stream',
        'upload-offset: 0',
        'content-length: 1000',
        '',
        '',
      ].join('\r\n'),
    );
    // Longer in all than a JSON body may take, with pauses shorter than the silence.
    let sent = 0;
    const drip = setInterval(() => {
      if (sent < 10) socket.write('x');
      sent += 1;
    }, 350);
    expect(await all).toBe('');
    clearInterval(drip);
    expect(sent).toBeGreaterThanOrEqual(10);
    const progress = await cloud.as(chen, { method: 'HEAD', url: `${url}/${recordingId}` });
    expect(progress.headers['upload-offset']).toBe('10');
  });

  it('has a size: a megabyte, of a push four', async () => {
    const put = (url: string, bytes: number) =>
      cloud.as(chen, { method: 'POST', url, headers: { 'content-type': 'application/json' }, payload: ' '.repeat(bytes) + '{}' }); // prettier-ignore
    const small = await put('/v1/sync/push', 4 * 1024 * 1024 - 10);
    const large = await put('/v1/sync/push', 4 * 1024 * 1024);
    const details = [small, large].map((reply) => reply.json<{ error: { details: object } }>().error.details);
    expect([small.statusCode, large.statusCode]).toEqual([400, 400]);
    // The small one was read, and lacks what a push has.
    expect(details).toEqual([
      { issues: expect.arrayContaining(['/deviceId invalid_type']) as unknown },
      { reason: 'FST_ERR_CTP_BODY_TOO_LARGE' },
    ]);
  });
});
