import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';

// A cluster outside of its data folder stays behind when somebody removes the folder. So each one carries a list of the
// data folders that lead to it; when the last of them is gone, the next start clears it away.

/** A data folder (real path), and on which filesystem it was: one that is not mounted now has not been removed. */
interface Owner {
  readonly folder: string;
  readonly device: number;
}

const listName = 'data-folders.json';
/** Names that findPlace gives. Anything else in the store is not ours to judge. */
const clusterName = /^[0-9a-f]{16}$/;
const doomedName = /^[0-9a-f]{16}\.removed-[0-9a-f]{8}$/;

/** Writes into the cluster that this data folder leads to it. A moved or copied folder is one more on the list. */
export async function recordOwner(cluster: string, dataDir: string): Promise<void> {
  const folder = await realpath(dataDir);
  const { dev: device } = await stat(folder);
  const others = ((await readOwners(cluster)) ?? []).filter((owner) => owner.folder !== folder);
  // Beside and renamed: never half a list, and a link that somebody planted under the name is replaced, not followed.
  const half = join(cluster, `${listName}.${randomBytes(4).toString('hex')}`);
  const file = await open(half, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify([...others, { folder, device }]));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(half, join(cluster, listName));
}

/**
 * Removes the clusters in `store` whose data folders are all gone and whose server does not run. What cannot be judged
 * stays: no list, an unreadable one, a folder on a filesystem that is not there now. Never rejects: a start must not
 * fail for the leftovers of another.
 */
export async function removeOrphans(store: string, logger: Logger): Promise<void> {
  for (const name of await readdir(store).catch(() => [])) {
    const cluster = join(store, name);
    try {
      if (doomedName.test(name)) await rm(cluster, { recursive: true, force: true });
      else if (clusterName.test(name) && (await isOrphan(cluster))) await remove(cluster, logger);
    } catch (error) {
      logger.log('warn', 'postgres.orphan-stays', { cluster, error: describeError(error) });
    }
  }
}

/** Renamed first: of two that start at once one removes it, and nobody ever starts in half a cluster. */
async function remove(cluster: string, logger: Logger): Promise<void> {
  const doomed = `${cluster}.removed-${randomBytes(4).toString('hex')}`;
  await rename(cluster, doomed);
  await rm(doomed, { recursive: true, force: true });
  logger.log('info', 'postgres.orphan-removed', { cluster });
}

async function isOrphan(cluster: string): Promise<boolean> {
  const owners = await readOwners(cluster);
  if (!owners || owners.length === 0 || (await mayRun(cluster))) return false;
  for (const owner of owners) if (!(await isGone(owner))) return false;
  return true;
}

/** Gone for certain: not there, while the filesystem that held it is. */
async function isGone({ folder, device }: Owner): Promise<boolean> {
  if (await statOf(folder)) return false;
  for (let at = dirname(folder); ; at = dirname(at)) {
    const parent = await statOf(at);
    if (parent) return parent.dev === device;
    if (at === dirname(at)) return false;
  }
}

/** A pid file with a living process. It may be another one by now: then the cluster stays until a later start. */
async function mayRun(cluster: string): Promise<boolean> {
  const text = await textOf(join(cluster, 'data', 'postmaster.pid'));
  const pid = Number(text?.split('\n')[0]);
  if (text === null) return false;
  if (!Number.isInteger(pid) || pid <= 0) return true;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Null when there is no list, or none that we can read. */
async function readOwners(cluster: string): Promise<Owner[] | null> {
  const text = await textOf(join(cluster, listName));
  if (text === null) return null;
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list) || !list.every(isOwner)) throw new Error(`${listName} holds no list of data folders`);
  return list;
}

function isOwner(value: unknown): value is Owner {
  const { folder, device } = (value ?? {}) as Partial<Record<keyof Owner, unknown>>;
  return typeof folder === 'string' && folder.startsWith('/') && typeof device === 'number';
}

const missing = (error: NodeJS.ErrnoException): null => {
  if (error.code === 'ENOENT') return null;
  throw error;
};
const textOf = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(missing);
const statOf = (path: string) => stat(path).catch(missing);
