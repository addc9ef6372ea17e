import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Undefined where there is nothing. */
export async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export const sizeOf = async (path: string): Promise<number | undefined> => (await statOf(path))?.size;

/** None where there is no folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

export interface Content {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** Passes bytes on and knows their sum at the end. */
export function hashing(): { readonly pass: Transform; content(): Content } {
  const hash = createHash('sha256');
  let bytes = 0;
  const pass = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(null, chunk);
    },
  });
  return { pass, content: () => ({ bytes, sha256: hash.digest('hex') }) };
}

/** Reads all of it. */
export async function contentOf(source: Readable): Promise<Content> {
  const { pass, content } = hashing();
  pass.resume();
  await pipeline(source, pass);
  return content();
}
