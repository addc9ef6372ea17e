import { spawn } from 'node:child_process';
import { chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sleep } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { systemClock } from '../main/system.ts';
import { testFolder } from '../testing/test-cloud.ts';
import { startEmbedded, type EmbeddedPostgres } from './embedded.ts';
import { findPlace } from './embedded-place.ts';

let dir: string;
const running: EmbeddedPostgres[] = [];
beforeAll(async () => {
  dir = await testFolder();
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function start(dataDir = dir): Promise<EmbeddedPostgres> {
  const server = await startEmbedded({ dataDir, clock: systemClock, logger: silentLogger });
  running.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  // The server may be killed under us; the query says so.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Asks again until it is so; a minute is far more than a recovery needs. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  const limit = systemClock.mono() + 50_000;
  while (!(await condition())) {
    if (systemClock.mono() > limit) throw new Error('did not happen');
    await sleep(systemClock, 20);
  }
}

describe('embedded PostgreSQL', () => {
  it('starts on loopback only, with a password of its own that only its owner can read', async () => {
    const server = await start();
    const { hostname, password } = new URL(server.url);
    expect(hostname).toBe('127.0.0.1');
    const stranger = server.url.replace(password, 'guess');
    await expect(query(stranger, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    const { cluster } = await findPlace(dir);
    expect((await stat(join(cluster, 'password'))).mode & 0o777).toBe(0o600);
    expect((await readFile(join(cluster, 'password'), 'utf8')).trim()).toBe(password);
    expect(await query(server.url, "SELECT current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding")).toEqual([{ fsync: 'on', encoding: 'UTF8' }]); // prettier-ignore
  }, 60_000);

  it('keeps what was committed over kill -9 of the server, and is there again at the same address', async () => {
    const server = await start();
    await query(server.url, 'CREATE TABLE kept (n int)');
    await query(server.url, 'INSERT INTO kept SELECT generate_series(1, 100)');
    const { url, pid } = server;
    process.kill(pid, 'SIGKILL');
    await until(() => query(url, 'SELECT 1').then(() => server.pid !== pid, () => false)); // prettier-ignore
    expect(await query(url, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 100 }]);
  }, 60_000);

  it('adopts the server of a cloud that was killed', async () => {
    const module = new URL('./embedded.ts', import.meta.url).href;
    const system = new URL('../main/system.ts', import.meta.url).href;
    const code = `
      import { startEmbedded } from '${module}'; import { systemClock } from '${system}';
      const logger = { log() {}, child: () => logger };
      const server = await startEmbedded({ dataDir: ${JSON.stringify(dir)}, clock: systemClock, logger });
      console.log(server.pid);`;
    const node = join(import.meta.dirname, '../../node_modules/.bin/node');
    const child = spawn(node, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: import.meta.dirname,
      detached: true,
    });
    const pid = await new Promise<number>((resolve, reject) => {
      child.stdout.once('data', (data: Buffer) => resolve(Number(data.toString())));
      child.once('exit', (exit) => reject(new Error(`ended with ${exit}`)));
    });
    child.removeAllListeners('exit');
    const gone = new Promise((resolve) => child.once('exit', resolve));
    // The wrapper script and node itself: the whole group.
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await gone;
    const adopted = await start();
    expect(adopted.pid).toBe(pid);
    expect(await query(adopted.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await adopted.stop();
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  }, 60_000);

  it('starts over the remains when cloud and server were both killed', async () => {
    const { cluster } = await findPlace(dir);
    const first = await start();
    await query(first.url, 'INSERT INTO kept VALUES (101)');
    await first.stop();
    // What a killed server leaves: a pid file of a process that is no more (or is another one by now).
    const pidFile = join(cluster, 'data', 'postmaster.pid');
    await writeFile(pidFile, `4194000\n${join(cluster, 'data')}\n1700000000\n1\n\n127.0.0.1\n`);
    await chown(pidFile, (await stat(cluster)).uid, (await stat(cluster)).gid);
    const again = await start();
    expect(await query(again.url, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 101 }]);
  }, 60_000);

  it('refuses a folder that a living cloud works on, and does not disturb it', async () => {
    const server = await start();
    await expect(startEmbedded({ dataDir: dir, clock: systemClock, logger: silentLogger })).rejects.toMatchObject({
      code: 'environment.in-use',
    });
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }, 60_000);

  it('refuses files of another major version in words, leaves them alone, and takes its own again', async () => {
    const server = await start();
    await server.stop();
    const { cluster } = await findPlace(dir);
    const file = join(cluster, 'data', 'PG_VERSION');
    const ours = await readFile(file, 'utf8');
    await writeFile(file, '15\n');
    await expect(start()).rejects.toMatchObject({
      code: 'demo.start-failed',
      details: { found: '15', ours: ours.trim(), log: expect.stringContaining('back up with the release') as string },
    });
    expect(await readFile(file, 'utf8')).toBe('15\n');
    await writeFile(file, ours);
    expect(await query((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }, 60_000);

  it('works in a folder that only its owner may enter', async () => {
    const closed = await mkdtemp(join(tmpdir(), 'jinhu-closed-'));
    const server = await start(closed);
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const { cluster } = await findPlace(closed);
    await server.stop();
    expect((await stat(cluster)).mode & 0o777).toBe(0o700);
    await rm(closed, { recursive: true });
    // For root it lies elsewhere: the next start of any cloud clears it away.
    await start();
    await expect(stat(cluster)).rejects.toThrow(/ENOENT/);
  }, 60_000);
});
