import { outcomes, type Outcome } from './vocabulary.ts';

/** 必填项 of an outcome: what must be there besides it before a call is complete. */
export const outcomeRequirements = ['note', 'follow-up', 'stage'] as const;
export type OutcomeRequirement = (typeof outcomeRequirements)[number];

/** What a call may still lack, in the order in which a person fills it in. */
export const callGaps = ['outcome', ...outcomeRequirements] as const;
export type CallGap = (typeof callGaps)[number];

/** One 话后结果 that people choose from. */
export interface OutcomeChoice {
  /** Null = one of the product's, which is known by its meaning. */
  readonly id: string | null;
  /** Null = the product's own word for the meaning. */
  readonly name: string | null;
  /** What gate, statistics, queue and pool take it for. Never another one: old calls would change theirs. */
  readonly meaning: Outcome;
  /** False = retired: nobody chooses it any more, and calls that have it keep its name. */
  readonly active: boolean;
  readonly requires: readonly OutcomeRequirement[];
}

/** 话后结果 of a company, in the order of their keys. */
export interface OutcomeSet {
  /** 必须选择结果: an answered call is not complete without one. */
  readonly mustChoose: boolean;
  readonly outcomes: readonly OutcomeChoice[];
}

/** Of a company that has made none, and of every desk until it has heard of one. */
export const builtInOutcomes: OutcomeSet = {
  mustChoose: false,
  outcomes: outcomes.map((meaning) => ({ id: null, name: null, meaning, active: true, requires: [] })),
};

/** Characters of a name; how many may be chosen from, and how many there may be with the retired ones. */
export const outcomeBounds = { name: 20, active: 20, all: 100 } as const;

/** Of a call, as its record has them. */
export interface ChosenOutcome {
  readonly outcome: Outcome | null;
  readonly outcomeId: string | null;
}

/**
 * Which one a call has; null = none of the set's. An id counts only together with its meaning: a desk or cloud of before writes
 * the meaning alone and leaves an older id beside it.
 */
export function choiceOf(set: OutcomeSet, { outcome, outcomeId }: ChosenOutcome): OutcomeChoice | null {
  const isIt = (one: OutcomeChoice): boolean => one.id === outcomeId && one.meaning === outcome;
  return outcome === null ? null : (set.outcomes.find(isIt) ?? null);
}

/** Which one is meant by who says no more than the meaning; null = the meaning itself. */
export const choiceFor = (set: OutcomeSet, meaning: Outcome): OutcomeChoice | null =>
  set.outcomes.find((one) => one.active && one.meaning === meaning) ?? null;

/** What decides whether a call lacks something. */
export interface CallSoFar extends ChosenOutcome {
  /** It is over, and was answered. */
  readonly talked: boolean;
  readonly note: string;
  /** Of a customer whom the person follows; null = of nobody such, who cannot be planned for. */
  readonly customer: {
    /** Something is planned behind the call. */
    readonly planned: boolean;
    /** Somebody has said how far they are: not 新线索 any more. */
    readonly staged: boolean;
  } | null;
}

/** What the call still lacks, in the order of `callGaps`; empty = it is complete. */
export function gapsOf(set: OutcomeSet, call: CallSoFar): CallGap[] {
  if (call.outcome === null) return set.mustChoose && call.talked ? ['outcome'] : [];
  const { note, customer } = call;
  const isThere: { readonly [R in OutcomeRequirement]: boolean } = {
    note: note.trim() !== '',
    'follow-up': customer?.planned ?? true,
    stage: customer?.staged ?? true,
  };
  const required = choiceOf(set, call)?.requires ?? [];
  return outcomeRequirements.filter((one) => required.includes(one) && !isThere[one]);
}

/** Why a set is not taken; null = it is one. `before`: the one in whose place it comes. */
export function setFault(
  before: readonly Pick<OutcomeChoice, 'id' | 'meaning'>[],
  now: readonly OutcomeChoice[],
): 'same-name' | 'too-many' | 'none-active' | 'gone' | 'other-meaning' | null {
  const active = now.filter((one) => one.active);
  const names = active.map(({ name }) => name?.trim());
  if (active.length > outcomeBounds.active || now.length > outcomeBounds.all) return 'too-many';
  if (active.length === 0) return 'none-active';
  if (new Set(names).size !== names.length || new Set(now.map(({ id }) => id)).size !== now.length) return 'same-name';
  for (const one of before) {
    const kept = now.find(({ id }) => id === one.id);
    if (!kept) return 'gone';
    if (kept.meaning !== one.meaning) return 'other-meaning';
  }
  return null;
}
