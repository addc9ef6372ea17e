import type { ErrorCode, ErrorDetails } from '../base/errors.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { SimRefusal } from './sim-governor.ts';

/** 手动, 轮换, 最少使用, 号码归属地优先, 老客户同卡 (product P1.3). */
export const simPolicies = ['manual', 'rotate', 'least-used', 'local-first', 'same-card'] as const;
export type SimPolicy = (typeof simPolicies)[number];

/** Why this SIM was taken, for the text `sim.why.<reason>`. The longer ones say why a policy could not have its way. */
export const simReasons = [
  'manual',
  'rotate',
  'only-one',
  'least-used',
  'local-first',
  'local-unknown', // no region is known, of the callee or of any card
  'local-none', // no usable card is from there
  'same-card',
  'same-card-new', // no card of ours is known to have called or been called by this number
  'same-card-away', // it is not in the phone, or cannot dial
  'same-card-resting', // the governor lets it rest
  'emergency',
] as const;
export type SimReason = (typeof simReasons)[number];

/** What the choice looks at, per slot. */
export interface SlotFacts {
  readonly slot: number;
  /** Why it cannot dial now; null = it can. */
  readonly obstacle: ErrorCode | null;
  /** Why its card should not dial now (sim-governor.ts); null = it may. */
  readonly refusal: SimRefusal | null;
  /** Wall clock of its card's last dial; null = none lately. */
  readonly lastDialAt: number | null;
  readonly dialsToday: number;
  /** Null = it is not known which card it is. */
  readonly iccid: string | null;
  /** Of the card, where somebody or the card itself told it. */
  readonly ownNumber: string | null;
}
export interface SimWish {
  /** The slot of this one dial, where the person named one: stronger than any policy. */
  readonly requested: number | null;
  readonly policy: SimPolicy;
  /** The slot that was clicked last. */
  readonly chosen: number | null;
  readonly callee: string;
  /** ICCID of the card that this callee saw last; null = none. */
  readonly lastCard: string | null;
  /** Of a number what is 本地 to each other (number-place.ts, `localArea`); null = not known. */
  readonly regionOf: (number: string) => string | null;
}
/** The slot to tell about and why it cannot dial; `slot` is null where there is none at all. `details` come from the governor. */
export interface SimObstacle {
  readonly slot: number | null;
  readonly code: ErrorCode;
  readonly details?: ErrorDetails;
}
export interface SimChoice {
  readonly slot: number;
  readonly reason: SimReason;
}

/**
 * Which SIM dials. A slot that a person named is never swapped for another one: its obstacle or its governor's refusal is
 * the answer. Policies take usable slots only; with none the obstacle of the most nearly usable one is told, or when the
 * first card may dial again.
 */
export function chooseSlot(slots: readonly SlotFacts[], wish: SimWish): Result<SimChoice, SimObstacle> {
  const named = wish.requested ?? (wish.policy === 'manual' ? wish.chosen : null);
  if (named !== null) {
    const slot = slots.find((other) => other.slot === named);
    if (!slot) return err({ slot: null, code: 'sim.absent' });
    if (slot.obstacle) return err({ slot: named, code: slot.obstacle });
    return slot.refusal ? err(spent(slot, slot.refusal, slots)) : ok({ slot: named, reason: 'manual' });
  }
  const usable = slots.filter((slot) => slot.obstacle === null && slot.refusal === null);
  const [first, second] = usable;
  if (!first) return err(nothingUsable(slots));
  if (!second) return ok({ slot: first.slot, reason: 'only-one' });
  return ok(byPolicy(usable, slots, wish));
}

function byPolicy(usable: readonly SlotFacts[], slots: readonly SlotFacts[], wish: SimWish): SimChoice {
  switch (wish.policy) {
    case 'manual': // nothing was clicked yet
    case 'rotate':
      return take(usable, 'rotate');
    case 'least-used': {
      const fewest = Math.min(...usable.map(({ dialsToday }) => dialsToday));
      return take(usable.filter(({ dialsToday }) => dialsToday === fewest), 'least-used'); // prettier-ignore
    }
    case 'local-first':
      return localFirst(usable, slots, wish);
    case 'same-card':
      return sameCard(usable, slots, wish);
  }
}

function localFirst(usable: readonly SlotFacts[], slots: readonly SlotFacts[], wish: SimWish): SimChoice {
  const wanted = wish.regionOf(wish.callee);
  const regionOf = ({ ownNumber }: SlotFacts): string | null => (ownNumber === null ? null : wish.regionOf(ownNumber));
  if (wanted === null || slots.every((slot) => regionOf(slot) === null)) return take(usable, 'local-unknown');
  const local = usable.filter((slot) => regionOf(slot) === wanted);
  return local.length > 0 ? take(local, 'local-first') : take(usable, 'local-none');
}

function sameCard(usable: readonly SlotFacts[], slots: readonly SlotFacts[], { lastCard }: SimWish): SimChoice {
  if (lastCard === null) return take(usable, 'same-card-new');
  const known = usable.find(({ iccid }) => iccid === lastCard);
  if (known) return { slot: known.slot, reason: 'same-card' };
  const resting = slots.some(({ iccid, obstacle, refusal }) => iccid === lastCard && obstacle === null && refusal);
  return take(usable, resting ? 'same-card-resting' : 'same-card-away');
}

/** 轮换: of these the one whose last dial is longest ago. */
function take(from: readonly SlotFacts[], reason: SimReason): SimChoice {
  const [first] = from.toSorted((a, b) => (a.lastDialAt ?? -1) - (b.lastDialAt ?? -1) || a.slot - b.slot);
  if (!first) throw new RangeError('no slot to take');
  return { slot: first.slot, reason };
}

function nothingUsable(slots: readonly SlotFacts[]): SimObstacle {
  const [only] = resting(slots);
  return only ? spent(only.slot, only.refusal, slots) : clearestObstacle(slots);
}

/** Cards that could dial but for the governor, the one that may first in front. */
const resting = (slots: readonly SlotFacts[]): { slot: SlotFacts; refusal: SimRefusal }[] =>
  slots
    .flatMap((slot) => (slot.obstacle === null && slot.refusal ? [{ slot, refusal: slot.refusal }] : []))
    .toSorted((a, b) => a.refusal.until - b.refusal.until || a.slot.slot - b.slot.slot);

/**
 * The refusal with its ways on: `other` can dial now; `switchTo` could after a switch of the slot. Where all cards of
 * several rest, the first that may dial again is told.
 */
function spent(named: SlotFacts, refusal: SimRefusal, slots: readonly SlotFacts[]): SimObstacle {
  const free = slots.filter((slot) => slot.refusal === null);
  const other = free.find((slot) => slot.obstacle === null);
  const away = free.find((slot) => slot.obstacle === 'sim.not-selected');
  const all = resting(slots);
  const [soonest] = all;
  if (!other && all.length > 1 && soonest) {
    const { slot } = soonest.slot;
    const details = { count: all.length, slot, nextAt: soonest.refusal.until, switchTo: away?.slot ?? null };
    return { slot, code: 'sim.all-spent', details };
  }
  const ways = other ? { other: other.slot } : away ? { switchTo: away.slot } : {};
  const details = { ...refusal.details, slot: named.slot, nextAt: refusal.until, ...ways };
  return { slot: named.slot, code: refusal.code, details };
}

/** An empty holder says less than a card that waits for its PIN: tell what a person can mend. */
function clearestObstacle(slots: readonly SlotFacts[]): SimObstacle {
  const told = slots.find((slot) => slot.obstacle !== 'sim.absent') ?? slots[0];
  return { slot: told?.slot ?? null, code: told?.obstacle ?? 'phone.none' };
}
