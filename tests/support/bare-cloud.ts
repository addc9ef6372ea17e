import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '#shared/base/logger.ts';
import { buildServer } from '#cloud/app/build-server.ts';
import type { CloudDeps } from '#cloud/app/deps.ts';
import { CloudMetrics } from '#cloud/app/operations/index.ts';
import { openDatabase, openOwner, type OwnerDatabase } from '#cloud/database/database.ts';
import { startEmbedded } from '#cloud/database/embedded.ts';
import { prepareDatabase } from '#cloud/database/prepare.ts';
import { createSampleCompany } from '#cloud/main/sample-company.ts';
import { newId, systemClock } from '#cloud/main/system.ts';

/** The real server on a real PostgreSQL with the sample company, in this process. Nobody is told to wait. */
export interface BareCloud {
  readonly url: string;
  readonly deps: CloudDeps;
  /** Of the database, as its owner. */
  readonly databaseUrl: string;
  /** Every company's rows: to look and to arrange, never handed to the server. */
  readonly asOwner: OwnerDatabase;
  /** As it was asked for. */
  readonly answersKeptMs: number | null;
  close(): Promise<void>;
}

const noLimit = { burst: 1e9, perSecond: 1e9 };

/**
 * @param sessions that the pool may have with the database
 * @param answersKeptMs as ServerOptions has it; null = as ever
 */
export async function startBareCloud(sessions = 20, answersKeptMs: number | null = null): Promise<BareCloud> {
  const dir = await mkdtemp(join(tmpdir(), 'jinhu-bare-cloud-'));
  // As root PostgreSQL runs as somebody else, who must be able to pass through here.
  await chmod(dir, 0o711);
  const postgres = await startEmbedded({ dataDir: dir, clock: systemClock, logger: silentLogger });
  const { role, signingKey } = await prepareDatabase(postgres.url, silentLogger);
  const db = openDatabase(postgres.url, silentLogger, { role, max: sessions });
  const asOwner = openOwner(postgres.url, silentLogger);
  const ground = { clock: systemClock, newId, logger: silentLogger, recordingsDir: join(dir, 'recordings') };
  const deps: CloudDeps = { ...ground, db, signingKey, metrics: new CloudMetrics() };
  await createSampleCompany(deps);
  const app = await buildServer(deps, { limits: { address: noLimit, employee: noLimit, company: noLimit }, ...(answersKeptMs === null ? {} : { answersKeptMs }) }); // prettier-ignore
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    deps,
    databaseUrl: postgres.url,
    asOwner,
    answersKeptMs,
    async close() {
      app.server.closeAllConnections();
      await app.close();
      await asOwner.destroy();
      await db.destroy();
      await postgres.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
