import type { ErrorCode } from '../base/errors.ts';
import { err, ok, type Result } from '../base/result.ts';

/** What the choice looks at, per slot. */
export interface SlotFacts {
  readonly slot: number;
  /** Why it cannot dial now; null = it can. */
  readonly obstacle: ErrorCode | null;
  /** Wall clock of its last dial; null = never. */
  readonly lastDialAt: number | null;
}
export interface SimWish {
  /** The slot of this one dial, where the person named one: stronger than any policy. */
  readonly requested: number | null;
  readonly policy: 'manual' | 'rotate';
  /** The slot that was clicked last. */
  readonly chosen: number | null;
}
/** The slot to tell about and why it cannot dial; `slot` is null where there is none at all. */
export interface SimObstacle {
  readonly slot: number | null;
  readonly code: ErrorCode;
}
export interface SimChoice {
  readonly slot: number;
  readonly reason: 'manual' | 'rotate' | 'only-one';
}

/**
 * Which SIM dials. A slot that a person named is never swapped for another one: its obstacle is the answer. 轮换 takes the
 * usable slot whose last dial is longest ago; with no usable slot the obstacle of the most nearly usable one is told.
 */
export function chooseSlot(slots: readonly SlotFacts[], wish: SimWish): Result<SimChoice, SimObstacle> {
  const named = wish.requested ?? (wish.policy === 'manual' ? wish.chosen : null);
  if (named !== null) {
    const slot = slots.find((other) => other.slot === named);
    if (!slot) return err({ slot: null, code: 'sim.absent' });
    return slot.obstacle ? err({ slot: named, code: slot.obstacle }) : ok({ slot: named, reason: 'manual' });
  }
  const usable = slots.filter((slot) => slot.obstacle === null);
  const [first] = usable.toSorted((a, b) => (a.lastDialAt ?? -1) - (b.lastDialAt ?? -1) || a.slot - b.slot);
  if (!first) return err(clearestObstacle(slots));
  return ok({ slot: first.slot, reason: usable.length === 1 ? 'only-one' : 'rotate' });
}

/** An empty holder says less than a card that waits for its PIN: tell what a person can mend. */
function clearestObstacle(slots: readonly SlotFacts[]): SimObstacle {
  const told = slots.find((slot) => slot.obstacle !== 'sim.absent') ?? slots[0];
  return { slot: told?.slot ?? null, code: told?.obstacle ?? 'phone.none' };
}
