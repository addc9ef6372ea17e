import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { dueMs, retryMs, type SessionTimer } from './session-timer.ts';

export interface SessionRefreshDeps {
  readonly clock: Clock;
  /** What is sent arrives, as far as anybody knows. */
  readonly lineUp: () => boolean;
  /** Sends a refresh. Rejects when it was none; what its answer says comes by `agreed`. */
  readonly refresh: () => Promise<void>;
  /** They have not refreshed in time: the call is over. */
  readonly expired: () => void;
}

/**
 * Keeps one call's session timer (RFC 4028). A line that is away ends no call: nothing is sent and nothing runs out
 * meanwhile, and when it is back a refresh of ours is made up for, and theirs, which may have been lost, gets its whole time anew.
 */
export class SessionRefresh implements Disposable {
  private readonly deps: SessionRefreshDeps;
  private timer: SessionTimer | null = null;
  /** Null = nothing is due, or it was while the line was away. */
  private due: Disposable | null = null;
  private refreshing = false;
  private over = false;
  private least = 0;

  constructor(deps: SessionRefreshDeps) {
    this.deps = deps;
  }

  get current(): SessionTimer | null {
    return this.timer;
  }

  /** s below which a server on the way takes no interval; 0 = none has said so. */
  get leastSeconds(): number {
    return this.least;
  }

  /** @returns whether that is news: the same request would be refused once more else */
  raiseLeast(seconds: number | null): boolean {
    const news = seconds !== null && seconds > Math.max(this.least, this.timer?.seconds ?? 0);
    if (news) this.least = seconds;
    return news;
  }

  /** A refresh has just gone through, whoever sent it; null = there is no timer (any more). */
  agreed(timer: SessionTimer | null): void {
    this.timer = timer;
    this.due?.dispose();
    this.due = null;
    if (timer) this.arm(dueMs(timer));
  }

  lineBack(): void {
    if (this.timer?.refresher === 'them') this.agreed(this.timer);
    else if (!this.due) this.isDue();
  }

  dispose(): void {
    this.over = true;
    this.agreed(null);
  }

  private arm(ms: number): void {
    if (!this.over) this.due = this.deps.clock.after(ms, () => this.isDue());
  }

  private isDue(): void {
    this.due = null;
    const { timer, deps } = this;
    if (!timer || !deps.lineUp()) return;
    if (timer.refresher === 'them') return deps.expired();
    if (this.refreshing) return;
    this.refreshing = true;
    void deps
      .refresh()
      .catch(() => undefined)
      .then(() => this.tried());
  }

  /** An answer has armed the next one already, or ended the timer. */
  private tried(): void {
    this.refreshing = false;
    if (this.timer && !this.due) this.arm(retryMs(this.timer));
  }
}
