import type { AgentState, BreakReason } from './vocabulary.ts';

/** What the person chose. Nothing but the person changes it: no call, no reconnect, no restart (product P1.2). */
export type ChosenState =
  | { readonly state: 'idle'; readonly reason: null; readonly at: number }
  | { readonly state: 'break'; readonly reason: BreakReason; readonly at: number };

export interface AgentFacts {
  readonly signedIn: boolean;
  /** A call that is not ended, in whatever state. */
  readonly inCall: boolean;
  /** On the same clock as `now`; null = no wrap-up. */
  readonly wrapUpUntil: number | null;
  readonly now: number;
}

/** What callers over SIP get while the person is on a break; a desk phone rings in any case. */
export const breakAnswers = ['ring', 'busy', 'unavailable', 'declined'] as const;
export type BreakAnswer = (typeof breakAnswers)[number];

/** The final response that says so (RFC 3261 §21.4.24, §21.4.18, §21.6.2); null = it rings. */
export const statusOfBreakAnswer: { readonly [K in BreakAnswer]: number | null } = {
  ring: null,
  busy: 486,
  unavailable: 480,
  declined: 603,
};

/** 空闲 忙碌 话后处理 小休中 离线, derived: a call covers a break and gives it back. */
export function effectiveState(chosen: ChosenState, facts: AgentFacts): AgentState {
  if (!facts.signedIn) return 'offline';
  if (facts.inCall) return 'busy';
  if (facts.wrapUpUntil !== null && facts.now < facts.wrapUpUntil) return 'wrap-up';
  return chosen.state;
}
