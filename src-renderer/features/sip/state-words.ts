import type { PbxState } from '#shared/domain/state-codes.ts';

const agentStateOf = { ready: 'idle', break: 'break', 'wrap-up': 'wrap-up' } as const;

/** Key of the word that the agent has for it themselves. */
export const stateWord = (state: PbxState): string => `words.agentState.${agentStateOf[state]}`;
