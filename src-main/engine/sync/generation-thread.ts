import { Worker } from 'node:worker_threads';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { ReadableDb } from '../database/handles.ts';
import type { Database } from '../database/open-database.ts';
import { seenTable } from '../database/next-generation.ts';
import type { GenerationReader, Generations, PageFacts, Standing } from './generation.ts';
import { valueOf, type GenerationAnswer, type GenerationAsk } from './generation-protocol.ts';
import type { SentParts } from './ports.ts';

export interface ThreadDeps {
  readonly database: Pick<Database, 'write' | 'share'>;
  /** The code of the thread (engine/generation-worker.ts). */
  readonly file: URL;
  readonly logger: Logger;
}

/** The thread holds a page as text and as objects, and little else. */
const memoryMb = { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 8 };

/** Generations that are read by a thread with a connection of its own: the loop fetches pages and hands them over as bytes. */
export function createGenerations(deps: ThreadDeps): Generations {
  let ended = Promise.resolve();
  return {
    open() {
      const thread = new GenerationThread(deps, ended);
      ({ ended } = thread);
      return thread;
    },
    isUnclean: () => isUnclean(deps.database.write),
    ended: () => ended,
  };
}

/** Is something of a generation here that is neither in use nor in the making? */
export const isUnclean = (db: ReadableDb): boolean =>
  db.get(
    `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND (name GLOB 'old_*' OR name = '${seenTable}'
       AND NOT EXISTS (SELECT 1 FROM sqlite_schema AS making WHERE making.name GLOB 'next_*'))`,
  ) !== undefined;

class GenerationThread implements GenerationReader {
  readonly ended: Promise<void>;
  private readonly deps: ThreadDeps;
  private readonly worker: Promise<Worker | null>;
  private asked: { resolve(answer: GenerationAnswer): void; reject(error: unknown): void } | null = null;
  private failure: AppError | null = null;

  /** @param before another one, which may not be through yet */
  constructor(deps: ThreadDeps, before: Promise<void>) {
    this.deps = deps;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.worker = before.then(() => {
      if (!this.failure) return this.start(resolve);
      resolve();
      return null;
    });
  }

  begin(): Promise<Standing> {
    return this.ask({ do: 'begin' });
  }

  restart(): Promise<Standing> {
    return this.ask({ do: 'restart' });
  }

  look(page: SentParts, after: number): Promise<PageFacts> {
    return this.ask({ do: 'look', page, after }, page.map(({ buffer }) => buffer)); // prettier-ignore
  }

  take(): Promise<Standing> {
    return this.ask({ do: 'take' });
  }

  swap(): Promise<void> {
    return this.ask({ do: 'swap' });
  }

  clean(): Promise<void> {
    return this.ask({ do: 'clean' });
  }

  /** The thread ends by itself: first it copies what it has written, or the loop's next commit would have to. */
  dispose(): void {
    if (this.failure) return;
    this.fail(new AppError('cancelled'));
    void this.worker.then((worker) => worker?.postMessage({ do: 'close' } satisfies GenerationAsk));
  }

  private start(ended: () => void): Worker {
    const { database, file, logger } = this.deps;
    const shared = database.share();
    const { path, turn } = shared;
    const worker = new Worker(file, { workerData: { path, turn }, resourceLimits: memoryMb });
    worker.unref();
    worker.on('message', (answer: GenerationAnswer) => {
      const { asked } = this;
      this.asked = null;
      asked?.resolve(answer);
    });
    worker.on('error', (error) => {
      logger.log('error', 'sync.generation-thread-lost', { problem: describeError(error) });
      this.fail(new AppError('internal', { reason: 'generation-thread' }, error));
    });
    worker.on('exit', () => {
      this.fail(new AppError('cancelled'));
      shared.dispose();
      ended();
    });
    return worker;
  }

  private async ask<T extends Standing | PageFacts | void>(
    ask: GenerationAsk,
    transfer: ArrayBuffer[] = [],
  ): Promise<T> {
    const worker = await this.worker;
    const answer = await new Promise<GenerationAnswer>((resolve, reject) => {
      if (this.failure || !worker) return reject(this.failure ?? new AppError('cancelled'));
      this.asked = { resolve, reject };
      worker.postMessage(ask, transfer);
    });
    return valueOf(answer) as T;
  }

  private fail(error: AppError): void {
    this.failure ??= error;
    this.asked?.reject(this.failure);
    this.asked = null;
  }
}
