import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm, stat } from 'node:fs/promises';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sleep } from '#shared/base/clock.ts';
import { testFolder } from '../testing/test-cloud.ts';
import { systemClock } from './system.ts';

let dir: string;
let cloud: ChildProcess;
let said: string;
beforeEach(async () => {
  dir = await testFolder();
});

const root = join(import.meta.dirname, '../..');

function run(command: string, args: readonly string[]): void {
  said = '';
  const env = { ...process.env, DATABASE_URL: '', npm_lifecycle_event: '' };
  cloud = spawn(command, [...args, '--data', dir, '--port', '0'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [cloud.stdout, cloud.stderr]) stream?.setEncoding('utf8').on('data', (text) => (said += text));
}
const runNode = (): void => run(join(root, 'node_modules/.bin/node'), ['src-cloud/main/cloud.ts']);

afterEach(async () => {
  if (cloud.exitCode === null && cloud.signalCode === null) {
    cloud.kill('SIGTERM');
    await once(cloud, 'exit');
  }
  await rm(dir, { recursive: true, force: true });
});

async function heard(pattern: RegExp): Promise<string> {
  const limit = systemClock.mono() + 50_000;
  for (;;) {
    const found = pattern.exec(said);
    if (found) return found[1] ?? found[0];
    if (systemClock.mono() > limit) throw new Error(`not heard: ${pattern}\n${said}`);
    await sleep(systemClock, 20);
  }
}

/** By the file of a server that runs, or died. */
const databaseRuns = (): Promise<boolean> =>
  stat(join(dir, 'postgres', 'data', 'postmaster.pid')).then(() => true, () => false); // prettier-ignore

/** Ends it in order. @returns ms until it was gone */
async function endedAfter(sentAt: number): Promise<number> {
  if (cloud.exitCode === null) await once(cloud, 'exit');
  const ms = systemClock.mono() - sentAt;
  expect([cloud.exitCode, cloud.signalCode]).toEqual([0, null]);
  await expect(databaseRuns()).resolves.toBe(false);
  return ms;
}

const body = JSON.stringify({ account: 'nobody', password: 'x', deviceId: 'd', deviceName: 'd' });

/** A sign-in that the server has begun to read: its body is still to come. */
async function begin(url: string): Promise<{ asking: ClientRequest; reply: Promise<IncomingMessage> }> {
  const headers = { 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' };
  const agent = new Agent({ keepAlive: true });
  const asking = request(`${url}/v1/auth/sign-in`, { method: 'POST', headers, agent });
  const reply = new Promise<IncomingMessage>((resolve, reject) => asking.on('response', resolve).on('error', reject));
  reply.catch(() => undefined); // looked at by the test, perhaps later than it happens
  asking.flushHeaders();
  await once(asking, 'continue');
  return { asking, reply };
}

/** Until nobody listens there any more. */
async function refusesConnections(url: string): Promise<void> {
  for (;;) {
    const fine = await fetch(`${url}/v1/health`, { headers: { connection: 'close' } }).then(() => true, () => false); // prettier-ignore
    if (!fine) return;
    await sleep(systemClock, 5);
  }
}

describe('SIGTERM', () => {
  it('ends in order: no new connections, running requests are answered, the database is stopped, all within 5 s', async () => {
    runNode();
    const url = await heard(/Jinhu cloud: (http\S+)/);
    const { asking, reply } = await begin(url);
    // An idle connection that is kept alive holds up nothing.
    await (await fetch(`${url}/v1/health`)).text();
    const sentAt = systemClock.mono();
    cloud.kill('SIGTERM');
    await refusesConnections(url);
    asking.end(body);
    const answered = await reply;
    expect(answered.statusCode).toBe(401);
    answered.resume();
    expect(await endedAfter(sentAt)).toBeLessThan(5000);
  });

  it('cuts a request that does not end, still within 5 s', async () => {
    runNode();
    const { reply } = await begin(await heard(/Jinhu cloud: (http\S+)/));
    const sentAt = systemClock.mono();
    cloud.kill('SIGTERM');
    await expect(reply).rejects.toThrow();
    expect(await endedAfter(sentAt)).toBeLessThan(5000);
  });

  it('in the middle of a start leaves no database running', async () => {
    runNode();
    await heard(/postgres\.started/);
    cloud.kill('SIGTERM');
    await endedAfter(systemClock.mono());
  });

  it('ends it too when npm alone hears of it', async () => {
    run('npm', ['run', 'cloud', '--']);
    await heard(/Jinhu cloud: (http\S+)/);
    expect(await databaseRuns()).toBe(true);
    cloud.kill('SIGTERM');
    const limit = systemClock.mono() + 50_000;
    while ((await databaseRuns()) && systemClock.mono() < limit) await sleep(systemClock, 20);
    expect(await databaseRuns()).toBe(false);
  });
});
