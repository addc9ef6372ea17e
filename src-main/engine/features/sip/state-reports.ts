import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { AgentView } from '#shared/desk-contract/areas/session.ts';
import type { StateReport } from '#shared/desk-contract/areas/sip-state.ts';
import type { StateCodes } from '#shared/domain/state-codes.ts';
import { StateReporter } from './state-reporter.ts';

export interface StateReportsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** That account's line is registered. */
  readonly registered: (accountId: string) => boolean;
  /** As in `StateReporterDeps`, over that account's line. */
  readonly tell: (accountId: string, code: string) => Promise<void>;
}

/** An account that the window has, and how its PBX is told; null = it is not. */
export interface TalkingAccount {
  readonly id: string;
  readonly codes: StateCodes | null;
}

interface Kept {
  codes: StateCodes | null;
  readonly reporter: StateReporter;
}

/** The agent's state at the PBX of each account, one reporter each: what one PBX refuses is no business of another. */
export class StateReports implements Disposable {
  /** What people see of any of them. */
  readonly changed = new Emitter<void>();
  private readonly deps: StateReportsDeps;
  private readonly kept = new Map<string, Kept>();
  private agent: AgentView | null = null;

  constructor(deps: StateReportsDeps) {
    this.deps = deps;
  }

  of(accountId: string): StateReport | null {
    return this.kept.get(accountId)?.reporter.report ?? null;
  }

  agentIs(agent: AgentView): void {
    this.agent = agent;
    for (const { reporter } of this.kept.values()) reporter.agentIs(agent);
  }

  /** The window has these accounts and no others from here on. */
  accountsAre(accounts: readonly TalkingAccount[]): void {
    const ids = new Set(accounts.map(({ id }) => id));
    for (const id of [...this.kept.keys()]) if (!ids.has(id)) this.leave(id);
    for (const { id, codes } of accounts) {
      const kept = this.kept.get(id) ?? this.begin(id);
      kept.codes = codes;
      kept.reporter.update();
    }
  }

  /** A line may be in another state. */
  update(): void {
    for (const { reporter } of this.kept.values()) reporter.update();
  }

  tellAgain(accountId: string): void {
    this.kept.get(accountId)?.reporter.tellAgain();
  }

  dispose(): void {
    for (const id of [...this.kept.keys()]) this.leave(id);
  }

  private begin(id: string): Kept {
    const { clock, logger, registered, tell } = this.deps;
    const reporter = new StateReporter({
      clock,
      logger,
      codes: () => kept.codes,
      registered: () => registered(id),
      tell: (code) => tell(id, code),
    });
    const kept: Kept = { codes: null, reporter };
    reporter.changed.on(() => this.changed.emit());
    if (this.agent) reporter.agentIs(this.agent);
    this.kept.set(id, kept);
    return kept;
  }

  private leave(id: string): void {
    this.kept.get(id)?.reporter.dispose();
    this.kept.delete(id);
  }
}
