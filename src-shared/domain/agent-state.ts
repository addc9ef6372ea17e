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

/** 空闲 忙碌 话后处理 小休中 离线, derived: a call covers a break and gives it back. */
export function effectiveState(chosen: ChosenState, facts: AgentFacts): AgentState {
  if (!facts.signedIn) return 'offline';
  if (facts.inCall) return 'busy';
  if (facts.wrapUpUntil !== null && facts.now < facts.wrapUpUntil) return 'wrap-up';
  return chosen.state;
}
