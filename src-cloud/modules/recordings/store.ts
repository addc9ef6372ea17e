import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream, type Stats } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '#shared/base/errors.ts';

const suffix = '.part';

/** The files of recordings: `<company>/<id>` when verified, `<id>.part` while they arrive. Readable by the owner only. */
export class RecordingStore {
  private readonly root: string;

  /** @param root is created when missing */
  constructor(root: string) {
    this.root = root;
  }

  /** How much is here. A finished file counts whole: the cloud may have died between its rename and its row. */
  async offset(companyId: string, id: string): Promise<number> {
    return (await sizeOf(this.partial(companyId, id))) ?? (await sizeOf(this.path(companyId, id))) ?? 0;
  }

  /**
   * Appends at `offset`, which must be the length of the file; never beyond `total`. What arrived before a cut stays.
   * Resolves with the new length, on disk. Throws `disk.full`, and `input.invalid` for bytes beyond the end.
   */
  async append(
    companyId: string,
    id: string,
    offset: number,
    total: number,
    bytes: Readable,
    signal: AbortSignal,
  ): Promise<number> {
    await mkdir(join(this.root, companyId), { recursive: true, mode: 0o700 });
    const file = await open(this.partial(companyId, id), 'a', 0o600);
    let length = offset;
    try {
      for await (const chunk of bytes as AsyncIterable<Buffer>) {
        if (signal.aborted) break;
        if (length + chunk.length > total) throw new AppError('input.invalid', { reason: 'longer than Upload-Length' });
        await file.appendFile(chunk);
        length += chunk.length;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw new AppError('disk.full', {}, error);
      // The sender went away in the middle: normal, it resumes. Everything else goes up.
      if (!isCut(error)) throw error;
    } finally {
      await file.sync();
      await file.close();
    }
    return length;
  }

  /** True when the whole file has this hash; it carries its final name then. */
  async seal(companyId: string, id: string, sha256: string): Promise<boolean> {
    const partial = this.partial(companyId, id);
    const final = this.path(companyId, id);
    const source = (await sizeOf(partial)) === undefined ? final : partial;
    const hash = createHash('sha256');
    await pipeline(createReadStream(source), hash);
    if (hash.digest('hex') !== sha256) return false;
    if (source === partial) await rename(partial, final);
    return true;
  }

  async discard(companyId: string, id: string): Promise<void> {
    await rm(this.partial(companyId, id), { force: true });
  }

  /** When bytes last arrived, ms; undefined when there is no partial file. */
  async partialTouchedAt(companyId: string, id: string): Promise<number | undefined> {
    return (await statOf(this.partial(companyId, id)))?.mtimeMs;
  }

  /** Partial files into which nothing was written since. */
  async partialsBefore(before: number): Promise<{ companyId: string; id: string }[]> {
    const found: { companyId: string; id: string }[] = [];
    for (const companyId of await namesIn(this.root)) {
      for (const name of await namesIn(join(this.root, companyId))) {
        if (!name.endsWith(suffix)) continue;
        const id = name.slice(0, -suffix.length);
        const touchedAt = await this.partialTouchedAt(companyId, id);
        if (touchedAt !== undefined && touchedAt < before) found.push({ companyId, id });
      }
    }
    return found;
  }

  /** @param end inclusive */
  read(companyId: string, id: string, start: number, end: number): ReadStream {
    return createReadStream(this.path(companyId, id), { start, end });
  }

  size(companyId: string, id: string): Promise<number | undefined> {
    return sizeOf(this.path(companyId, id));
  }

  // Both parts are UUIDs: the company from our own database, the id checked by the contract.
  private path(companyId: string, id: string): string {
    return join(this.root, companyId, id);
  }
  private partial(companyId: string, id: string): string {
    return `${this.path(companyId, id)}${suffix}`;
  }
}

const sizeOf = async (path: string): Promise<number | undefined> => (await statOf(path))?.size;

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const cutCodes = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ABORT_ERR', 'EPIPE']);
const isCut = (error: unknown): boolean => cutCodes.has((error as NodeJS.ErrnoException).code ?? '');
