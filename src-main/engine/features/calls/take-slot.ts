import { AppError, type ErrorDetails } from '#shared/base/errors.ts';
import type { JsonValue } from '#shared/base/json.ts';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import { emergencySlot } from '#shared/domain/emergency-slot.ts';
import { localArea, type NumberPlace } from '#shared/domain/number-place.ts';
import type { PhoneNumber } from '#shared/domain/phone-number.ts';
import { chooseSlot, type SimObstacle, type SimReason, type SlotFacts } from '#shared/domain/sim-choice.ts';
import type { EngineContext } from '#engine/context.ts';
import type { DeskPhone } from '#engine/devices/face.ts';
import type { CallLookups } from './call-lookups.ts';
import { factsOf, type CardFacts } from './card-facts.ts';
import type { CardPort, DialCounts } from './ports.ts';

export interface SlotDeps {
  readonly context: EngineContext;
  readonly phone: DeskPhone;
  readonly lookups: CallLookups;
  readonly dials: DialCounts;
  readonly cards: CardPort;
  readonly settings: () => Settings;
  readonly placeOf: (number: string) => NumberPlace | null;
}

/** The slot of one dial, with what the call's row and journal keep of the choice. */
export interface TakenSlot {
  readonly slot: number;
  readonly reason: SimReason;
  /** By what the call is counted (`call.iccid`); null = not at all. */
  readonly card: string | null;
  readonly evidence: ErrorDetails;
}

/**
 * Which SIM dials this number now. Synchronous: card, counters and choice are those of the moment in which the row is
 * written.
 * @throws AppError why no slot can (`phone.none`, `sim.…`), or why the governor lets it rest and what helps
 */
export function takeSlot(deps: SlotDeps, number: PhoneNumber, requested: number | null): TakenSlot {
  const { cards, slots, wish } = lookAt(deps, number, requested);
  if (number.kind === 'emergency') return forEmergency(slots, wish, deps.phone);
  const choice = chooseSlot(slots, wish);
  if (!choice.ok) throw obstacleError(choice.error, deps.phone);
  const { slot, reason } = choice.value;
  const card = cards.find((each) => each.slot === slot);
  return { slot, reason, card: card?.key ?? null, evidence: card ? evidenceOf(card, reason) : {} };
}

/** Throws what ails the phone or the slot that would dial, whatever the governor says. */
export function checkPhone(deps: SlotDeps, number: PhoneNumber, requested: number | null): void {
  const { slots, wish } = lookAt(deps, number, requested);
  const choice = chooseSlot(ungoverned(slots), wish);
  if (!choice.ok) throw obstacleError(choice.error, deps.phone);
}

type Wish = Parameters<typeof chooseSlot>[1];
interface Look {
  readonly cards: readonly CardFacts[];
  readonly slots: readonly SlotFacts[];
  readonly wish: Wish;
}

function lookAt(deps: SlotDeps, { e164 }: PhoneNumber, requested: number | null): Look {
  const { phone, lookups, settings, placeOf } = deps;
  const { connection, slots: shown, activeSlot } = phone.state;
  if (connection === 'none') throw new AppError('phone.none');
  const cards = shown.map(({ slot }) => factsOf(deps, slot));
  const slots = cards.map((card, index) => slotFacts(card, shown[index]?.ownNumber ?? null, deps));
  const { simPolicy: policy } = settings();
  const lastCard = policy === 'same-card' ? lookups.lastCardOf(e164) : null;
  const regionOf = (number: string): string | null => localArea(placeOf(number));
  return { cards, slots, wish: { requested, policy, chosen: activeSlot, callee: e164, lastCard, regionOf } };
}

const ungoverned = (slots: readonly SlotFacts[]): SlotFacts[] => slots.map((slot) => ({ ...slot, refusal: null }));

/** Never refused for a card's sake and never counted; a slot that cannot dial gives way to any that can. */
function forEmergency(slots: readonly SlotFacts[], { requested, chosen }: Wish, phone: DeskPhone): TakenSlot {
  const choice = emergencySlot(slots, requested ?? chosen);
  if (!choice.ok) throw obstacleError(choice.error, phone);
  const { slot, reason } = choice.value;
  return { slot, reason, card: null, evidence: { sim: { slot, reason } } };
}

function slotFacts({ slot, iccid, verdict }: CardFacts, toldNumber: string | null, deps: SlotDeps): SlotFacts {
  const { usage, refusal } = verdict;
  const { phone, cards } = deps;
  return {
    slot,
    obstacle: phone.obstacle(slot)?.code ?? null,
    refusal,
    lastDialAt: usage.lastDialAt,
    dialsToday: usage.dialsToday,
    iccid,
    ownNumber: (iccid === null ? null : cards.ownNumberOf(iccid)) ?? toldNumber,
  };
}

const obstacleError = ({ slot, code, details }: SimObstacle, phone: DeskPhone): AppError =>
  details ? new AppError(code, details) : ((slot === null ? null : phone.obstacle(slot)) ?? new AppError(code));

/** What the governor looked at when it let the call pass: kept with the call, without the card's identity. */
function evidenceOf({ slot, iccid, caps, verdict }: CardFacts, reason: SimReason): { sim: JsonValue } {
  const { dialsThisHour, dialsToday, talkTodayMs } = verdict.usage;
  const countedBy = iccid === null ? 'slot' : 'card';
  return { sim: { slot, reason, countedBy, dialsThisHour, dialsToday, talkTodayMs, caps: { ...caps } } };
}
