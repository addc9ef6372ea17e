import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeCall, startTestCloud, type TestCloud } from '#cloud/testing/test-cloud.ts';
import { newId, systemClock } from '#cloud/main/system.ts';
import { createCloudClient, type CloudClient, type Tokens } from '#engine/sync/cloud-client.ts';
import type { AppError, ErrorCode } from '#shared/base/errors.ts';
import { signOut, type CloudSession } from '#shared/cloud-contract/contract.ts';

let cloud: TestCloud;
let baseUrl: string;
let stored: Tokens | null = null;
let signedOut: ErrorCode[] = [];
const tokens = { load: () => stored, save: (next: Tokens | null) => void (stored = next) };

beforeAll(async () => {
  cloud = await startTestCloud();
  baseUrl = await cloud.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => cloud.close());
beforeEach(() => {
  stored = null;
  signedOut = [];
});

const makeClient = (url = baseUrl): CloudClient =>
  createCloudClient({
    baseUrl: url,
    clock: systemClock,
    tokens,
    deviceId: 'desk-1',
    onSignedOut: (code) => signedOut.push(code),
  });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'fine',
    (error: AppError) => error.code,
  );

function recordingOf(callId: string, bytes: Buffer) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    id: newId(), callId, sha256, bytes: bytes.length, durationMs: 60_000,
    opened: [] as number[],
    open(offset: number) {
      this.opened.push(offset);
      return Readable.from([bytes.subarray(offset)], { objectMode: false });
    },
  }; // prettier-ignore
}

async function signedInWithCall(client: CloudClient): Promise<{ session: CloudSession; callId: string }> {
  const session = await client.signIn('chen', 'demo1234', 'test');
  const row = makeCall(session.employee.id);
  expect(await client.push([{ opId: newId(), type: 'call.put', row }])).toMatchObject([{ status: 'applied' }]);
  return { session, callId: row.id };
}

/** A cable between desk and cloud that can be cut after so many bytes from the desk. */
async function startCable(cutAfter: number): Promise<{ url: string; cuts: () => number; close: () => Promise<void> }> {
  let cuts = 0;
  const target = new URL(baseUrl);
  const desks = new Set<Socket>();
  const server = createServer((desk) => {
    desks.add(desk);
    const far = connect(Number(target.port), target.hostname);
    let passed = 0;
    desk.on('error', () => far.destroy());
    far.on('error', () => desk.destroy());
    far.pipe(desk);
    desk.on('data', (chunk: Buffer) => {
      passed += chunk.length;
      if (passed <= cutAfter) return void far.write(chunk);
      cuts += 1;
      desk.destroy();
      far.end();
    });
    desk.on('close', () => far.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    for (const desk of desks) desk.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cuts: () => cuts, close };
}

describe('the cloud client against the cloud', () => {
  it('checks an address: a cloud, something else, nobody', async () => {
    expect(await makeClient().health()).toMatchObject({ ok: true, name: 'jinhu-cloud', contractVersion: 1 });
    const other = createServer((socket) => socket.resume().end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    expect(await codeOf(makeClient(url).health())).toBe('cloud.not-a-cloud');
    await new Promise((resolve) => other.close(resolve));
    expect(await codeOf(makeClient(url).health())).toBe('cloud.unreachable');
  });

  it('signs in, asks, signs out', async () => {
    const client = makeClient();
    expect(await codeOf(client.me())).toBe('auth.required');
    expect(await codeOf(client.signIn('chen', 'wrong', 'test'))).toBe('auth.bad-credentials');
    const session = await client.signIn('chen', 'demo1234', 'test');
    expect((await client.me()).employee).toEqual(session.employee);
    expect((await client.employees()).map((one) => one.account)).toEqual(['chen']);
    const page = await client.changes(0, 50);
    expect([page.hasMore, page.changes[0]]).toMatchObject([true, { seq: 1, type: 'company', row: session.company }]);
    await client.signOut();
    expect(stored).toBeNull();
    expect(signedOut).toEqual([]);
  });

  it('refreshes once for many requests at once, and says when the session has ended', async () => {
    const client = makeClient();
    await client.signIn('chen', 'demo1234', 'test');
    const spoil = (): Tokens => (stored = { ...(stored as Tokens), accessToken: 'spoilt' });
    const before = spoil();
    const all = await Promise.all(Array.from({ length: 10 }, () => client.me()));
    expect(all).toHaveLength(10);
    expect(stored).not.toEqual(before);
    const rows = await cloud.asOwner.selectFrom('refreshToken').selectAll().where('deviceId', '=', 'desk-1').where('spentAt', 'is not', null).execute(); // prettier-ignore
    expect(rows).toHaveLength(1);

    // By somebody else who holds its token.
    const { refreshToken } = stored as Tokens;
    await makeClient().call(signOut, { body: { refreshToken } });
    expect(await Promise.all([codeOf(client.me()), codeOf(client.me())])).toEqual(['auth.expired', 'auth.expired']);
    expect([stored, signedOut]).toEqual([null, ['auth.expired']]);
  });

  it('cancels', async () => {
    const client = makeClient();
    await client.signIn('chen', 'demo1234', 'test');
    const abort = new AbortController();
    const work = codeOf(client.me(abort.signal));
    abort.abort();
    expect(await work).toBe('cancelled');
  });

  it('uploads a recording through a cable that is cut again and again, and gets it back whole', async () => {
    const cable = await startCable(700_000);
    const client = makeClient(cable.url);
    const { callId } = await signedInWithCall(makeClient());
    const bytes = randomBytes(2_000_000);
    const recording = recordingOf(callId, bytes);
    let tries = 0;
    for (let code = ''; code !== 'fine'; tries += 1) {
      expect(tries).toBeLessThan(40);
      code = await codeOf(client.uploadRecording(recording));
      expect(['fine', 'cloud.unreachable']).toContain(code);
    }
    expect(cable.cuts()).toBeGreaterThanOrEqual(2);
    // It went on, it did not start again: every try began further on.
    const offsets = recording.opened;
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    expect(offsets.at(-1)).toBeGreaterThan(1_000_000);
    await cable.close();

    const whole = await makeClient().openRecording(recording.id);
    expect(Buffer.concat(await whole.stream.toArray()).equals(bytes)).toBe(true);
    const part = await makeClient().openRecording(recording.id, { range: 'bytes=1000-1999' });
    expect([part.status, part.headers['content-range']]).toEqual([206, 'bytes 1000-1999/2000000']);
    expect(Buffer.concat(await part.stream.toArray()).equals(bytes.subarray(1000, 2000))).toBe(true);
    // Once more is no error and sends nothing.
    await makeClient().uploadRecording(recording);
    expect(recording.opened).toEqual(offsets);
  });

  it('hears that a recording arrived damaged, and may send it again', async () => {
    const client = makeClient();
    const { callId } = await signedInWithCall(client);
    const good = recordingOf(callId, randomBytes(50_000));
    const bad = { ...good, open: () => Readable.from([randomBytes(50_000)], { objectMode: false }) };
    expect(await codeOf(client.uploadRecording(bad))).toBe('recording.damaged');
    expect(await codeOf(client.openRecording(good.id))).toBe('not-found');
    const seen: number[] = [];
    await client.uploadRecording(good, undefined, (sent) => seen.push(sent));
    expect([seen[0], seen.at(-1)]).toEqual([0, 50_000]);
  });
});
