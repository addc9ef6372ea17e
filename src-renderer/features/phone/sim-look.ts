import type { SimSlot } from '#shared/desk-contract/areas/phone.ts';

/** How a slot looks at a glance. `ok` can dial; `locked` waits for a person (PIN, consent to roaming); `empty` has no card; `wait` may come by itself; `bad` needs somebody; `away` is behind the slot switch: what is shown of it was seen earlier. */
export type SimTone = 'ok' | 'locked' | 'empty' | 'wait' | 'bad' | 'away';

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

/** The switch moves: until it stands, no card of its SIM stack can be talked to, and none can be asked for. */
export const isSwitchMoving = (slot: SimSlot): boolean =>
  slot.problem?.code === 'phone.not-ready' && slot.problem.details['reason'] === 'switching';

/** Behind a slot switch a card that is at no modem says so (`sim.not-selected`): one click mends it, or time does. */
export const isBehindSwitch = (slot: SimSlot): boolean =>
  slot.problem?.code === 'sim.not-selected' || isSwitchMoving(slot);

export const simTone = (slot: SimSlot): SimTone => {
  if (isBehindSwitch(slot)) return 'away';
  if (slot.voice === 'no') return 'bad';
  if (slot.problem?.code === 'sim.roaming') return 'locked';
  const tone = tones[slot.condition];
  return tone === 'ok' && slot.problem ? 'wait' : tone;
};

/** How a slot is named where there is room for one word: by its operator where it can call or could once it is at a modem. */
export function simName(slot: SimSlot): { readonly operator: string } | { readonly text: string } {
  const tone = simTone(slot);
  if (slot.voice === 'no' && tone === 'bad') return { text: 'phone.voice.chip' };
  if (slot.operator !== null && (tone === 'ok' || tone === 'away')) return { operator: slot.operator };
  if (tone === 'away' && slot.condition === 'unknown') return { text: 'phone.away.unseen' };
  return { text: `words.simCondition.${slot.condition}` };
}

/** What the governor makes of a card: fine, near a cap, waiting out the gap between two dials, resting at a cap or after a streak. */
export type SimHealth = 'ok' | 'near' | 'waiting' | 'resting';

/** From here on a cap is near: operators' own watch begins before the figure that people tell. */
const nearShare = 0.8;

export interface SimGauge {
  readonly name: 'hour' | 'day' | 'talk';
  /** In [0, 1]; null = no cap. */
  readonly share: number | null;
}

export function simGauges({ use, todayDials, todayTalkMs }: SimSlot): SimGauge[] {
  if (!use) return [];
  const share = (value: number, cap: number | null): number | null => (cap === null ? null : Math.min(1, value / cap));
  return [
    { name: 'hour', share: share(use.dialsThisHour, use.hourCap) },
    { name: 'day', share: share(todayDials, use.dayCap) },
    { name: 'talk', share: share(todayTalkMs, use.talkCapMs) },
  ];
}

/** Null where nothing is counted. A rest whose end has passed is over, before the engine says so. */
export function simHealth(slot: SimSlot, now: number): SimHealth | null {
  const { use } = slot;
  if (!use) return null;
  if (use.verdict && use.nextAt !== null && use.nextAt > now) return use.verdict === 'sim.gap' ? 'waiting' : 'resting';
  return simGauges(slot).some(({ share }) => share !== null && share >= nearShare) ? 'near' : 'ok';
}

/** How long it rests yet, ms; null = it does not. Longer ones are told by the clock instead (`nextAt`). */
export const restLeft = (slot: SimSlot, now: number): number | null =>
  slot.use?.verdict && slot.use.nextAt !== null && slot.use.nextAt > now ? slot.use.nextAt - now : null;
