import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '#shared/base/errors.ts';
import { contentOf, namesIn, sizeOf, statOf } from '../../app/files.ts';

const suffix = '.part';
/** Beside the companies' folders, whose names are UUIDs. */
const quarantine = 'quarantine';

/**
 * Recordings on their way in: `<company>/<id>.part` in a folder of this server, readable by the owner only. What does not
 * have the hash that was promised is set aside in `quarantine/<company>/<id>.<ms>`.
 */
export class Incoming {
  private readonly root: string;

  /** @param root is created when missing */
  constructor(root: string) {
    this.root = root;
  }

  /** How much is here; undefined when nothing is. */
  offset(companyId: string, id: string): Promise<number | undefined> {
    return sizeOf(this.path(companyId, id));
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
    const file = await open(this.path(companyId, id), 'a', 0o600);
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

  /** SHA-256 of the file, hex. */
  async hash(companyId: string, id: string): Promise<string> {
    return (await contentOf(createReadStream(this.path(companyId, id)))).sha256;
  }

  /** Sets the file aside, for whoever wants to know what arrived instead. The upload begins anew. */
  async quarantine(companyId: string, id: string, now: number): Promise<void> {
    const folder = join(this.root, quarantine, companyId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rename(this.path(companyId, id), join(folder, `${id}.${now}`));
  }

  /** Removes what was set aside before. @returns how many */
  async emptyQuarantine(before: number): Promise<number> {
    let count = 0;
    for (const companyId of await namesIn(join(this.root, quarantine)))
      for (const name of await namesIn(join(this.root, quarantine, companyId))) {
        if (!(Number(name.split('.').at(-1)) < before)) continue;
        await rm(join(this.root, quarantine, companyId, name), { force: true });
        count += 1;
      }
    return count;
  }

  async discard(companyId: string, id: string): Promise<void> {
    await rm(this.path(companyId, id), { force: true });
  }

  /** When bytes last arrived, ms; undefined when there is no file. */
  async touchedAt(companyId: string, id: string): Promise<number | undefined> {
    return (await statOf(this.path(companyId, id)))?.mtimeMs;
  }

  /** Files into which nothing was written since. */
  async untouchedSince(before: number): Promise<{ companyId: string; id: string }[]> {
    const found: { companyId: string; id: string }[] = [];
    for (const companyId of await namesIn(this.root)) {
      for (const name of await namesIn(join(this.root, companyId))) {
        if (!name.endsWith(suffix)) continue;
        const id = name.slice(0, -suffix.length);
        const touchedAt = await this.touchedAt(companyId, id);
        if (touchedAt !== undefined && touchedAt < before) found.push({ companyId, id });
      }
    }
    return found;
  }

  // Both parts are UUIDs: the company from our own database, the id checked by the contract.
  path(companyId: string, id: string): string {
    return `${join(this.root, companyId, id)}${suffix}`;
  }
}

const cutCodes = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ABORT_ERR', 'EPIPE']);
const isCut = (error: unknown): boolean => cutCodes.has((error as NodeJS.ErrnoException).code ?? '');
