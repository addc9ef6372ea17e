import { err, ok, type Result } from '../base/result.ts';
import type { SimChoice, SimObstacle, SlotFacts } from './sim-choice.ts';

/** A network takes an emergency call from any card, without registration, PIN or card (TS 22.101 §10.1); a modem must be there. */
export const carriesEmergency = (obstacle: SlotFacts['obstacle']): boolean =>
  obstacle === null || (obstacle.startsWith('sim.') && obstacle !== 'sim.not-selected');

/**
 * Which SIM carries an emergency call: the one that was meant if it can, else any that is registered, else any with a modem.
 * No policy, cap or choice is asked. Only where nothing can dial at all is there an obstacle to tell.
 */
export function emergencySlot(
  slots: readonly Pick<SlotFacts, 'slot' | 'obstacle'>[],
  meant: number | null,
): Result<SimChoice, SimObstacle> {
  const registered = slots.filter(({ obstacle }) => obstacle === null);
  const able = registered.length > 0 ? registered : slots.filter(({ obstacle }) => carriesEmergency(obstacle));
  const taken = able.find(({ slot }) => slot === meant) ?? able[0];
  if (taken) return ok({ slot: taken.slot, reason: 'emergency' });
  const told = slots.find(({ slot }) => slot === meant) ?? slots[0];
  return err({ slot: told?.slot ?? null, code: told?.obstacle ?? 'phone.none' });
}
