import type { Voices } from './voices.ts';

/** Short voices that can be told apart sample by sample: each is a constant level, greeting 1000, agent 3000, … */
export const levels = { 'customer-greeting': 1000, 'customer-reply-1': 1100, 'agent-talk': 3000 } as const;

export function levelVoices(samples: number): Voices {
  return new Map(Object.entries(levels).map(([name, level]) => [name, new Int16Array(samples).fill(level)]));
}
