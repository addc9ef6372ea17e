import { sleep, type AbortSignalLike, type Clock } from '#shared/base/clock.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, toAppError } from '#shared/base/errors.ts';
import { cloudRoutes as routes, type RouteReply } from '#shared/cloud-contract/contract.ts';
import type { CheckRun } from '#shared/desk-contract/areas/number-checks.ts';
import { createAbort } from '#shared/desk-contract/abort.ts';
import { checkedAtOnce } from '#shared/domain/number-check.ts';
import { numberChecks, type NumberCheck } from '#shared/domain/vocabulary.ts';
import type { CloudClient } from '../../sync/index.ts';
import type { CheckItem } from './choose.ts';

export type CheckCloud = Pick<CloudClient, 'call'>;
type Answer = RouteReply<typeof routes.checkNumbers>;

/** A colleague's run, or our own before a restart, may hold the cloud's places: so often it is asked again. */
const mostTries = 5;

/** One run of 号码检测: asks the cloud for some numbers after the other, and says how far it is. What was found comes by the stream. */
export class RunningCheck {
  readonly changed = new Emitter<CheckRun>();
  now: CheckRun;
  private readonly abort = createAbort();
  private readonly found = new Map<NumberCheck, number>();
  private readonly cloud: CheckCloud;
  private readonly clock: Clock;
  private readonly force: boolean;

  constructor(
    { cloud, clock }: { readonly cloud: CheckCloud; readonly clock: Clock },
    { provider, numbers, force }: Pick<CheckRun, 'provider' | 'numbers'> & { readonly force: boolean },
  ) {
    this.cloud = cloud;
    this.clock = clock;
    this.force = force;
    const counts = { done: 0, found: [], fresh: 0, busy: 0, unsupported: 0, left: 0 };
    this.now = { state: 'running', provider, numbers, ...counts, problem: null };
  }

  /** Never rejects. */
  async run(items: readonly CheckItem[]): Promise<void> {
    const { signal } = this.abort;
    try {
      for (let at = 0; at < items.length && !signal.aborted; at += checkedAtOnce) {
        const some = items.slice(at, at + checkedAtOnce);
        const answer = await this.ask(some, signal);
        this.count(some, answer);
        if (answer.problem) return this.end('failed', { code: answer.problem.code, details: answer.problem.details });
      }
      this.end(signal.aborted ? 'stopped' : 'done');
    } catch (error) {
      const { code, details } = toAppError(error);
      if (signal.aborted) this.end('stopped');
      else this.end('failed', { code, details });
    }
  }

  /** The question under way is not waited for; what it finds comes all the same. */
  stop(): void {
    this.abort.abort();
  }

  private async ask(items: readonly CheckItem[], signal: AbortSignalLike): Promise<Answer> {
    for (let tries = 1; ; tries += 1)
      try {
        return await this.cloud.call(routes.checkNumbers, { body: { items: [...items], force: this.force } }, signal);
      } catch (error) {
        const wait = error instanceof AppError && error.code === 'rate.limited' ? error.details['retryAfterMs'] : null;
        if (typeof wait !== 'number' || tries === mostTries) throw error;
        await sleep(this.clock, wait, signal);
        if (signal.aborted) throw error;
      }
  }

  private count(asked: readonly CheckItem[], { found, fresh, busy, unsupported, problem }: Answer): void {
    for (const { state } of found) this.found.set(state, (this.found.get(state) ?? 0) + 1);
    const answered = found.length + fresh + busy + unsupported;
    const { now } = this;
    this.set({
      done: now.done + (problem ? answered : asked.length),
      found: numberChecks.flatMap((state) => (this.found.has(state) ? [{ state, count: this.found.get(state) ?? 0 }] : [])), // prettier-ignore
      fresh: now.fresh + fresh,
      busy: now.busy + busy,
      unsupported: now.unsupported + unsupported,
      left: now.left + (problem ? 0 : Math.max(0, asked.length - answered)),
    });
  }

  private end(state: CheckRun['state'], problem: CheckRun['problem'] = null): void {
    this.set({ state, problem });
  }

  private set(change: Partial<CheckRun>): void {
    this.now = { ...this.now, ...change };
    this.changed.emit(this.now);
  }
}
