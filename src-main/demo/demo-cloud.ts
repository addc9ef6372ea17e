import { Worker } from 'node:worker_threads';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { systemClock, workerFile, type DemoWorld } from '#engine/index.ts';
import type { CloudWorkerData, CloudWorkerMessage } from './cloud-worker.ts';

export type DemoStart = Awaited<ReturnType<DemoWorld['start']>>;
export type CloudStep = Extract<CloudWorkerMessage, { type: 'progress' }>['step'];

const firstRetryMs = 500;
const longestRetryMs = 30_000;
/** Longer than its database may take to stop (cloud/database/embedded.ts): a thread that is cut off leaves one behind. */
const closeLimitMs = 40_000;

/**
 * The cloud of the demo on a thread of its own. Started once, however many desks ask; who gives up waiting takes nothing
 * from the others; when it dies it comes back on the same port, where its desks know it.
 */
export class DemoCloud {
  private readonly dataDir: string;
  private readonly logger: Logger;
  private thread: CloudThread | null = null;
  private ending: Promise<void> = Promise.resolve();
  private port = 0;
  private revival: Disposable | undefined;

  constructor(dataDir: string, logger: Logger) {
    this.dataDir = dataDir;
    this.logger = logger.child('demo-cloud');
  }

  /** Throws `demo.start-failed`, and `cancelled` by the signal or by `stop`. */
  async start(onStep: (step: CloudStep) => void, signal: AbortSignal): Promise<DemoStart> {
    if (signal.aborted) throw new AppError('cancelled');
    const cancelled = aborted(signal);
    // What a cancelled start has begun must be gone first: there is one database in that folder.
    await Promise.race([this.ending, cancelled]);
    const thread = (this.thread ??= this.launch());
    const steps = thread.steps.on(onStep);
    thread.waiting += 1;
    try {
      return await Promise.race([thread.ready, cancelled]);
    } finally {
      steps.dispose();
      thread.waiting -= 1;
      if (thread.waiting === 0 && !thread.running) this.abandon(thread);
    }
  }

  /** Refuses whoever waits for a start; resolves when cloud and database are down. `start` starts them again. */
  async stop(): Promise<void> {
    this.revival?.dispose();
    if (this.thread) this.abandon(this.thread);
    await this.ending;
  }

  /** As `stop`, but a cloud that runs goes on. */
  cancelStart(): void {
    if (this.thread && !this.thread.running) this.abandon(this.thread);
  }

  /** Ends the thread as a bug in it would, for tests. */
  async kill(): Promise<void> {
    await this.thread?.kill();
  }

  private launch(): CloudThread {
    const thread = new CloudThread({ dataDir: this.dataDir, port: this.port }, this.logger);
    thread.ready.then(
      ({ cloudUrl }) => (this.port = Number(new URL(cloudUrl).port)),
      () => undefined, // whoever waits is told
    );
    void thread.gone.then(() => this.lost(thread));
    return thread;
  }

  /** A failed or abandoned start is not kept: the next try begins anew. */
  private abandon(thread: CloudThread): void {
    if (this.thread !== thread) return;
    this.thread = null;
    if (!thread.running) this.port = 0;
    this.ending = this.ending.then(() => thread.close());
  }

  private lost(thread: CloudThread): void {
    if (this.thread !== thread) return;
    this.thread = null;
    if (!thread.running) return;
    this.logger.log('error', 'cloud.died');
    this.revive(firstRetryMs);
  }

  private revive(wait: number): void {
    this.revival = systemClock.after(wait, () => {
      if (this.thread) return;
      const next = (this.thread = this.launch());
      next.ready.catch(() => {
        // Abandoned, or a desk has started another one.
        if (this.thread !== next) return;
        this.thread = null;
        this.revive(Math.min(longestRetryMs, wait * 2));
      });
    });
  }
}

/** One life of the thread. */
class CloudThread {
  /** Rejects with `demo.start-failed` when it ends before it runs. */
  readonly ready: Promise<DemoStart>;
  readonly gone: Promise<void>;
  readonly steps = new Emitter<CloudStep>();
  /** How many wait for `ready`. */
  waiting = 0;
  running = false;
  private readonly worker: Worker;
  private refuse: (error: AppError) => void = () => undefined;

  constructor(workerData: CloudWorkerData, logger: Logger) {
    this.worker = new Worker(workerFile(import.meta.url, 'cloud-worker'), { workerData });
    this.gone = new Promise((resolve) => this.worker.once('exit', () => resolve()));
    this.ready = new Promise((resolve, reject) => {
      this.refuse = reject;
      const fail = (reason: string): void => {
        logger.log('error', 'cloud.failed', { reason, running: this.running });
        reject(new AppError('demo.start-failed', { reason }));
      };
      this.worker.on('message', (message: CloudWorkerMessage) => {
        if (message.type === 'progress') this.steps.emit(message.step);
        if (message.type === 'log') logger.log('info', 'cloud', { line: message.line });
        if (message.type === 'failed') fail(message.reason);
        if (message.type !== 'ready') return;
        this.running = true;
        resolve({ cloudUrl: message.url, accounts: [...message.accounts] });
      });
      // Also while it runs: an 'error' that nobody hears ends the process.
      this.worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
      void this.gone.then(() => this.refuse(new AppError('demo.start-failed', { reason: 'thread-ended' })));
    });
  }

  /** In good order; a start under way is finished first, else its database would be left running. Nobody waits for it. */
  async close(): Promise<void> {
    this.refuse(new AppError('cancelled'));
    this.worker.postMessage('close');
    const limit = systemClock.after(closeLimitMs, () => void this.worker.terminate());
    await this.gone;
    limit.dispose();
  }

  async kill(): Promise<void> {
    await this.worker.terminate();
  }
}

/** Rejects when the signal is; handled here too, because a race that is over listens no more. */
function aborted(signal: AbortSignal): Promise<never> {
  const cancelled = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new AppError('cancelled')));
  });
  cancelled.catch(() => undefined);
  return cancelled;
}
