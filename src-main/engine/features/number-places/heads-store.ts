import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { AbortSignalLike, Clock } from '#shared/base/clock.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { headsFaultWords, NumberHeads } from '#shared/domain/number-heads.ts';
import { nextTurn } from '../../next-turn.ts';
import { flowError, flowInto } from '../../sync/index.ts';

/** What the cloud takes at most, too (modules/number-heads/load.ts). */
const mostBytes = 64 * 1024 * 1024;
/** Of one turn of the loop, so that a call is never waiting for a table: 2 ms at most (bench/number-places). */
const bytesPerTurn = 128 * 1024;
const rowsPerTurn = 2000;

export interface StoredHeads {
  /** Of the file, hex. */
  readonly sha256: string;
  readonly heads: NumberHeads;
}

interface HeadsStoreDeps {
  /** Made when the first one comes. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The operator's table on this desk: one file, named by its hash. Another takes its place only whole: its hash is right, it was
 * looked through to its last row, and it is on the disk. Cut anywhere, one of the two is there.
 */
export class HeadsStore {
  private readonly deps: HeadsStoreDeps;
  private readonly folder: string;

  constructor(deps: HeadsStoreDeps) {
    this.deps = deps;
    this.folder = deps.folder;
  }

  /** The last good one; null = there is none. One that is not what its name says is taken away. */
  async load(): Promise<StoredHeads | null> {
    for (const name of await this.newestFirst()) {
      const sha256 = name.slice(0, -ending.length);
      try {
        const bytes = await readFile(join(this.folder, name));
        if ((await hashInTurns(bytes)) === sha256) return { sha256, heads: opened(bytes) };
        this.deps.logger.log('warn', 'damaged', { sha256 });
      } catch (error) {
        this.deps.logger.log('warn', 'unreadable', { problem: describeError(error) });
      }
    }
    return null;
  }

  /**
   * Keeps what comes as the table from now on.
   * @throws AppError `cancelled`, `cloud.unreachable`, `disk.full`; `cloud.refused` where it is not the table that was promised
   */
  async take(sha256: string, source: Readable, signal: AbortSignalLike): Promise<StoredHeads> {
    const part = join(this.folder, `${sha256}.part`);
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await this.write(part, sha256, source, signal);
      const heads = opened(await readFile(part));
      await checkInTurns(heads, signal);
      await rename(part, join(this.folder, `${sha256}${ending}`));
      await this.keepOnly(sha256);
      return { sha256, heads };
    } catch (error) {
      source.destroy();
      await rm(part, { force: true }).catch(() => undefined); // the next start takes it away
      throw flowError(error, signal);
    }
  }

  /** Takes all away but this one; null = all. */
  async keepOnly(sha256: string | null): Promise<void> {
    for (const name of await readdir(this.folder).catch(() => [] as string[])) {
      // One that cannot be removed now stays until next time; it is the older one.
      if (name !== `${sha256}${ending}`) await rm(join(this.folder, name), { force: true }).catch(() => undefined);
    }
  }

  private async write(part: string, sha256: string, source: Readable, signal: AbortSignalLike): Promise<void> {
    const hash = createHash('sha256');
    let bytes = 0;
    const onChunk = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > mostBytes) throw refused('too-large');
      hash.update(chunk);
    };
    await flowInto(source, createWriteStream(part, { mode: 0o600 }), { clock: this.deps.clock, signal, onChunk });
    if (hash.digest('hex') !== sha256) throw refused('hash');
    const file = await open(part, 'r+');
    await file.sync().finally(() => file.close());
  }

  private async newestFirst(): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => [] as string[]); // none was ever fetched
    const found: { name: string; at: number }[] = [];
    for (const name of names.filter(isTable)) found.push({ name, at: (await stat(join(this.folder, name))).mtimeMs });
    return found.sort((a, b) => b.at - a.at).map(({ name }) => name);
  }
}

const ending = '.dat';
export const isTable = (name: string): boolean => /^[0-9a-f]{64}\.dat$/.test(name);

/** Not the table that the cloud has promised. */
const refused = (reason: string): AppError => new AppError('cloud.refused', { reason: `number-heads: ${reason}` });

function opened(bytes: Uint8Array): NumberHeads {
  const heads = NumberHeads.open(bytes);
  if (!heads.ok) throw refused(headsFaultWords(heads.error));
  return heads.value;
}

async function checkInTurns(heads: NumberHeads, signal: AbortSignalLike): Promise<void> {
  for (let from = 0; from < heads.rows; from += rowsPerTurn) {
    const fault = heads.check(from, rowsPerTurn);
    if (fault) throw refused(headsFaultWords(fault));
    await nextTurn();
    if (signal.aborted) throw new AppError('cancelled');
  }
}

async function hashInTurns(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += bytesPerTurn) {
    hash.update(bytes.subarray(at, at + bytesPerTurn));
    await nextTurn();
  }
  return hash.digest('hex');
}
