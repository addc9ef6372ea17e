import { every, type Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';

const retryMs = 1000;

/**
 * Writes that must not disturb what they tell of: a disk that refuses (full, gone) does not stop a call, and what it
 * refused is tried again every second until it is there. One write per key waits; a newer one of the same key replaces
 * it, so each must write all that the older one knew.
 */
export class DurableWrites implements Disposable {
  private readonly deps: { readonly clock: Clock; readonly logger: Logger; readonly written: (key: string) => void };
  private readonly waiting = new Map<string, () => void>();
  private timer: Disposable | null = null;

  /** @param deps.written a write that had been refused is on disk now */
  constructor(deps: DurableWrites['deps']) {
    this.deps = deps;
  }

  /** Runs the write now, or again and again later. Never throws. */
  write(key: string, work: () => void): void {
    const refusedBefore = this.waiting.delete(key);
    const problem = this.attempt(work);
    if (problem === null) return;
    // Once per key: a disk that stays full must not be filled with the news of it.
    if (!refusedBefore) this.deps.logger.log('error', 'database.write-waits', { key, problem });
    this.waiting.set(key, work);
    this.timer ??= every(this.deps.clock, retryMs, () => this.retry());
  }

  /** The disk has refused what was written last under this key, and not taken it since. */
  waits(key: string): boolean {
    return this.waiting.has(key);
  }

  /** One last try; what fails now is for the next start to find. */
  dispose(): void {
    this.retry();
    this.timer?.dispose();
    this.timer = null;
  }

  private retry(): void {
    for (const [key, work] of this.waiting) {
      if (this.attempt(work) !== null) continue;
      this.waiting.delete(key);
      this.deps.written(key);
    }
    if (this.waiting.size > 0) return;
    this.timer?.dispose();
    this.timer = null;
  }

  /** @returns what is wrong; null = it is on disk */
  private attempt(work: () => void): string | null {
    try {
      work();
      return null;
    } catch (error) {
      return describeError(error);
    }
  }
}
