import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '#shared/base/errors.ts';

/** `X` sealed is `X.sealed`; while it is written it is `X.sealed.new`, and `X.opening` on its way back. */
export const sealedName = '.sealed';
export const unfinishedNames = ['.sealed.new', '.opening'] as const;

const magic = Buffer.from('JHSEAL01');
const saltBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = magic.length + saltBytes + nonceBytes;
/** Large enough for the disk, small enough that the engine's other work is not held up: well below a millisecond each. */
const pieceBytes = 256 * 1024;
/** GCM's own bound for one key and nonce is 2^36 - 32 bytes (NIST SP 800-38D §5.2.1.1). */
const largestBytes = 2 ** 36 - 32;

/** The disk, for tests of what a crash between any two of its steps leaves. */
export interface SealDisk {
  open(path: string, flags: string): Promise<FileHandle>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes renames and removals in this folder last through a power cut. */
  flushFolder(folder: string): Promise<void>;
}

export const realDisk: SealDisk = {
  open: (path, flags) => open(path, flags, 0o600),
  rename,
  remove: (path) => rm(path, { force: true }),
  async flushFolder(folder) {
    // Windows has no such thing, and NTFS journals what this is for.
    if (process.platform === 'win32') return;
    const handle = await open(folder, constants.O_RDONLY);
    await handle.sync().finally(() => handle.close());
  },
};

/** A key of this file alone: its salt is random, so the nonce can never meet another text under it. Bound to its name. */
const fileKey = (key: Uint8Array, salt: Uint8Array, name: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, `jinhu sealed file\n${name}`, 32));

/**
 * Encrypts a file in place (AES-256-GCM): written beside, flushed, renamed, and only then is the open one removed. A crash
 * leaves the open form or the sealed one, or both, which are then equal.
 *
 * Removed, not overwritten: a journaling file system or an SSD would keep the old blocks anyway, so only disk encryption helps
 * against somebody who reads the raw disk.
 *
 * @param name what the file is called within its folder: under another name it does not open
 */
export async function sealFile(path: string, name: string, key: Uint8Array, disk: SealDisk): Promise<void> {
  const sealed = path + sealedName;
  const draft = `${sealed}.new`;
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(nonceBytes);
  const head = Buffer.concat([magic, salt, nonce]);
  const cipher = createCipheriv('aes-256-gcm', fileKey(key, salt, name), nonce).setAAD(head);
  await copyThrough(disk, path, draft, async (from, to) => {
    const { size } = await from.stat();
    if (size > largestBytes) throw new AppError('internal', { reason: 'too large to seal' });
    await to.write(head);
    for await (const piece of pieces(from, 0, Infinity)) await writeAll(to, cipher.update(piece));
    await writeAll(to, Buffer.concat([cipher.final(), cipher.getAuthTag()]));
  });
  await disk.rename(draft, sealed);
  await disk.flushFolder(dirname(path));
  await disk.remove(path);
}

/**
 * The way back, with the same promise. Nothing takes the open name before its last byte was proven.
 * @throws AppError `database.sealed` where the key is another one, or the file was changed
 */
export async function openSealedFile(path: string, name: string, key: Uint8Array, disk: SealDisk): Promise<void> {
  const sealed = path + sealedName;
  const draft = `${path}.opening`;
  await copyThrough(disk, sealed, draft, async (from, to) => {
    const { size } = await from.stat();
    const head = await readAt(from, 0, headBytes);
    if (size < headBytes + tagBytes || !head.subarray(0, magic.length).equals(magic))
      throw new AppError('database.sealed');
    const salt = head.subarray(magic.length, magic.length + saltBytes);
    const nonce = head.subarray(magic.length + saltBytes);
    const decipher = createDecipheriv('aes-256-gcm', fileKey(key, salt, name), nonce).setAAD(head);
    decipher.setAuthTag(await readAt(from, size - tagBytes, tagBytes));
    for await (const piece of pieces(from, headBytes, size - tagBytes)) await writeAll(to, decipher.update(piece));
    try {
      decipher.final();
    } catch (error) {
      throw new AppError('database.sealed', {}, error);
    }
  });
  await disk.rename(draft, path);
  await disk.flushFolder(dirname(path));
  await disk.remove(sealed);
}

/** @throws AppError `disk.full` for whatever the disk refuses; the draft is gone then */
async function copyThrough(
  disk: SealDisk,
  source: string,
  draft: string,
  work: (from: FileHandle, to: FileHandle) => Promise<void>,
): Promise<void> {
  const from = await disk.open(source, 'r');
  try {
    const to = await disk.open(draft, 'w');
    try {
      await work(from, to);
      await to.sync();
    } finally {
      await to.close();
    }
  } catch (error) {
    await disk.remove(draft).catch(() => undefined);
    throw error instanceof AppError ? error : new AppError('disk.full', { reason: (error as NodeJS.ErrnoException).code ?? 'unknown' }, error); // prettier-ignore
  } finally {
    await from.close();
  }
}

async function* pieces(file: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(pieceBytes);
  for (let at = start; at < end;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(pieceBytes, end - at), at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  await file.read(buffer, 0, length, at);
  return buffer;
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
}
