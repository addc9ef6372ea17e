import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { hashing, type Content } from '../app/files.ts';

/** Onto the disk, for its owner alone, and durable when this resolves. */
export async function writeDurably(path: string, source: Readable, ...through: Transform[]): Promise<Content> {
  const { pass, content } = hashing();
  await pipeline([source, ...through, pass, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true })]);
  return content();
}

/**
 * Puts a file with exactly this content at `target`, or leaves nothing there: under another name until its hash is right.
 * @returns false when the source is not there or holds something else
 */
export async function copyVerified(source: string, target: string, wanted: Content): Promise<boolean> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const part = `${target}.part`;
  await rm(part, { force: true });
  try {
    const got = await writeDurably(part, createReadStream(source));
    if (got.sha256 !== wanted.sha256 || got.bytes !== wanted.bytes) return false;
    await rename(part, target);
    await syncFolder(dirname(target));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  } finally {
    await rm(part, { force: true });
  }
}

/** Names of a folder are durable when the folder is (Linux; elsewhere a folder cannot be opened, and need not be). */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
