import { z } from 'zod';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { AgentView } from '#shared/desk-contract/areas/session.ts';
import { effectiveState, type ChosenState } from '#shared/domain/agent-state.ts';
import type { CallGap } from '#shared/domain/outcome-set.ts';
import { breakReasons, type AgentState, type BreakReason } from '#shared/domain/vocabulary.ts';
import type { EngineContext } from '../../context.ts';

export interface AgentDeps {
  readonly context: EngineContext;
  /** Keeps the choice over restarts; of the signed-in person. */
  readonly store: { get(key: string): string | undefined; set(key: string, value: string): void };
  readonly signedIn: () => boolean;
  readonly inCall: () => boolean;
  /** What the call that is being wrapped up still lacks; while it does, 话后处理 is not over. */
  readonly owed: () => readonly CallGap[];
  /** How long 话后处理 lasts. */
  readonly wrapUpSeconds: () => number;
}

const key = 'agent.chosen';
const stored = z.discriminatedUnion('state', [
  z.object({ state: z.literal('idle'), reason: z.null(), at: z.number() }),
  z.object({ state: z.literal('break'), reason: z.enum(breakReasons), at: z.number() }),
]);

/** What the person chose, kept; what they are, derived from it and from calls. */
export class AgentService implements Disposable {
  readonly changed = new Emitter<AgentView>();
  private readonly deps: AgentDeps;
  private readonly bag = new DisposeBag();
  private chosen: ChosenState;
  /** Runs on the monotonic clock: a wall clock that is set does not stretch it. */
  private wrapUp: { readonly until: number | null; readonly timer: Disposable | null } | null = null;
  private shown: { readonly state: AgentState; readonly since: number };

  constructor(deps: AgentDeps) {
    this.deps = deps;
    this.chosen = this.load();
    this.shown = { state: this.effective(), since: this.deps.context.clock.now() };
    this.bag.add({ dispose: () => this.wrapUp?.timer?.dispose() });
  }

  get view(): AgentView {
    const { state, reason } = this.chosen;
    const since = Math.round(this.shown.since);
    return { effective: this.shown.state, chosen: state, breakReason: reason, since, wrapUp: this.wrapUpShown() };
  }

  /** The person decides; a wrap-up under way is over with that. A break without a reason is 其他. */
  choose(state: 'idle' | 'break', reason: BreakReason | null): void {
    const at = this.deps.context.clock.now();
    this.chosen = state === 'idle' ? { state, reason: null, at } : { state, reason: reason ?? 'other', at };
    this.deps.store.set(key, JSON.stringify(this.chosen));
    this.stopWrapUp();
    this.update(true);
  }

  /** @throws AppError `call.incomplete`; from then on its clock stands still */
  finishWrapUp(): void {
    const missing = this.deps.owed();
    if (missing.length > 0) {
      this.keepWrapUp();
      throw new AppError('call.incomplete', { missing: [...missing] });
    }
    this.stopWrapUp();
    this.update();
  }

  /**
   * 继续整理: 话后处理 lasts until the person ends it, whatever rings meanwhile.
   * @returns false where nothing is being wrapped up
   */
  keepWrapUp(): boolean {
    if (this.effective() !== 'wrap-up') return false;
    this.stopWrapUp();
    this.wrapUp = { until: null, timer: null };
    this.update(true);
    return true;
  }

  /** Only a conversation needs wrapping up: a call that nobody answered leaves the agent as they were. */
  callEnded(answered: boolean): void {
    const ms = this.deps.wrapUpSeconds() * 1000;
    const held = this.wrapUp?.until === null;
    if (!held || answered) this.stopWrapUp();
    if (answered && ms > 0) {
      const { clock } = this.deps.context;
      this.wrapUp = { until: clock.mono() + ms, timer: clock.after(ms, () => this.timeIsUp()) };
    }
    this.update();
  }

  /** Something that the state is derived from may have changed. */
  update(always = false): void {
    // Whatever ended the wrap-up, or where there was none: who is to be called next waits until the call is complete. A break covers it.
    if (!this.wrapUp && this.chosen.state === 'idle' && this.owes()) this.wrapUp = { until: null, timer: null };
    const state = this.effective();
    if (state === this.shown.state && !always) return;
    if (state !== this.shown.state) this.shown = { state, since: this.deps.context.clock.now() };
    this.changed.emit(this.view);
  }

  dispose(): void {
    this.bag.dispose();
  }

  /** Nobody is interrupted, nothing is lost: where something is missing the clock is over and the wrap-up is not. */
  private timeIsUp(): void {
    this.stopWrapUp();
    if (this.owes()) this.wrapUp = { until: null, timer: null };
    this.update(true);
  }

  private owes(): boolean {
    return !this.deps.inCall() && this.deps.owed().length > 0;
  }

  private effective(): AgentState {
    const { context, signedIn, inCall } = this.deps;
    return effectiveState(this.chosen, {
      signedIn: signedIn(),
      inCall: inCall(),
      wrapUpUntil: this.wrapUp && (this.wrapUp.until ?? Number.POSITIVE_INFINITY),
      now: context.clock.mono(),
    });
  }

  private wrapUpShown(): AgentView['wrapUp'] {
    if (this.shown.state !== 'wrap-up' || !this.wrapUp) return null;
    const { until } = this.wrapUp;
    const { clock } = this.deps.context;
    return { until: until === null ? null : Math.round(clock.now() + until - clock.mono()) };
  }

  private stopWrapUp(): void {
    this.wrapUp?.timer?.dispose();
    this.wrapUp = null;
  }

  private load(): ChosenState {
    const text = this.deps.store.get(key);
    if (text === undefined) return { state: 'idle', reason: null, at: 0 };
    try {
      return stored.parse(JSON.parse(text));
    } catch (error) {
      this.deps.context.logger.log('error', 'agent.choice-unreadable', { problem: describeError(error) });
      return { state: 'idle', reason: null, at: 0 };
    }
  }
}
