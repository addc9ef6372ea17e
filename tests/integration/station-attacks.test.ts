import fc from 'fast-check';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { silentLogger } from '#shared/base/logger.ts';
import { systemClock } from '#engine/system.ts';
import { startStation, type Station } from '#main/station/station.ts';
import { SampleDesk } from '#tests/support/sample-desk.ts';

let dir: string;
let desk: SampleDesk;
let station: Station;
let host: string;
let origin: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'jinhu-station-'));
  await mkdir(join(dir, 'renderer/assets'), { recursive: true });
  await writeFile(join(dir, 'renderer/index.html'), '<!doctype html><title>desk</title>');
  await writeFile(join(dir, 'renderer/assets/app-1a2b.js'), 'export {};');
  await writeFile(join(dir, 'renderer/assets/app-1a2b.js.map'), '{"secret":1}');
  await mkdir(join(dir, 'renderer/.vite'));
  await writeFile(join(dir, 'renderer/.vite/manifest.json'), '{"secret":2}');
  await writeFile(join(dir, 'secret.txt'), 'secret');
  desk = new SampleDesk();
  station = await startStation({ desk, rendererDir: join(dir, 'renderer'), clock: systemClock, logger: silentLogger });
  host = `127.0.0.1:${station.port}`;
  origin = `http://${host}`;
});
afterEach(async () => {
  await station.close();
  await rm(dir, { recursive: true });
});

/** Bytes as they are; the whole answer, or '' when the connection is dropped. */
function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(station.port, '127.0.0.1', () => socket.end(text));
    socket.on('data', (data) => (heard += data.toString('latin1')));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(heard));
  });
}
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
const request = async (path: string, ...lines: string[]): Promise<string> =>
  raw(
    [`GET ${path} HTTP/1.1`, ...(lines.length ? lines : [`Host: ${host}`]), 'Connection: close', '', ''].join('\r\n'),
  );
const upgrade = async (lines: string[], path = '/desk'): Promise<number> =>
  statusOf(
    await raw(
      [
        `GET ${path} HTTP/1.1`,
        ...lines,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        '',
        '',
      ].join('\r\n'),
    ),
  );

describe('plain requests', () => {
  it('get the page with every security header, and are never told a cookie', async () => {
    const answer = await fetch(`${origin}/`);
    expect(await answer.text()).toContain('<title>desk</title>');
    const headers = Object.fromEntries(answer.headers);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
        `media-src 'self' blob:; worker-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; ` +
        "object-src 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(headers).not.toHaveProperty('set-cookie');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('get hashed files for ever, once', async () => {
    const answer = await fetch(`${origin}/assets/app-1a2b.js`);
    expect(answer.headers.get('cache-control')).toContain('immutable');
    const again = await fetch(`${origin}/assets/app-1a2b.js`, {
      headers: { 'if-none-match': answer.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });

  it('reach this machine alone', () => {
    expect(new URL(station.url).hostname).toBe('127.0.0.1');
    expect(new URL(station.url).hash).toMatch(/^#t=[\w-]{43}$/);
  });

  it.each<[string, () => Promise<string>, number]>([
    ['another host (DNS rebinding)', () => request('/', `Host: evil.test:${station.port}`), 421],
    ['localhost, which is not our name', () => request('/', `Host: localhost:${station.port}`), 421],
    ['our address with another port', () => request('/', 'Host: 127.0.0.1:1'), 421],
    ['two hosts', () => request('/', `Host: ${host}`, 'Host: evil.test'), 421],
    ['two hosts, both ours', () => request('/', `Host: ${host}`, `Host: ${host}`), 421],
    ['no host', () => request('/', 'Accept: */*'), 400],
    ['an absolute URL', () => request('http://evil.test/', `Host: ${host}`), 400],
    ['an absolute URL of ours', () => request(`${origin}/`, `Host: ${host}`), 400],
    ['a path with an authority', () => request('//evil.test/', `Host: ${host}`), 400],
    ['another origin', () => request('/', `Host: ${host}`, 'Origin: http://evil.test'), 403],
    ['origin null', () => request('/', `Host: ${host}`, 'Origin: null'), 403],
    ['the origin of another local port', () => request('/', `Host: ${host}`, 'Origin: http://127.0.0.1:3000'), 403],
    ['two origins', () => request('/', `Host: ${host}`, `Origin: ${origin}`, `Origin: ${origin}`), 403],
    ['a foreign page that embeds us', () => request('/', `Host: ${host}`, 'Sec-Fetch-Site: cross-site'), 403],
    ['a method that changes', () => raw(`POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`), 405],
    ['a tunnel', () => raw(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`), 0],
    ['noise', () => raw('\x16\x03\x01\x02\x00\x01\x00'), 400],
  ])('are refused with %s, without a word', async (_what, ask, status) => {
    const answer = await ask();
    expect(statusOf(answer)).toBe(status);
    expect(answer).not.toContain('desk');
  });

  it('that come byte by byte hold no connection for long; one on which nothing was asked ends without a word', async () => {
    const began = performance.now();
    const held = ['', 'GET / HT', `GET / HTTP/1.1\r\nHost: ${host}\r\nX: `].map(
      (text) =>
        new Promise<string>((resolve) => {
          let heard = '';
          const socket = connect(station.port, '127.0.0.1', () => socket.write(text));
          socket.on('data', (data) => (heard += data.toString('latin1'))).on('error', () => socket.destroy());
          socket.on('close', () => resolve(heard));
        }),
    );
    // A browser's connection in reserve would take those words for the answer to its next request.
    expect((await Promise.all(held)).map(statusOf)).toEqual([0, 408, 408]);
    expect(await held[0]).toBe('');
    expect(performance.now() - began).toBeLessThan(15_000);
  });

  it('that mean two things at once (smuggling) are refused or answered as one', async () => {
    const second = 'GET /index.html HTTP/1.1';
    const both = `GET / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${second}\r\n\r\n`;
    const twice = `GET / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n${second}\r\n\r\n`;
    const folded = `GET / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding:\r\n chunked, identity\r\n\r\n`;
    const bare = `GET / HTTP/1.1\nHost: ${host}\n\n`;
    for (const text of [both, twice, folded, bare]) {
      const answers = (await raw(text)).match(/^HTTP\/1\.1 \d+/gm) ?? [];
      expect([text, answers.map((line) => Number(line.slice(9)))]).toEqual([text, [400]]);
    }
  });

  it('find files of the build alone, whatever the path tries', async () => {
    const names = ['index.html', 'assets', 'app-1a2b.js', 'secret.txt', 'etc', 'passwd', '..', '.', '%2e%2e', '..%2f'];
    const part = fc.constantFrom(...names, '%00', '..\\', '::$DATA', 'INDEX~1.HTM', '....//', '?raw??', '%252e%252e');
    const known = new Set(['/', '/index.html', '/assets/app-1a2b.js']);
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 6 }), async (parts) => {
        const path = `/${parts.join('/')}`;
        const answer = await request(path);
        const bare = path.split('?')[0] ?? '';
        expect([path, statusOf(answer)]).toEqual([path, known.has(bare) ? 200 : bare.startsWith('//') ? 400 : 404]);
        expect(answer).not.toContain('secret');
      }),
      { seed: 2, numRuns: 300 },
    );
    for (const path of ['/assets/app-1a2b.js.map', '/.vite/manifest.json'])
      expect(statusOf(await request(path))).toBe(404);
  });
});

describe('sound', () => {
  it('is sent whole or in ranges, by its key alone', async () => {
    const whole = await fetch(`${origin}/media/tone?k=key`);
    expect([whole.status, whole.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(desk.sound);
    const part = await fetch(`${origin}/media/tone?k=key`, { headers: { range: 'bytes=10-19' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 10-19/1000']);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(desk.sound.slice(10, 20));
    const tail = await fetch(`${origin}/media/tone?k=key`, { headers: { range: 'bytes=-5' } });
    expect(new Uint8Array(await tail.arrayBuffer())).toEqual(desk.sound.slice(995));
    const beyond = await fetch(`${origin}/media/tone?k=key`, { headers: { range: 'bytes=5000-' } });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */1000']);
    for (const range of ['bytes=9-1', 'bytes=0-1,4-5', 'items=0-1', 'bytes=-'])
      expect((await fetch(`${origin}/media/tone?k=key`, { headers: { range } })).status).toBe(200);
    expect((await fetch(`${origin}/media/tone?k=wrong`)).status).toBe(404);
    expect((await fetch(`${origin}/media/tone?k=key`, { method: 'HEAD' })).headers.get('content-length')).toBe('1000');
  });
});

describe('upgrades', () => {
  const good = (): string[] => [`Host: ${host}`, `Origin: ${origin}`];

  it('are let in from our own page alone', async () => {
    expect(await upgrade(good())).toBe(101);
    const refused: [string[], number][] = [
      [[`Host: ${host}`], 403],
      [[`Host: ${host}`, 'Origin: null'], 403],
      [[`Host: ${host}`, 'Origin: http://127.0.0.1:3000'], 403],
      [[`Host: ${host}`, `Origin: http://localhost:${station.port}`], 403],
      [[`Host: ${host}`, `Origin: https://${host}`], 403],
      [[`Host: ${host}`, `Origin: ${origin}.evil.test`], 403],
      [[`Host: ${host}`, `Origin: ${origin}`, `Origin: ${origin}`], 403],
      [[`Host: evil.test:${station.port}`, `Origin: http://evil.test:${station.port}`], 421],
      [[...good(), `Host: ${host}`], 421],
    ];
    for (const [lines, status] of refused) expect([lines, await upgrade(lines)]).toEqual([lines, status]);
    expect(await upgrade(good(), '/other')).toBe(404);
    expect(await upgrade(good(), `${origin}/desk`)).toBe(400);
  });

  it('by the thousand and malformed leave the station as it was', async () => {
    const line = fc.oneof(
      fc.constantFrom(
        `Host: ${host}`,
        `Origin: ${origin}`,
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Upgrade: h2c',
      ),
      fc.constantFrom('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 99', 'Sec-WebSocket-Key: x', ': ', 'Host:'),
      fc.constantFrom('Sec-WebSocket-Extensions: permessage-deflate; ;;', 'Content-Length: -1', 'Transfer-Encoding: x'),
      fc.string({ maxLength: 30 }),
    );
    const verb = fc.constantFrom('GET', 'POST', 'get', '', 'GET GET');
    await fc.assert(
      fc.asyncProperty(verb, fc.array(line, { maxLength: 10 }), async (method, lines) => {
        const answer = await raw([`${method} /desk HTTP/1.1`, ...lines, '', ''].join('\r\n'));
        expect(statusOf(answer)).not.toBe(101);
        expect(statusOf(answer)).not.toBe(200);
      }),
      { seed: 3, numRuns: 3_000 },
    );
    expect(desk.peers).toEqual([]);
    expect((await fetch(`${origin}/`)).status).toBe(200);
  });
});

describe('the first message', () => {
  const page = (): WebSocket => new WebSocket(`ws://${host}/desk`, { origin });
  /** Sends a text first; the session key, or the code that the socket was closed with. */
  const say = (text: string | Buffer): Promise<string | number> =>
    new Promise((resolve) => {
      const socket = page();
      socket.on('open', () => socket.send(text));
      socket.on('message', (data) => {
        resolve((JSON.parse(String(data)) as { session: string }).session);
        socket.close();
      });
      socket.on('close', (code) => resolve(code));
      socket.on('error', () => socket.terminate());
    });
  const token = (url: string): string => new URL(url).hash.slice('#t='.length);

  it('trades a launch token for a session key, once; the key works again', async () => {
    const session = await say(JSON.stringify({ token: token(station.url) }));
    expect(session).toMatch(/^[\w-]{43}$/);
    expect(await say(JSON.stringify({ token: token(station.url) }))).toBe(4401);
    expect(await say(JSON.stringify({ session }))).toBe(session);
    await vi.waitFor(() => expect(desk.peers.length).toBe(2));
    expect(desk.peers[0]).toMatch(/^loopback-browser /);
    expect(new Set(desk.peers).size).toBe(1);
  });

  it('gives every window its own session', async () => {
    const one = await say(JSON.stringify({ token: token(station.url) }));
    const two = await say(JSON.stringify({ token: token(station.newLaunchUrl()) }));
    expect(one).not.toBe(two);
    expect(new Set(desk.peers).size).toBe(2);
  });

  it('that proves nothing ends the socket, and nobody is served', async () => {
    const texts = ['', '{', 'null', '[]', '{}', '{"token":1}', '{"token":""}', '{"session":"x"}'];
    for (const text of texts.slice(0, 5)) expect(await say(text)).toBe(4401);
    expect(await say(Buffer.from('{}'))).toBe(4401);
    expect(await say(`{"token":"${'x'.repeat(2_000)}"}`)).toBe(4401);
    expect(desk.peers).toEqual([]);
  });

  it('withdraws launch tokens after twenty bad tries; sessions go on', async () => {
    const session = await say(JSON.stringify({ token: token(station.url) }));
    const unused = token(station.newLaunchUrl());
    // From the sixth on the answers are held back for a second, all at the same time.
    for (let batch = 0; batch < 2; batch += 1) await Promise.all(Array.from({ length: 10 }, () => say('{}')));
    expect(await say(JSON.stringify({ token: unused }))).toBe(4401);
    expect(await say(JSON.stringify({ session }))).toBe(session);
  });

  it('that never comes ends the socket after 3 s, and strangers are few', async () => {
    const sockets = Array.from({ length: 20 }, page);
    const codes = sockets.map(
      (socket) =>
        new Promise<number>((resolve) => {
          socket.on('error', () => socket.terminate());
          socket.on('close', (code) => resolve(code));
        }),
    );
    await vi.waitFor(() => expect(sockets.filter((one) => one.readyState === WebSocket.CLOSED).length).toBe(4), 2_500);
    expect(await Promise.all(codes)).toHaveLength(20);
  });

  it('bigger than 1 MiB is never read', async () => {
    expect(await say('x'.repeat(1024 * 1024 + 1))).toBe(1009);
  });
});

describe('development', () => {
  it('lets in the one further origin that it was started with', async () => {
    await station.close();
    const devOrigin = 'http://127.0.0.1:5173';
    station = await startStation({ desk, rendererDir: null, devOrigin, clock: systemClock, logger: silentLogger });
    host = `127.0.0.1:${station.port}`;
    expect(station.url).toMatch(new RegExp(`^${devOrigin}/#t=[\\w-]{43}&p=${station.port}$`));
    expect(await upgrade([`Host: ${host}`, `Origin: ${devOrigin}`])).toBe(101);
    expect(await upgrade([`Host: ${host}`, 'Origin: http://127.0.0.1:5174'])).toBe(403);
  });
});
