import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { sleep, type Clock } from '#shared/base/clock.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { removeOrphans } from './embedded-orphans.ts';
import { findPlace, rootStore, type Place } from './embedded-place.ts';
import { refuseOtherMajor } from './embedded-version.ts';

/** A PostgreSQL of our own, on a loopback port, for a cloud on a single machine. */
export interface EmbeddedPostgres {
  /** Connection string of the database `jinhu`; holds the password. */
  readonly url: string;
  /** Of the postmaster, for tests and support. */
  readonly pid: number;
  /** The same server, another database (created when missing). */
  databaseUrl(name: string): Promise<string>;
  /** Fast shutdown: sessions end, everything is on disk when this resolves. Idempotent. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Undefined when adopted from a cloud that died. */
  readonly child?: ChildProcess;
  /** Of an adopted one: the file that it removes as its last act. */
  readonly pidFile?: string;
}

const user = 'jinhu';
const startLimitMs = 60_000;
const stopLimitMs = 30_000;
const lingerMs = 3_000;
const ownLimitMs = 3_000;

/**
 * Starts the server in `dataDir`, creating the cluster the first time. After a kill -9 of the server the files are
 * recovered by PostgreSQL itself; after a kill -9 of ourselves the server still runs and is adopted. A server that dies
 * under us is started again on the same port.
 * Throws `environment.in-use` when a living cloud works on this folder, `demo.start-failed` for files of another major
 * version of PostgreSQL.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { clock, logger } = options;
  const began = clock.mono();
  const place = await findPlace(options.dataDir);
  // After findPlace: a data folder that was moved has said so by then.
  if (place.uid !== undefined) await removeOrphans(rootStore, logger);
  const password = await ensureCluster(place, options);
  await refuseOtherMajor(place);
  const first = (await adopt(place, password)) ?? (await launch(place, options, password));
  const server = new OwnServer(options, place, password, first);
  await server.own().catch(async (error: unknown) => {
    if (first.child) await halt(first, clock);
    throw error;
  });
  const ms = Math.round(clock.mono() - began);
  logger.log('info', 'postgres.started', { ms, adopted: !first.child, port: first.port });
  await server.databaseUrl('jinhu');
  return server;
}

/**
 * The server of a data folder that runs now, whoever has started it: for work beside a living cloud (a backup).
 * @returns its connection string, or null when none runs
 */
export async function findRunningEmbedded(dataDir: string): Promise<string | null> {
  const place = await findPlace(dataDir);
  const password = await readFile(passwordFileOf(place), 'utf8').catch(() => null);
  const running = password === null ? undefined : await adopt(place, password.trim());
  return password !== null && running ? connectionString(password.trim(), running.port, 'jinhu') : null;
}

const passwordFileOf = (place: Place): string => join(place.cluster, 'password');

const firstRetryMs = 500;
const longestRetryMs = 30_000;

class OwnServer implements EmbeddedPostgres {
  private readonly options: EmbeddedOptions;
  private readonly place: Place;
  private readonly password: string;
  private server: Postmaster;
  private owner: pg.Client | undefined;
  private stopping: Promise<void> | undefined;
  private reviving: Promise<void> = Promise.resolve();

  constructor(options: EmbeddedOptions, place: Place, password: string, server: Postmaster) {
    this.options = options;
    this.place = place;
    this.password = password;
    this.server = server;
  }

  get url(): string {
    return connectionString(this.password, this.server.port, 'jinhu');
  }

  get pid(): number {
    return this.server.pid;
  }

  /** Takes the lock that says: this cluster is ours. Its session is also how we learn that the server has died. */
  async own(): Promise<void> {
    const owner = await takeOwnership(
      connectionString(this.password, this.server.port, 'postgres'),
      this.options.clock,
    );
    this.owner = owner;
    owner.on('error', (error) => this.options.logger.log('warn', 'postgres.lost', { error: describeError(error) }));
    owner.on('end', () => {
      if (!this.stopping) this.reviving = this.revive();
    });
  }

  async databaseUrl(name: string): Promise<string> {
    if (!this.owner) throw new AppError('host.unavailable');
    await createDatabase(this.owner, name);
    return connectionString(this.password, this.server.port, name);
  }

  stop(): Promise<void> {
    this.stopping ??= this.stopNow();
    return this.stopping;
  }

  private async stopNow(): Promise<void> {
    await this.reviving;
    await this.owner?.end().catch((error: unknown) => {
      this.options.logger.log('debug', 'postgres.owner-end', { error: describeError(error) });
    });
    await halt(this.server, this.options.clock);
  }

  /** On the same port, because pools and the address in them stay. */
  private async revive(): Promise<void> {
    const { clock, logger } = this.options;
    for (let wait = firstRetryMs; !this.stopping; wait = Math.min(wait * 2, longestRetryMs)) {
      try {
        const living = await adopt(this.place, this.password);
        if (living?.pid !== this.server.pid)
          this.server = living ?? (await launch(this.place, this.options, this.password, this.server.port));
        await this.own();
        return logger.log('info', 'postgres.revived', { port: this.server.port });
      } catch (error) {
        logger.log('error', 'postgres.revive-failed', { error: describeError(error) });
        await sleep(clock, wait);
      }
    }
  }
}

const connectionString = (password: string, port: number, database: string): string =>
  `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;

/** initdb into a folder beside, renamed when complete: a kill in the middle leaves nothing that looks like a cluster. */
async function ensureCluster(place: Place, { clock, logger }: EmbeddedOptions): Promise<string> {
  const data = join(place.cluster, 'data');
  const passwordFile = passwordFileOf(place);
  const ready = await access(join(data, 'PG_VERSION')).then(() => true, () => false); // prettier-ignore
  if (ready) return (await readFile(passwordFile, 'utf8')).trim();

  const began = clock.mono();
  await mkdir(place.cluster, { recursive: true, mode: 0o700 });
  const password = randomBytes(24).toString('hex');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (place.uid !== undefined) await chown(passwordFile, place.uid, place.gid ?? place.uid);
  const half = join(place.cluster, 'data.new');
  await rm(half, { recursive: true, force: true });
  const args = ['-D', half, '-U', user, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C'];
  await run(place, place.bin.initdb, args);
  await rename(half, data);
  logger.log('info', 'postgres.created', { ms: Math.round(clock.mono() - began) });
  return password;
}

/** LC_ALL: messages in one language, whatever the desk speaks. PGSYSCONFDIR and the like of the caller must not leak in. */
const spawnOptions = (place: Place) => ({
  cwd: place.cluster,
  env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', ...(process.env['SystemRoot'] ? { SystemRoot: process.env['SystemRoot'] } : {}) },
  ...(place.uid === undefined ? {} : { uid: place.uid, gid: place.gid ?? place.uid }),
  windowsHide: true,
}); // prettier-ignore

function run(place: Place, command: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...spawnOptions(place), stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-2000)));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`initdb ended with ${code}: ${errors}`))));
  });
}

/** A server left over by a cloud that was killed: take it over instead of fighting about the folder. */
async function adopt(place: Place, password: string): Promise<Postmaster | undefined> {
  const pidFile = join(place.cluster, 'data', 'postmaster.pid');
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  // Lines: pid, data folder, start time, port, … (PostgreSQL: src/include/utils/pidfile.h)
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!pid || !port) return undefined;
  // Our random password decides: a stranger on that port, or nobody, does not let us in.
  return (await reachableServer(connectionString(password, port, 'postgres'))) ? { pid, port, pidFile } : undefined;
}

async function reachableServer(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // the answer below says it
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false; // no server, still starting, or not ours: the caller tries again or starts one
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** What passes by itself: children of a killed postmaster still hold its memory; somebody took the port in between. */
const passing = /shared memory block|lock file|Address already in use|could not bind/;
const maxTries = 3;

/** @param fixedPort given after a crash; otherwise any free one */
async function launch(
  place: Place,
  options: EmbeddedOptions,
  password: string,
  fixedPort?: number,
): Promise<Postmaster> {
  const { clock, logger } = options;
  const limit = clock.mono() + startLimitMs;
  for (let tries = 1; ; tries += 1) {
    const port = fixedPort ?? (await freePort());
    const attempt = startPostmaster(place, port, logger);
    while (!attempt.ended() && clock.mono() < limit) {
      if (await reachableServer(connectionString(password, port, 'postgres'))) return attempt.server;
      await sleep(clock, 50);
    }
    await halt(attempt.server, clock);
    logger.log('warn', 'postgres.start-again', { log: attempt.log() });
    const hopeless = tries >= maxTries && !passing.test(attempt.log());
    if (hopeless || clock.mono() >= limit)
      throw new AppError('demo.start-failed', { step: 'postgres', log: attempt.log() });
    await sleep(clock, 200);
  }
}

function startPostmaster(place: Place, port: number, logger: Logger) {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 60,
    shared_buffers: '64MB',
    // Ids and texts of a small company: the planner's compiler costs more than it saves.
    jit: 'off',
    log_min_messages: 'warning',
    log_statement: 'none',
    // Of an error the message alone: its details are values of rows.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
  };
  const args = ['-D', join(place.cluster, 'data')];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  // detached: Ctrl+C in a terminal must reach the cloud first, which then stops the server in order.
  const child = spawn(place.bin.postgres, args, { ...spawnOptions(place), stdio: ['ignore', 'ignore', 'pipe'], detached: true }); // prettier-ignore
  let log = '';
  let ended = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-2000)));
  child.on('error', (error) => {
    ended = true;
    log += describeError(error);
  });
  child.on('exit', (code, signal) => {
    ended = true;
    logger.log('info', 'postgres.exit', { code, signal });
  });
  return { server: { pid: child.pid ?? 0, port, child }, ended: () => ended, log: () => log };
}

/**
 * One cloud per cluster: a session lock that dies with its session, so that no file can be left over. The server may see
 * the end of a killed cloud's session a moment after we do, hence the patience.
 */
async function takeOwnership(url: string, clock: Clock): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'jinhu-cloud-owner' });
  client.on('error', () => undefined); // the next query says it
  await client.connect();
  const limit = clock.mono() + ownLimitMs;
  for (;;) {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock(7460510) AS mine');
    if (rows[0]?.mine) return client;
    if (clock.mono() >= limit) break;
    await sleep(clock, 100);
  }
  await client.end();
  throw new AppError('environment.in-use');
}

async function createDatabase(owner: pg.Client, name: string): Promise<void> {
  const { rowCount } = await owner.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (!rowCount) await owner.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE template0 ENCODING 'UTF8'`);
}

/** SIGINT = fast shutdown (PostgreSQL docs, "Shutting Down the Server"). A server that does not listen is killed: its log recovers it. */
async function halt(server: Postmaster, clock: Clock): Promise<void> {
  // Asked first: the number of a server that has died may belong to somebody else by now.
  if (!alive(server) || !signal(server.pid, 'SIGINT')) return;
  const limit = clock.mono() + stopLimitMs;
  let lastAct: number | undefined;
  while (alive(server)) {
    if (clock.mono() > limit) return void signal(server.pid, 'SIGKILL');
    // An adopted one may be a child of this process all the same (a thread of ours has died): nobody collects it, and its
    // number stays although it has ended.
    if (server.pidFile !== undefined && !existsSync(server.pidFile)) lastAct ??= clock.mono();
    if (lastAct !== undefined && clock.mono() - lastAct > lingerMs) return;
    await sleep(clock, 20);
  }
}

const alive = ({ child, pid }: Postmaster): boolean =>
  child ? child.exitCode === null && child.signalCode === null : signal(pid, 0);

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false; // ESRCH: it is gone, which is what the callers ask
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
