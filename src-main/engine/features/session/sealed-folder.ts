import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { AppError } from '#shared/base/errors.ts';
import { keyLocks, type KeyLocks } from './key-locks.ts';
import { openSealedFile, realDisk, sealedName, sealFile, unfinishedNames, type SealDisk } from './sealed-file.ts';

/** Lies in a person's folder from before its first file is sealed until after its last one is open again. */
const markName = 'sealed.json';
const mark = z.object({ format: z.literal(1), locks: keyLocks });

export const isSealed = (folder: string): boolean => existsSync(join(folder, markName));

/** What opens the folder's key; null where it cannot be read. */
export function locksOf(folder: string): KeyLocks | null {
  try {
    return mark.parse(JSON.parse(readFileSync(join(folder, markName), 'utf8'))).locks;
  } catch {
    return null;
  }
}

/**
 * Seals every file of a person's folder. Nobody may have one open. Cut off at any point it is simply called again: where a
 * file is there in its open form, that one is the truth.
 * @throws AppError `disk.full`
 */
export async function sealFolder(
  folder: string,
  key: Uint8Array,
  locks: KeyLocks,
  disk: SealDisk = realDisk,
): Promise<void> {
  await writeMark(folder, locks, disk);
  for (const name of await filesOf(folder)) {
    if (name === markName || name.endsWith(sealedName) || isLock(name)) continue;
    const path = join(folder, name);
    if (isUnfinished(name)) await disk.remove(path);
    else await sealFile(path, plainName(name), key, disk);
  }
}

/**
 * Opens every file again and takes the mark away last. Until then the folder counts as sealed, and nobody has changed a file:
 * one that is there in both forms was opened already.
 * @throws AppError `database.sealed` (another key, a changed file), `disk.full`
 */
export async function openFolder(folder: string, key: Uint8Array, disk: SealDisk = realDisk): Promise<void> {
  for (const name of await filesOf(folder)) {
    const path = join(folder, name);
    if (isUnfinished(name)) await disk.remove(path);
    if (!name.endsWith(sealedName)) continue;
    const open = path.slice(0, -sealedName.length);
    if (existsSync(open)) await disk.remove(path);
    else await openSealedFile(open, plainName(name.slice(0, -sealedName.length)), key, disk);
  }
  for (const each of await foldersOf(folder)) await disk.flushFolder(each);
  await disk.remove(join(folder, markName));
  await disk.flushFolder(folder);
}

async function writeMark(folder: string, locks: KeyLocks, disk: SealDisk): Promise<void> {
  const draft = join(folder, `${markName}.new`);
  try {
    const file = await disk.open(draft, 'w');
    try {
      await file.write(JSON.stringify({ format: 1, locks } satisfies z.input<typeof mark>));
      await file.sync();
    } finally {
      await file.close();
    }
    await disk.rename(draft, join(folder, markName));
    await disk.flushFolder(folder);
  } catch (error) {
    throw error instanceof AppError ? error : new AppError('disk.full', { reason: (error as NodeJS.ErrnoException).code ?? 'unknown' }, error); // prettier-ignore
  }
}

const isUnfinished = (name: string): boolean =>
  unfinishedNames.some((end) => name.endsWith(end)) || name === `${markName}.new`;
/** Of the one engine that may have the database open: empty, and wanted before anything is opened. */
const isLock = (name: string): boolean => name.endsWith('.lock');
/** The same on every system. */
const plainName = (name: string): string => name.replaceAll('\\', '/');

/** Paths below the folder, in a fixed order. */
async function filesOf(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((each) => each.isFile()).map((each) => relative(folder, join(each.parentPath, each.name))).sort(); // prettier-ignore
}

async function foldersOf(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((each) => each.isDirectory()).map((each) => join(each.parentPath, each.name));
}
