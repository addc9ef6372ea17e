import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '#shared/base/errors.ts';
import type { Place } from './embedded-place.ts';

/**
 * A cluster belongs to one major version (PostgreSQL docs, «Upgrading a PostgreSQL Cluster»): another one's server would
 * refuse it, after tries and without a word of what to do. Throws `demo.start-failed` with both versions and the way.
 */
export async function refuseOtherMajor({ cluster, bin, uid, gid }: Place): Promise<void> {
  const found = (await readFile(join(cluster, 'data', 'PG_VERSION'), 'utf8')).trim();
  const owner: { uid?: number; gid?: number } = uid === undefined ? {} : { uid, gid: gid ?? uid };
  const { stdout } = await promisify(execFile)(bin.postgres, ['--version'], { cwd: cluster, ...owner });
  const ours = /\d+/.exec(stdout)?.[0] ?? '';
  if (found === ours) return;
  const log =
    `the data folder was written by PostgreSQL ${found}, this release brings ${ours}: back up with the release that ` +
    `wrote it, restore with this one (docs/guides/run-the-cloud.md, «A new major version of the own PostgreSQL»)`;
  throw new AppError('demo.start-failed', { step: 'postgres', found, ours, log });
}
