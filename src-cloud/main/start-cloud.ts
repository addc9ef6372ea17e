import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { every, sleep, type Clock } from '#shared/base/clock.ts';
import type { Logger } from '#shared/base/logger.ts';
import { buildServer } from '../app/build-server.ts';
import type { BucketOptions, CloudDeps } from '../app/deps.ts';
import { drain } from '../app/drain.ts';
import { auditKeptMs, pruneHistory, type HistoryKept } from '../app/prune-history.ts';
import { buildOperationsServer, CloudMetrics } from '../app/operations/index.ts';
import { SecretBox, type SecretKey } from '../app/secret-box.ts';
import { openDatabase, type Database } from '../database/database.ts';
import { describeFailure } from '../database/describe-failure.ts';
import { startEmbedded, type EmbeddedPostgres } from '../database/embedded.ts';
import { prepareDatabase } from '../database/prepare.ts';
import { renewSecrets } from '../modules/channels/index.ts';
import { sweepOpenerSounds } from '../modules/openers/index.ts';
import { loadNumberHeads } from '../modules/number-heads/index.ts';
import { recycleLeads } from '../modules/leads/index.ts';
import { checkProviders, type CheckProviderName } from '../modules/number-checks/index.ts';
import { purgeRecordings, sweepUploads } from '../modules/recordings/index.ts';
import { createSampleCompany } from './sample-company.ts';
import { loadSecretKeys } from './secret-keys.ts';
import { newId, systemClock } from './system.ts';

export interface CloudOptions {
  /** Recordings, and the database when it is our own. */
  readonly dataDir: string;
  /** Where verified recordings are kept, instead of in the data folder. */
  readonly bucket?: BucketOptions;
  /** Another PostgreSQL (15 or newer) than our own. */
  readonly databaseUrl?: string;
  /** Of what is kept encrypted, the current one first; absent = those of the data folder. */
  readonly secretKeys?: SecretKey[];
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** Where liveness, readiness and metrics are served; nowhere when absent. */
  readonly operations?: { readonly host: string; /** 0 = any free one. */ readonly port: number };
  /** Path of a table of number heads (phone.dat format) for the desks. */
  readonly numberHeads?: string;
  /** How long a load balancer has to see that `/readyz` says no, before connections are refused. */
  readonly drainDelayMs?: number;
  /** Of reverse proxies in front: whose X-Forwarded-For is believed. Addresses or networks, comma-separated. */
  readonly trustedProxies?: string;
  /** How long entries of the change stream are kept that nobody needs, days; default 30. */
  readonly keepChangesDays?: number;
  /** How long the audit log is kept, days; default three years. */
  readonly keepAuditDays?: number;
  /** Who tells what a number is; default `local`. */
  readonly numberCheck?: CheckProviderName;
  /** Puts the sample company there, once. */
  readonly sample?: boolean;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly newId?: () => string;
  readonly onProgress?: (step: 'database' | 'cloud' | 'sample-data') => void;
}

export interface RunningCloud {
  /** e.g. http://127.0.0.1:40123, without a slash at the end. */
  readonly url: string;
  /** Of liveness, readiness and metrics, in the same form; null when not asked for. */
  readonly operationsUrl: string | null;
  /** For tools that work beside the server (creating a company). */
  readonly deps: CloudDeps;
  /** Is not ready from now on; then stops listening, lets running requests finish for 2.5 s, stops our own database. Idempotent. */
  close(): Promise<void>;
}

const sweepMs = 60 * 60_000;
const dayMs = 24 * sweepMs;
export const defaultKeepChangesDays = 30;
export const defaultKeepAuditDays = auditKeptMs / dayMs;
const poolEndMs = 500;

/** Starts all of a cloud. When a step fails, what was started before is stopped again. */
export async function startCloud(options: CloudOptions): Promise<RunningCloud> {
  const { dataDir, logger, onProgress } = options;
  const clock = options.clock ?? systemClock;
  const undo: (() => Promise<unknown>)[] = [];
  const closeNow = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeNow());
  try {
    // First: a wrong file is told before anything has begun.
    const numberHeads = options.numberHeads === undefined ? null : await loadNumberHeads(options.numberHeads, logger);
    onProgress?.('database');
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const url = options.databaseUrl ?? (await ownDatabase(dataDir, clock, logger, undo));
    const { role, signingKey } = await prepareDatabase(url, logger);
    const db = openDatabase(url, logger, { role });
    undo.push(() => endPool(db, clock));
    onProgress?.('cloud');
    const recordingsDir = join(dataDir, 'recordings');
    await mkdir(recordingsDir, { recursive: true, mode: 0o700 });
    const ids = options.newId ?? newId;
    const metrics = new CloudMetrics();
    const { bucket } = options;
    const secrets = new SecretBox(await loadSecretKeys(dataDir, options.secretKeys, options.databaseUrl === undefined));
    const numberChecks = checkProviders[options.numberCheck ?? 'local']({ clock });
    const base = { db, clock, newId: ids, logger, recordingsDir, signingKey, secrets, metrics, numberChecks };
    const deps: CloudDeps = { ...base, ...(bucket ? { bucket } : {}), ...(numberHeads ? { numberHeads } : {}) };
    if (options.sample) {
      onProgress?.('sample-data');
      await createSampleCompany(deps);
    }
    const { keepChangesDays = defaultKeepChangesDays, keepAuditDays = defaultKeepAuditDays } = options;
    undo.push(sweepHourly(deps, { changesMs: keepChangesDays * dayMs, auditMs: keepAuditDays * dayMs }));
    const { trustedProxies, operations } = options;
    const app = await buildServer(deps, trustedProxies === undefined ? {} : { trustedProxies });
    const operationsUrl = operations
      ? await listenToOperators(deps, operations, () => closing !== undefined, undo)
      : null;
    undo.push(async () => {
      await sleep(clock, options.drainDelayMs ?? 0);
      await drain(app, clock);
    });
    const address = await app.listen({ host: options.host, port: options.port });
    logger.log('info', 'cloud.listening', { address, operations: operationsUrl });
    return { url: address, operationsUrl, deps, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Ends behind the public server, so that it tells of the draining too. */
async function listenToOperators(
  deps: CloudDeps,
  { host, port }: NonNullable<CloudOptions['operations']>,
  isDraining: () => boolean,
  undo: (() => Promise<unknown>)[],
): Promise<string> {
  const { metrics, db, recordingsDir } = deps;
  metrics.watchProcess();
  metrics.watchPool(() => db.poolUse());
  metrics.watchDisk(recordingsDir);
  const app = buildOperationsServer({ ...deps, isDraining });
  undo.push(() => app.close());
  return app.listen({ host, port });
}

/** Now and every hour. @returns what ends it, when a sweep under way is done */
function sweepHourly(deps: CloudDeps, kept: HistoryKept): () => Promise<void> {
  let sweeping: Promise<unknown> = Promise.resolve();
  let prunedAt = -Infinity;
  // It looks through whole streams.
  const pruneDaily = async (): Promise<void> => {
    if (deps.clock.mono() - prunedAt < dayMs) return;
    prunedAt = deps.clock.mono();
    await pruneHistory(deps, kept);
  };
  const sweep = (): void => {
    const failed = (error: unknown): void => deps.logger.log('warn', 'sweep.failed', { error: describeFailure(error) });
    const jobs: (() => Promise<unknown>)[] = [
      () => sweepUploads(deps),
      () => purgeRecordings(deps),
      () => recycleLeads(deps),
      () => sweepOpenerSounds(deps),
      () => renewSecrets(deps),
      pruneDaily,
    ];
    // One after the other; what fails holds up none of the others.
    for (const job of jobs) sweeping = sweeping.then(job).catch(failed);
  };
  sweep();
  const timer = every(deps.clock, sweepMs, sweep);
  return async () => {
    timer.dispose();
    await sweeping;
  };
}

/** Waits for running queries a moment; one that takes longer loses its session with the server, or with our process. */
async function endPool(db: Database, clock: Clock): Promise<void> {
  const ended = new AbortController();
  const end = db.destroy().finally(() => ended.abort());
  await Promise.race([end, sleep(clock, poolEndMs, ended.signal)]);
}

async function ownDatabase(
  dataDir: string,
  clock: Clock,
  logger: Logger,
  undo: (() => Promise<unknown>)[],
): Promise<string> {
  const server: EmbeddedPostgres = await startEmbedded({ dataDir, clock, logger: logger.child('postgres') });
  undo.push(() => server.stop());
  return server.url;
}
