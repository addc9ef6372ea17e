import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startCloud } from '#cloud/main/start-cloud.ts';
import { silentLogger } from '#shared/base/logger.ts';

/** Where it lies; not set where nobody has made one (a bench). */
const variable = 'JINHU_DEMO_TEMPLATE';

/**
 * Vitest's global setup of the browser tests: the demo's cloud is made once, database and sample data, and each file
 * begins with a copy. What a first start is like has tests of its own.
 */
export default async function makeDemoTemplate(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[variable] !== undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'jinhu-demo-'));
  const dataDir = join(folder, 'cloud');
  await mkdir(dataDir);
  // As root its PostgreSQL runs as somebody else, who must be able to pass through here: else it would lie elsewhere, and
  // all copies would share it.
  for (const path of [folder, dataDir]) await chmod(path, 0o711);
  const cloud = await startCloud({ dataDir, host: '127.0.0.1', port: 0, sample: true, logger: silentLogger });
  await cloud.close();
  process.env[variable] = dataDir;
  return () => rm(folder, { recursive: true, force: true });
}

/** With the owners that its files have, which `fs.cp` would not keep. */
export async function copyDemoTemplate(to: string): Promise<void> {
  const from = process.env[variable];
  if (from !== undefined) await promisify(execFile)('cp', ['-a', from, to]);
}
