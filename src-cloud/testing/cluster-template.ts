import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { silentLogger } from '#shared/base/logger.ts';
import { startEmbedded } from '../database/embedded.ts';
import { prepareDatabase } from '../database/prepare.ts';
import { systemClock } from '../main/system.ts';

/** Where it lies; not set outside of Vitest (a bench). */
const variable = 'JINHU_CLUSTER_TEMPLATE';

/**
 * Vitest's global setup: a folder for a cluster with an empty, migrated database, which whoever needs one first makes, and
 * of which every later test cloud is a copy. How a cluster begins has tests of its own (embedded.test.ts, migrations.test.ts).
 */
export default async function offerTemplate(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[variable] !== undefined) return undefined;
  const folder = await openFolder(join(tmpdir(), 'jinhu-cluster-'));
  process.env[variable] = folder;
  return () => rm(folder, { recursive: true, force: true });
}

/** Before the server is started there: puts the cluster into `dataDir`, or leaves that empty. */
export async function copyCluster(dataDir: string): Promise<void> {
  const folder = process.env[variable];
  if (folder === undefined) return;
  const ready = join(folder, 'ready');
  if (!existsSync(ready)) await make(folder, ready);
  // With the owners that its files have, which `fs.cp` would not keep.
  await promisify(execFile)('cp', ['-a', `${ready}/.`, dataDir]);
}

async function make(folder: string, ready: string): Promise<void> {
  const dataDir = await openFolder(join(folder, 'made-'));
  const server = await startEmbedded({ dataDir, clock: systemClock, logger: silentLogger });
  await prepareDatabase(server.url, silentLogger);
  await server.stop();
  // Somebody else may have made one in the same moment: theirs is as good.
  await rename(dataDir, ready).catch(() => undefined);
}

/** As root its PostgreSQL runs as somebody else, who must be able to pass through. */
async function openFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(prefix);
  await chmod(folder, 0o711);
  return folder;
}
