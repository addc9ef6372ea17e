import { every, type Clock } from '#shared/base/clock.ts';
import { disposable, DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { SerialLook } from '#shared/base/serial-look.ts';
import type { DeskSuggestion, SuggestionSubject, Workbench } from '#shared/desk-contract/areas/workbench.ts';
import type { SelfTest } from '#shared/desk-contract/areas/self-test.ts';
import { beijingDay } from '#shared/domain/sim-governor.ts';
import type { PoolRules } from '#shared/domain/pool-rules.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import { suggest, usualDay, type SuggestionKind } from '#shared/domain/workbench.ts';
import type { LeadsService, OwnLeadFacts, StoredLead } from '../leads/index.ts';
import type { CallFacts, CallSubject } from './call-facts.ts';

/** What the person's rows say. `leads` null = they are still being read. */
export interface WorkbenchRead {
  readonly calls: CallFacts;
  readonly leads: OwnLeadFacts | null;
}

/** Reads a month of calls and all leads, so it is a thread (list-thread.ts). */
export interface WorkbenchReads {
  workbench(rules: PoolRules | null): Promise<WorkbenchRead>;
}

/** So many names a suggestion has. */
export const mostSubjects = 3;
/** Between two looks: a company that dials changes something all the time, and a person sees no more than this. */
const restMs = 400;
/** The time of day goes on without anything having happened. */
const minuteMs = 60_000;

export interface WorkbenchDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly reads: WorkbenchReads;
  readonly role: () => Role;
  readonly leads: Pick<LeadsService, 'due' | 'rules' | 'onChange'>;
  readonly queueLeft: () => number;
  readonly selfTest: () => SelfTest;
  /** What the cloud did not take. */
  readonly refused: () => number;
  /** Whatever else tells that something is another one now. */
  readonly changes: readonly ((listener: () => void) => Disposable)[];
}

/** Looks while somebody looks at it, one look after the other, and says what is another one. */
export class WorkbenchService implements Disposable {
  private readonly deps: WorkbenchDeps;
  private readonly changed = new Emitter<Workbench>();
  private readonly look = new SerialLook(() => this.read());
  private watching: DisposeBag | null = null;
  private followers = 0;
  private last: Workbench | null = null;
  private resting: Disposable | null = null;
  private disposed = false;

  constructor(deps: WorkbenchDeps) {
    this.deps = deps;
  }

  /** Tells at once what is known, and what is other from then on. Nothing is looked at while nobody follows. */
  follow(listener: (now: Workbench) => void): Disposable {
    const subscription = this.changed.on(listener);
    if (this.last) listener(this.last);
    this.followers += 1;
    if (this.followers === 1) this.begin();
    return disposable(() => {
      subscription.dispose();
      this.followers -= 1;
      if (this.followers === 0) this.end();
    });
  }

  dispose(): void {
    this.disposed = true;
    this.resting?.dispose();
    this.end();
  }

  private begin(): void {
    const { clock, leads, changes } = this.deps;
    const again = (): void => this.look.again();
    this.watching = new DisposeBag();
    for (const change of [leads.onChange, leads.due.onChange.bind(leads.due), ...changes]) this.watching.add(change(again)); // prettier-ignore
    this.watching.add(every(clock, minuteMs, again));
    again();
  }

  private end(): void {
    this.watching?.dispose();
    this.watching = null;
    // By then it is of another hour.
    this.last = null;
  }

  private async read(): Promise<void> {
    const { reads, leads, clock, logger } = this.deps;
    if (!this.watching || this.disposed) return;
    try {
      const found = await reads.workbench(leads.rules());
      this.say(found);
      if (found.leads === null) this.look.again();
    } catch (error) {
      // The next change, or the next minute, asks again.
      if (!this.disposed) logger.log('warn', 'workbench.not-read', { problem: describeError(error) });
    }
    if (this.disposed) return;
    await new Promise<void>((resolve) => (this.resting = clock.after(restMs, resolve)));
  }

  private say({ calls, leads }: WorkbenchRead): void {
    if (!this.watching) return;
    const suggestions = leads && this.suggestions(calls, leads);
    const next: Workbench = { today: calls.today, usual: usualDay(calls.days), suggestions };
    if (JSON.stringify(next) === JSON.stringify(this.last)) return;
    this.last = next;
    this.changed.emit(next);
  }

  private suggestions(calls: CallFacts, { wanting, followed, library, pool }: OwnLeadFacts): DeskSuggestion[] {
    const { role, queueLeft, refused, leads } = this.deps;
    const due = leads.due.now;
    const subjects: Partial<Record<SuggestionKind, readonly SuggestionSubject[]>> = {
      missed: calls.missed.map(ofCall),
      due: due.due.map(({ leadId, companyName, phone }) => ({ name: companyName, leadId, number: phone, callId: null })), // prettier-ignore
      'taken-back': wanting['taken-back'].first.map(ofLead),
      unplanned: wanting.unplanned.first.map(ofLead),
      'never-called': wanting['never-called'].first.map(ofLead),
      incomplete: calls.incomplete.map(ofCall),
    };
    return suggest({
      role: role(),
      dials: calls.today.dials,
      selfTestReds: this.selfTestReds(),
      missed: calls.missed.length,
      due: due.count,
      takenBack: wanting['taken-back'].count,
      queueLeft: queueLeft(),
      unplanned: wanting.unplanned.count,
      reviews: calls.reviews.count,
      incomplete: calls.incomplete.length,
      refused: refused(),
      neverCalled: wanting['never-called'].count,
      ...{ followed, library, pool },
    }).map(({ kind, count }) => ({
      ...{ kind, count },
      subjects: (subjects[kind] ?? []).slice(0, mostSubjects),
      list: kind === 'reviews' ? calls.reviews.list : null,
    }));
  }

  /** Of a run that was made today. */
  private selfTestReds(): number {
    const { selfTest, clock } = this.deps;
    const { finishedAt, items } = selfTest();
    if (finishedAt === null || finishedAt < beijingDay(clock.now())) return 0;
    return items.filter(({ state }) => state === 'failed').length;
  }
}

const ofCall = ({ callId, name, leadId, number }: CallSubject): SuggestionSubject => ({ callId, name, leadId, number });
const ofLead = ({ id, companyName, phone }: StoredLead): SuggestionSubject => ({ name: companyName, leadId: id, number: phone, callId: null }); // prettier-ignore
