import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';

const comesIn = new Set<CallView['state']>(['incoming', 'waiting']);
const nobodySpeaks = new Set<CallView['state']>([...comesIn, 'held', 'ended']);

/**
 * How the window rings for these calls: `ring` = aloud, `knock` = softly, into the headset of somebody who speaks; null = not
 * at all.
 * @param calls the one in the dock and the one beside it
 */
export function ringOf(
  calls: readonly (Pick<CallView, 'state' | 'channel'> | null)[],
  whose: Settings['ringing']['calls'],
): 'ring' | 'knock' | null {
  const there = calls.filter((call) => call !== null);
  const heard = there.filter(({ channel }) => whose === 'all' || (whose === 'sip' && channel === 'sip'));
  if (!heard.some(({ state }) => comesIn.has(state))) return null;
  return there.every(({ state }) => nobodySpeaks.has(state)) ? 'ring' : 'knock';
}
