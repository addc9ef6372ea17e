import { AppError } from '#shared/base/errors.ts';

export interface FairGateLimits {
  /** Requests that run at once: no more than the pool has sessions, or they would only wait there, in no order of ours. */
  readonly running: number;
  /** … of one company. The rest is kept free for others, however slow this one's requests are. */
  readonly runningPerCompany: number;
  /** Requests of one company that wait for their turn; the next one is refused. */
  readonly waitingPerCompany: number;
  /** Uploads of one company under way at once. They run beside the others: most of their time goes on the wire. */
  readonly uploadsPerCompany: number;
}

const retryAfterMs = 1000;

/**
 * One company cannot starve another: who has to wait is let in company by company, not in the order of coming. In memory,
 * per process.
 */
export class FairGate {
  private readonly limits: FairGateLimits;
  private readonly running = new Map<string, number>();
  private total = 0;
  /** In order of turns: a company that was let in goes to the end. */
  private readonly waiting = new Map<string, (() => void)[]>();
  private readonly uploads = new Map<string, number>();

  constructor(limits: FairGateLimits) {
    this.limits = limits;
  }

  /** Runs `work` when it is its turn. Throws `rate.limited` when too many of this company wait already. */
  async run<T>(company: string, work: () => Promise<T>): Promise<T> {
    if (this.mayRun(company)) this.enter(company);
    else await this.turn(company);
    try {
      return await work();
    } finally {
      this.leave(company);
    }
  }

  /** For an upload; there is no waiting, since its body would lie in buffers meanwhile. Throws `rate.limited`. */
  async upload<T>(company: string, work: () => Promise<T>): Promise<T> {
    const now = this.uploads.get(company) ?? 0;
    if (now >= this.limits.uploadsPerCompany) throw new AppError('rate.limited', { retryAfterMs });
    count(this.uploads, company, 1);
    try {
      return await work();
    } finally {
      count(this.uploads, company, -1);
    }
  }

  private mayRun(company: string): boolean {
    const { running, runningPerCompany } = this.limits;
    return this.total < running && (this.running.get(company) ?? 0) < runningPerCompany;
  }

  private enter(company: string): void {
    this.total += 1;
    count(this.running, company, 1);
  }

  private turn(company: string): Promise<void> {
    const queue = this.waiting.get(company) ?? [];
    if (queue.length >= this.limits.waitingPerCompany) throw new AppError('rate.limited', { retryAfterMs });
    this.waiting.set(company, queue);
    return new Promise((resolve) => void queue.push(resolve));
  }

  private leave(company: string): void {
    this.total -= 1;
    count(this.running, company, -1);
    for (const [next, queue] of this.waiting) {
      if (!this.mayRun(next)) continue;
      const letIn = queue.shift();
      this.waiting.delete(next);
      if (queue.length > 0) this.waiting.set(next, queue);
      // Entered here, not when its promise is heard: nobody may slip in between.
      this.enter(next);
      letIn?.();
      return;
    }
  }
}

/** Counts up or down; what is at zero is forgotten. */
function count(counts: Map<string, number>, key: string, step: 1 | -1): void {
  const now = (counts.get(key) ?? 0) + step;
  if (now > 0) counts.set(key, now);
  else counts.delete(key);
}
