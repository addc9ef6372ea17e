import { hasRight } from './company-rights.ts';
import type { Role } from './vocabulary.ts';

// 工作台: what a person does next, and how their day is beside their own days. Pure: facts in, words of the window out.

/** What may be proposed, the most pressing first: this order is the ranking. */
export const suggestionKinds = [
  /** Reds of 上岗自检 before the first call: whoever starts with them loses the calls. */
  'self-test',
  /** Somebody called and waits. Nobody is easier to reach, and nobody cools down faster. */
  'missed',
  /** What was promised for a time that has come. */
  'due',
  /** Customers that are gone tomorrow. */
  'taken-back',
  /** A run that stands still. */
  'queue',
  /** Interested, and nobody has planned when to call them again. */
  'unplanned',
  /** Requests of others that wait for this person. */
  'reviews',
  /** Spoken to today, and nothing says what came of it. */
  'incomplete',
  /** What the cloud did not take. */
  'refused',
  /** Claimed, and never called. */
  'never-called',
  /** Where the next customers come from: one of these, when there is nothing else to do. */
  'claim',
  'claim-public',
  'import',
  'no-leads',
] as const;
export type SuggestionKind = (typeof suggestionKinds)[number];

export interface Suggestion {
  readonly kind: SuggestionKind;
  /** Of what it is about: calls, customers, requests, lines of the self-test. */
  readonly count: number;
}

/** Of one person, now. Counts. */
export interface WorkbenchFacts {
  readonly role: Role;
  /** Their dials since midnight in Beijing. */
  readonly dials: number;
  /** Lines that today's self-test found red; 0 also where none was made. */
  readonly selfTestReds: number;
  /** Missed callers to whom nobody has spoken since. */
  readonly missed: number;
  /** Plans whose time has come. */
  readonly due: number;
  /** Leads of theirs that the rule takes back at the coming midnight, or should have. */
  readonly takenBack: number;
  /** Still to be called in a queue that stands; 0 = it runs, or there is none. */
  readonly queueLeft: number;
  readonly unplanned: number;
  /** Requests that wait for a decision, whoever may make it. */
  readonly reviews: number;
  readonly incomplete: number;
  readonly refused: number;
  readonly neverCalled: number;
  /** Leads of theirs; leads that nobody follows, in 线索库 and in 公海. */
  readonly followed: number;
  readonly library: number;
  readonly pool: number;
}

/** More at once is a list again. The rest comes up as these are done. */
export const mostSuggestions = 6;

/** What to do next, in its order: the most pressing first, six at most, never none. */
export function suggest(facts: WorkbenchFacts): Suggestion[] {
  const counts: Partial<Record<SuggestionKind, number>> = {
    'self-test': facts.dials === 0 ? facts.selfTestReds : 0,
    missed: facts.missed,
    due: facts.due,
    'taken-back': facts.takenBack,
    queue: facts.queueLeft,
    unplanned: facts.unplanned,
    reviews: hasRight(facts.role, 'listings.decide') ? facts.reviews : 0,
    incomplete: facts.incomplete,
    refused: facts.refused,
    'never-called': facts.neverCalled,
  };
  const found = suggestionKinds.flatMap((kind) => {
    const count = counts[kind] ?? 0;
    return count > 0 ? [{ kind, count }] : [];
  });
  // For when all is done; whoever follows nobody yet is told of it besides the rest.
  if (found.length === 0 || facts.followed === 0) found.push(nextCustomers(facts));
  return found.slice(0, mostSuggestions);
}

function nextCustomers({ role, library, pool }: WorkbenchFacts): Suggestion {
  if (library > 0) return { kind: 'claim', count: library };
  if (pool > 0) return { kind: 'claim-public', count: pool };
  return { kind: hasRight(role, 'leads.import') ? 'import' : 'no-leads', count: 0 };
}

/** Of outbound calls. */
export interface DayFigures {
  readonly dials: number;
  readonly connects: number;
  readonly talkMs: number;
  /** Connected calls with the outcome 有意向. */
  readonly interested: number;
}

/** So many of the person's own days are compared with; fewer than `fewestDays` say nothing. */
export const usualDays = 7;
export const fewestDays = 3;

/** What a day of this person's usually has: each the median of their days. */
export interface UsualDay extends DayFigures {
  /** 0…1; null = on no such day anybody was dialled by then. */
  readonly rate: number | null;
  /** Of how many days. */
  readonly days: number;
}

/**
 * The median of each figure over a person's last days, as they stood at one time of day. Null = there are too few of them.
 * @param days newest first; days on which they did not dial are none
 */
export function usualDay(days: readonly DayFigures[]): UsualDay | null {
  const last = days.slice(0, usualDays);
  if (last.length < fewestDays) return null;
  const of = (pick: (day: DayFigures) => number): number => Math.round(median(last.map(pick)));
  const rates = last.filter(({ dials }) => dials > 0).map(({ connects, dials }) => connects / dials);
  return {
    dials: of(({ dials }) => dials),
    connects: of(({ connects }) => connects),
    talkMs: of(({ talkMs }) => talkMs),
    interested: of(({ interested }) => interested),
    rate: rates.length === 0 ? null : median(rates),
    days: last.length,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  // The middle one, or the two around it.
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
