import type { SimSlot } from '#shared/desk-contract/areas/phone.ts';

/** How a slot looks at a glance. `ok` can dial; `locked` waits for a person (PIN, consent to roaming); `empty` has no card; `wait` may come by itself; `bad` needs somebody. */
export type SimTone = 'ok' | 'locked' | 'empty' | 'wait' | 'bad';

const tones: Record<SimSlot['condition'], SimTone> = {
  ready: 'ok',
  roaming: 'ok',
  'pin-required': 'locked',
  'puk-required': 'bad',
  absent: 'empty',
  unknown: 'wait',
  searching: 'wait',
  failed: 'bad',
  denied: 'bad',
  'emergency-only': 'bad',
};

/** Behind a slot switch a good card that is not the chosen one says so (`sim.not-selected`): one click mends it. */
export const isOneClickAway = (slot: SimSlot): boolean => slot.problem?.code === 'sim.not-selected';

export const simTone = (slot: SimSlot): SimTone => {
  if (slot.voice === 'no') return 'bad';
  if (slot.problem?.code === 'sim.roaming') return 'locked';
  const tone = tones[slot.condition];
  return tone === 'ok' && slot.problem && !isOneClickAway(slot) ? 'wait' : tone;
};
