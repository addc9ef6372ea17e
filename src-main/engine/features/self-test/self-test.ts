import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { JsonValue } from '#shared/base/json.ts';
import {
  selfTestItems,
  type SelfTest,
  type SelfTestItem,
  type SelfTestItemId,
} from '#shared/desk-contract/areas/self-test.ts';

type Facts = Readonly<Record<string, JsonValue>>;

/** How one item came out. */
export type Verdict =
  | { readonly state: 'passed' | 'skipped'; readonly facts?: Facts }
  | { readonly state: 'warned' | 'failed'; readonly problem: AppError; readonly facts?: Facts };

/** What a check may use while it runs. */
export interface CheckRun {
  /** Shows the item as `asks` and waits for a person: `done`, `skip`, or `late` when nobody answered in time. */
  ask(withinMs: number): Promise<'done' | 'skip' | 'late'>;
  /** The same as a person's `done`: the device itself saw it. */
  seen(): void;
}

export type Check = (run: CheckRun) => Promise<Verdict> | Verdict;

export interface SelfTestDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly checks: Readonly<Record<SelfTestItemId, Check>>;
  readonly hasLiveCall: () => boolean;
}

const fresh = (): SelfTestItem[] =>
  selfTestItems.map((id) => ({ id, state: 'waiting' as const, problem: null, facts: {} }));

/**
 * Goes through the items one after the other, since some need the phone for themselves. A check that throws makes its
 * item red with the error that it threw; the others go on. A call that begins ends the run: calls are what all this is for.
 */
export class SelfTestRunner implements Disposable {
  readonly changed = new Emitter<SelfTest>();
  private readonly deps: SelfTestDeps;
  private state: SelfTest = { running: false, startedAt: null, finishedAt: null, items: [] };
  /** Raised by each start and cancel: what an older run still finds does not count. */
  private epoch = 0;
  private asking: { readonly item: SelfTestItemId; settle(answer: 'done' | 'skip' | 'late'): void } | null = null;

  constructor(deps: SelfTestDeps) {
    this.deps = deps;
  }

  get view(): SelfTest {
    return this.state;
  }

  /** @throws AppError `call.busy` */
  start(): void {
    if (this.deps.hasLiveCall()) throw new AppError('call.busy');
    this.leaveQuestion();
    this.epoch += 1;
    this.set({ running: true, startedAt: this.deps.clock.now(), finishedAt: null, items: fresh() });
    void this.run(this.epoch);
  }

  cancel(): void {
    if (!this.state.running) return;
    this.epoch += 1;
    this.leaveQuestion();
    const items = this.state.items.map((item) =>
      item.state === 'waiting' || item.state === 'running' || item.state === 'asks'
        ? { ...item, state: 'skipped' as const }
        : item,
    );
    this.set({ ...this.state, running: false, finishedAt: this.deps.clock.now(), items });
  }

  answer(item: SelfTestItemId, answer: 'done' | 'skip'): void {
    if (this.asking?.item === item) this.asking.settle(answer);
  }

  /** Something changed in the calls: none may wait for a test. */
  callsChanged(): void {
    if (this.state.running && this.deps.hasLiveCall()) this.cancel();
  }

  dispose(): void {
    this.cancel();
  }

  private async run(epoch: number): Promise<void> {
    for (const id of selfTestItems) {
      this.put(id, { state: 'running' });
      const verdict = await this.check(id);
      if (epoch !== this.epoch) return;
      const problem = 'problem' in verdict ? verdict.problem : null;
      this.put(id, {
        state: verdict.state,
        problem: problem && { code: problem.code, details: { ...problem.details } },
        facts: { ...verdict.facts },
      });
    }
    this.set({ ...this.state, running: false, finishedAt: this.deps.clock.now() });
  }

  private async check(id: SelfTestItemId): Promise<Verdict> {
    try {
      return await this.deps.checks[id]({
        ask: (withinMs) => this.ask(id, withinMs),
        seen: () => this.answer(id, 'done'),
      });
    } catch (thrown) {
      const problem = toAppError(thrown);
      this.deps.logger.log('info', 'self-test-failed', { item: id, code: problem.code });
      return { state: 'failed', problem };
    }
  }

  private ask(item: SelfTestItemId, withinMs: number): Promise<'done' | 'skip' | 'late'> {
    this.leaveQuestion();
    return new Promise((resolve) => {
      const timer = this.deps.clock.after(withinMs, () => this.asking?.settle('late'));
      this.asking = {
        item,
        settle: (answer) => {
          timer.dispose();
          this.asking = null;
          resolve(answer);
        },
      };
      this.put(item, { state: 'asks' });
    });
  }

  private leaveQuestion(): void {
    this.asking?.settle('skip');
  }

  private put(id: SelfTestItemId, change: Partial<SelfTestItem>): void {
    const items = this.state.items.map((item) => (item.id === id ? { ...item, ...change } : item));
    this.set({ ...this.state, items });
  }

  private set(state: SelfTest): void {
    this.state = state;
    this.changed.emit(state);
  }
}
