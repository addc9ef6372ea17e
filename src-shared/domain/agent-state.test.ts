import { describe, expect, it } from 'vitest';
import { effectiveState, type AgentFacts, type ChosenState } from './agent-state.ts';

const idle: ChosenState = { state: 'idle', reason: null, at: 0 };
const meal: ChosenState = { state: 'break', reason: 'meal', at: 0 };
const quiet: AgentFacts = { signedIn: true, inCall: false, wrapUpUntil: null, now: 1000 };

describe('effectiveState', () => {
  it.each([
    ['what was chosen', meal, quiet, 'break'],
    ['idle', idle, quiet, 'idle'],
    ['busy in a call, over a break too', meal, { ...quiet, inCall: true }, 'busy'],
    ['wrap-up after a call', idle, { ...quiet, wrapUpUntil: 1001 }, 'wrap-up'],
    ['the break again when the wrap-up is over', meal, { ...quiet, wrapUpUntil: 1000 }, 'break'],
    ['busy before wrap-up', idle, { ...quiet, inCall: true, wrapUpUntil: 5000 }, 'busy'],
    ['offline when nobody is signed in', meal, { ...quiet, signedIn: false, inCall: true }, 'offline'],
  ] as const)('is %s', (_, chosen, facts, state) => expect(effectiveState(chosen, facts)).toBe(state));
});
