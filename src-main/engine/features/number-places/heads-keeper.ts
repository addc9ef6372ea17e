import type { Clock } from '#shared/base/clock.ts';
import { disposable, type Disposable } from '#shared/base/dispose.ts';
import { AppError, describeError, toAppError, type ErrorCode } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { cloudRoutes } from '#shared/cloud-contract/contract.ts';
import type { NumberHeads } from '#shared/domain/number-heads.ts';
import { backoff, type CloudClient } from '../../sync/index.ts';
import type { HeadsStore } from './heads-store.ts';

export type HeadsCloud = Pick<CloudClient, 'call' | 'open'>;

interface HeadsKeeperDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly cloud: HeadsCloud;
  readonly store: Pick<HeadsStore, 'load' | 'take' | 'keepOnly'>;
  /** In [0, 1). */
  readonly random: () => number;
  readonly use: (table: NumberHeads | null) => void;
}

/** A table is another one every month or so. Anywhere in the second half of it: a thousand desks do not come at once. */
const everyMs = 6 * 3_600_000;
/** What does not go away in minutes: fetching megabytes again and again would not help. */
const lasting: ReadonlySet<ErrorCode> = new Set(['cloud.refused', 'disk.full', 'internal']);

/**
 * Keeps the table of number heads as the cloud has it: what lies here is in use at once, and stays while the cloud is away or is
 * one that does not know the question. Asked for its hash at each sign-in and every few hours, and for the table where the hash is
 * another one. A cloud that says that it has none takes ours away.
 */
export class HeadsKeeper implements Disposable {
  private readonly deps: HeadsKeeperDeps;
  private readonly stop = new AbortController();
  private timer: Disposable = disposable(() => undefined);
  private failures = 0;
  /** Of the table in use. */
  private sha256: string | null = null;

  constructor(deps: HeadsKeeperDeps) {
    this.deps = deps;
  }

  /** Never rejects. Resolves when the cloud was asked once. */
  async start(): Promise<void> {
    const stored = await this.deps.store.load();
    if (this.stop.signal.aborted) return;
    if (stored) this.take(stored.sha256, stored.heads);
    await this.ask();
  }

  dispose(): void {
    this.stop.abort();
    this.timer.dispose();
  }

  private async ask(): Promise<void> {
    const { clock, logger, random } = this.deps;
    let wait = everyMs * (0.5 + random() / 2);
    try {
      await this.askOnce();
      this.failures = 0;
    } catch (thrown) {
      if (this.stop.signal.aborted) return;
      this.failures += 1;
      logger.log('warn', 'fetch-failed', { failures: this.failures, problem: describeError(thrown) });
      const { code, details } = toAppError(thrown);
      if (typeof details['retryAfterMs'] === 'number') wait = details['retryAfterMs'];
      else if (!lasting.has(code)) wait = backoff(this.failures, random);
    }
    if (!this.stop.signal.aborted) this.timer = clock.after(wait, () => void this.ask());
  }

  private async askOnce(): Promise<void> {
    const { cloud, store } = this.deps;
    const { signal } = this.stop;
    const told = await cloud.call(cloudRoutes.numberHeads, {}, signal).catch((error: unknown) => {
      // A cloud of before: nothing is known of its table, so ours stays.
      if (error instanceof AppError && error.code === 'not-found') return null;
      throw error;
    });
    if (!told || told.file?.sha256 === this.sha256) return;
    if (!told.file) {
      if (this.sha256 === null) return;
      this.take(null, null);
      return store.keepOnly(null);
    }
    const { sha256 } = told.file;
    const source = await cloud.open(cloudRoutes.numberHeadsFile, { params: { sha256 } }, signal);
    const { heads } = await store.take(sha256, source, signal);
    this.take(sha256, heads);
  }

  private take(sha256: string | null, heads: NumberHeads | null): void {
    this.sha256 = sha256;
    this.deps.logger.log('info', 'in-use', { sha256, version: heads?.version ?? null, rows: heads?.rows ?? 0 });
    this.deps.use(heads);
  }
}
