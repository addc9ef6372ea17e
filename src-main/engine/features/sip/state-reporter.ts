import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { describeError, toAppError, type AppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { AgentView } from '#shared/desk-contract/areas/session.ts';
import type { StateReport } from '#shared/desk-contract/areas/sip-state.ts';
import { codeOf, pbxStateOf, type PbxState, type StateCodes } from '#shared/domain/state-codes.ts';

export interface StateReporterDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Null = this account's PBX is told nothing. */
  readonly codes: () => StateCodes | null;
  readonly registered: () => boolean;
  /** Resolves when the PBX has taken the code; rejects with `sip.state-…`, or those of an order to the window. */
  readonly tell: (code: string) => Promise<void>;
}

/** After a refusal that may pass, doubling, ms. */
const firstAgainMs = 30_000;
const lastAgainMs = 300_000;

/**
 * Keeps a PBX told of the agent's state, by feature codes: at each change, and after each registration, since a PBX may have
 * forgotten it with the binding. One code at a time; what has changed meanwhile is told after it, the newest alone. A code
 * that it does not take is tried again later, one that it does not know not before something is different.
 */
export class StateReporter implements Disposable {
  /** What people see of it. */
  readonly changed = new Emitter<void>();
  private readonly deps: StateReporterDeps;
  private agent: AgentView | null = null;
  /** Grows with each registration: what was known before it is not known any more. */
  private registration = 0;
  private registered = false;
  /** The code that the PBX has taken last on this registration; null = nobody knows what it holds. */
  private known: string | null = null;
  /** Not tried again before its time. */
  private resting: string | null = null;
  private again: Disposable | null = null;
  private tries = 0;
  private telling = false;
  private over = false;
  private told: StateReport['told'] = null;
  private failed: StateReport['failed'] = null;

  constructor(deps: StateReporterDeps) {
    this.deps = deps;
  }

  get report(): StateReport | null {
    const { told, failed } = this;
    return this.deps.codes() && { told, failed };
  }

  agentIs(agent: AgentView): void {
    this.agent = agent;
    this.next();
  }

  /** The account or its line may be another, or in another state. */
  update(): void {
    if (!this.deps.codes()) return this.forget();
    const registered = this.deps.registered();
    if (registered !== this.registered) {
      this.registered = registered;
      this.registration += 1;
      this.known = null;
      this.wakeUp();
    }
    this.next();
  }

  /** A person wants it told now, whatever the PBX is thought to know. */
  tellAgain(): void {
    this.known = null;
    this.wakeUp();
    this.next();
  }

  dispose(): void {
    this.over = true;
    this.again?.dispose();
  }

  private next(): void {
    const codes = this.deps.codes();
    const { agent, told } = this;
    if (!codes || !agent || !this.registered || this.telling || this.over) return;
    const state = pbxStateOf(agent.chosen, agent.effective, told?.state ?? null);
    const code = codeOf(codes, state);
    if (code === this.known || code === this.resting) return;
    // Another state is news of its own.
    if (this.resting !== null) this.wakeUp();
    void this.tell(code, state);
  }

  private async tell(code: string, state: PbxState): Promise<void> {
    const { registration } = this;
    this.telling = true;
    const problem = await this.deps.tell(code).then(() => null, toAppError);
    this.telling = false;
    if (this.over || !this.deps.codes()) return;
    const isNews = registration === this.registration;
    if (problem === null) this.took(code, state, isNews);
    else if (isNews) this.refused(code, state, problem);
    this.changed.emit();
    this.next();
  }

  private took(code: string, state: PbxState, isNews: boolean): void {
    this.told = { state, at: this.now() };
    if (!isNews) return;
    this.known = code;
    this.failed = null;
    this.tries = 0;
  }

  private refused(code: string, state: PbxState, problem: AppError): void {
    const { clock, logger } = this.deps;
    logger.log('warn', 'sip.state-not-told', { state, problem: describeError(problem) });
    // It may have taken it all the same.
    this.known = null;
    this.resting = code;
    // Whoever tells it is gone: it is told anew when somebody is there again.
    if (problem.code === 'sip.state-line-lost' || problem.code === 'sip.window-lost') return;
    const againMs = problem.spec.retry ? Math.min(lastAgainMs, firstAgainMs * 2 ** this.tries) : null;
    this.tries += 1;
    const retryAt = againMs === null ? null : this.now() + againMs;
    const details = { ...problem.details, code };
    this.failed = { state, problem: { code: problem.code, details }, at: this.now(), retryAt };
    if (againMs === null) return;
    this.again = clock.after(againMs, () => {
      this.resting = null;
      this.next();
    });
  }

  private wakeUp(): void {
    this.again?.dispose();
    this.again = null;
    this.resting = null;
    this.tries = 0;
  }

  private forget(): void {
    this.wakeUp();
    this.known = this.told = this.failed = null;
    this.registered = false;
  }

  private now(): number {
    return Math.round(this.deps.clock.now());
  }
}
