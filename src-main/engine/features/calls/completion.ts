import { AppError } from '#shared/base/errors.ts';
import {
  callGaps,
  choiceFor,
  choiceOf,
  gapsOf,
  outcomeRequirements,
  type CallGap,
  type ChosenOutcome,
  type OutcomeSet,
} from '#shared/domain/outcome-set.ts';
import type { LeadStage, Outcome } from '#shared/domain/vocabulary.ts';
import type { CallRow } from './call-row.ts';

/** A customer whom the person follows: what their calls may require of them. */
export interface FollowedCustomer {
  readonly nextFollowUpAt: number | null;
  readonly stage: LeadStage;
}

export interface CompletionDeps {
  readonly outcomes: () => OutcomeSet;
  /** Null = the person does not follow them, or they are gone. */
  readonly followed: (leadId: string) => FollowedCustomer | null;
}

type Call = Pick<CallRow, 'outcome' | 'outcome_id' | 'note' | 'lead_id' | 'started_at' | 'answered_at' | 'state'>;

/** As the row has them. */
export const missingOf = ({ missing }: Pick<CallRow, 'missing'>): CallGap[] => {
  const written = missing?.split(',') ?? [];
  return callGaps.filter((gap) => written.includes(gap));
};

/** What a call still lacks by the outcomes of the company (domain/outcome-set.ts), as it is kept in its row. */
export class CallCompletion {
  private readonly deps: CompletionDeps;

  constructor(deps: CompletionDeps) {
    this.deps = deps;
  }

  /** All that it lacks now. */
  gaps(call: Call): CallGap[] {
    const customer = call.lead_id === null ? null : this.deps.followed(call.lead_id);
    return gapsOf(this.deps.outcomes(), {
      outcome: call.outcome,
      outcomeId: call.outcome_id,
      talked: call.state === 'ended' && call.answered_at !== null,
      note: call.note,
      // What was planned before the call says nothing of what comes after it.
      customer: customer && {
        planned: customer.nextFollowUpAt !== null && customer.nextFollowUpAt > call.started_at,
        staged: customer.stage !== 'new',
      },
    });
  }

  /** Of what it lacked, what is still not there: a plan that was made and is done by now was made. */
  left(call: Call & Pick<CallRow, 'missing'>): CallGap[] {
    const now = this.gaps(call);
    return missingOf(call).filter((gap) => now.includes(gap));
  }

  /** Behind another note: the note is asked for anew, everything else is as it was. */
  afterNote(call: Call & Pick<CallRow, 'missing'>, note: string): CallGap[] {
    const now = this.gaps({ ...call, note });
    const before = missingOf(call);
    return now.filter((gap) => gap === 'note' || before.includes(gap));
  }

  /**
   * @param outcomeId null = who chose knows the meanings alone
   * @throws AppError `not-found` (not one that may be chosen now; what the call has already may stay)
   */
  chosen(call: Call, outcome: Outcome | null, outcomeId: string | null): ChosenOutcome {
    if (outcome === null) return { outcome, outcomeId: null };
    const set = this.deps.outcomes();
    if (outcomeId === null) return { outcome, outcomeId: choiceFor(set, outcome)?.id ?? null };
    const choice = choiceOf(set, { outcome, outcomeId });
    if (!choice || (!choice.active && call.outcome_id !== outcomeId)) throw new AppError('not-found');
    return { outcome, outcomeId };
  }
}

/** Gaps that are filled at the customer, and not at the call. */
export const customerGaps: readonly CallGap[] = outcomeRequirements.filter((one) => one !== 'note');
