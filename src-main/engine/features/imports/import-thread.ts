import { Worker } from 'node:worker_threads';
import type { Disposable } from '#shared/base/dispose.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { SheetAnswer, SheetAsk } from './import-protocol.ts';
import type { Sheets } from './sheet/sheet-desk.ts';

export interface ThreadDeps {
  /** Of the database. */
  readonly path: string;
  /** The code of the thread (engine/import-worker.ts). */
  readonly file: URL;
  readonly logger: Logger;
}

/** A sheet of 50,000 rows takes 150 MB while it is read; one that wants more is a bomb or no sheet of customers. */
const memoryMb = { maxOldGenerationSizeMb: 320, maxYoungGenerationSizeMb: 8 };

/**
 * Sheets by a thread of its own. It is there while a file is open and goes with it: what a sheet took of the memory is given back.
 */
export class ImportThread implements Sheets, Disposable {
  private readonly worker: Worker;
  private readonly asked = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  private next = 1;
  private failure: AppError | null = null;
  /** Resolves when the thread has closed the database. */
  readonly ended: Promise<void>;

  constructor({ path, file, logger }: ThreadDeps) {
    const worker = (this.worker = new Worker(file, { workerData: path, resourceLimits: memoryMb }));
    worker.unref();
    worker.on('message', (answer: SheetAnswer) => {
      const asked = this.asked.get(answer.number);
      this.asked.delete(answer.number);
      if (answer.ok) asked?.resolve(answer.value);
      else asked?.reject(new AppError(answer.code, answer.details));
    });
    worker.on('error', (error) => {
      logger.log('error', 'imports.thread-lost', { problem: describeError(error) });
      const { code } = error as NodeJS.ErrnoException;
      this.fail(code === 'ERR_WORKER_OUT_OF_MEMORY' ? new AppError('import.too-much-inside', {}, error) : new AppError('internal', { reason: 'import-thread' }, error)); // prettier-ignore
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    worker.on('exit', () => {
      this.fail(new AppError('cancelled'));
      resolve();
    });
  }

  open(...args: Parameters<Sheets['open']>): ReturnType<Sheets['open']> {
    return this.ask('open', args);
  }

  part(...args: Parameters<Sheets['part']>): ReturnType<Sheets['part']> {
    return this.ask('part', args);
  }

  report(...args: Parameters<Sheets['report']>): ReturnType<Sheets['report']> {
    return this.ask('report', args);
  }

  write(...args: Parameters<Sheets['write']>): ReturnType<Sheets['write']> {
    return this.ask('write', args);
  }

  checkpoint(): Promise<void> {
    return this.ask('checkpoint', []);
  }

  dispose(): void {
    if (this.failure) return;
    this.fail(new AppError('cancelled'));
    // Whoever waits for its end must see it.
    this.worker.ref();
    this.worker.postMessage('close');
  }

  private ask<K extends keyof Sheets>(what: K, args: Parameters<Sheets[K]>): ReturnType<Sheets[K]> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    if (this.failure) reject(this.failure);
    else {
      const number = this.next++;
      this.asked.set(number, { resolve, reject });
      this.worker.postMessage({ number, do: what, with: args } as SheetAsk);
    }
    return promise as ReturnType<Sheets[K]>;
  }

  private fail(error: AppError): void {
    this.failure ??= error;
    for (const { reject } of this.asked.values()) reject(this.failure);
    this.asked.clear();
  }
}
