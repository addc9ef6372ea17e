import { AppError } from '#shared/base/errors.ts';
import type { PhoneState, SimSlot } from '#shared/desk-contract/areas/phone.ts';
import { isEmergencyNumber } from '#shared/domain/phone-number.ts';
import { carriesEmergency } from '#shared/domain/emergency-slot.ts';
import type { SimCondition } from '#shared/domain/vocabulary.ts';
import type { ErrorCode } from '#shared/base/errors.ts';
import type { ModemIdentity } from './bring-up.ts';
import type { Modem } from './modem.ts';
import { unknownSim, type SimView } from './sim-monitor.ts';
import type { SlotBoard } from './slot-board.ts';

const slotCount = 5;

/** Everything that the phone's face shows is derived from this. */
export interface PhoneView {
  readonly modems: readonly Modem[];
  readonly board: SlotBoard;
  /** Slots by which calls go, ringing ones included. */
  readonly slotsInCall: readonly number[];
  /** ICCIDs by which a call has rung since the start: what they can do is proven, whatever the modem could tell. */
  readonly provenCards: ReadonlySet<string>;
  readonly roamingAllowed: (iccid: string) => boolean;
  /** Changes of card that may still be asked for; null = this phone has no switch, or no limit to it. */
  readonly switchesLeft: number | null;
  /** The phone cannot be set up at all, e.g. 演示话机 outside the demo. */
  readonly setUpProblem: AppError | null;
}

const codeOfCondition: Partial<Record<SimCondition, ErrorCode>> = {
  unknown: 'phone.not-ready',
  absent: 'sim.absent',
  'pin-required': 'sim.pin-required',
  'puk-required': 'sim.puk-required',
  failed: 'sim.failed',
  searching: 'sim.not-registered',
  denied: 'sim.registration-denied',
  'emergency-only': 'sim.emergency-only',
};

/** Why this slot cannot dial now; null = it can. Calls in progress are the caller's matter. */
export function obstacleOf(view: PhoneView, slot: number): AppError | null {
  if (view.setUpProblem) return view.setUpProblem;
  const { board } = view;
  const modem = board.modemOf(slot);
  if (!modem) return new AppError('phone.none', { slot });
  if (modem.state !== 'ready') return modem.problem ?? new AppError('phone.not-ready', { slot });
  const holder = board.holderOf(slot);
  // A change at one SIM stack leaves the other one as it is.
  if (board.change && (!holder || holder.stack === board.change.holder.stack))
    return new AppError('phone.not-ready', { slot, reason: 'switching' });
  if (!holder) return new AppError('sim.not-selected', { slot });
  const sim = modem.sim(holder.stack);
  const code = codeOfCondition[sim.condition];
  if (code) return new AppError(code, { slot });
  if (sim.condition === 'roaming' && !mayRoam(view, sim)) return new AppError('sim.roaming', { slot });
  return voiceOf(view, sim) === 'no' ? new AppError('sim.no-voice', { slot }) : null;
}

/** The same for a number: what keeps a card from other calls keeps none from an emergency call (domain/emergency-slot.ts). */
export function dialObstacleOf(view: PhoneView, slot: number, dialString: string): AppError | null {
  const obstacle = obstacleOf(view, slot);
  return isEmergencyNumber(dialString) && carriesEmergency(obstacle?.code ?? null) ? null : obstacle;
}

export function phoneStateOf(view: PhoneView): PhoneState {
  const connection = connectionOf(view);
  const { board } = view;
  const ready = view.modems.find((modem) => modem.state === 'ready');
  const identity = ready?.live?.identity;
  const usable = connection === 'ready' || connection === 'none';
  const problem = usable ? (view.setUpProblem ?? soundProblem(view)) : firstProblem(view);
  return {
    connection,
    problem: toProblem(problem),
    model: identity ? (identity.model ?? identity.profile.name) : null,
    port: view.modems[0]?.portName ?? null,
    shape: board.shape,
    activeSlot: board.activeSlot,
    liveSlots: [...board.live],
    slots: Array.from({ length: slotCount }, (_, index) => slotState(view, index + 1)),
    switchingTo: board.change?.to ?? null,
    switchesLeft: view.switchesLeft,
    sound: ready?.sound.plan ?? null,
    device: identity ? deviceOf(identity, view) : null,
  };
}

function deviceOf(identity: ModemIdentity, { modems }: PhoneView): PhoneState['device'] {
  const { manufacturer, model, revision, imei, profile } = identity;
  const ports = modems.flatMap(({ portNames }) => portNames);
  return { make: manufacturer, model, revision, imeiTail: imei?.slice(-4) ?? null, profile: profile.id, ports };
}

/** One modem that works is a phone that works; what ails the others stands at their slots. */
function connectionOf({ modems }: PhoneView): PhoneState['connection'] {
  if (modems.length === 0) return 'none';
  if (modems.some((modem) => modem.state === 'ready')) return 'ready';
  return modems.some((modem) => modem.state === 'lost') ? 'lost' : 'connecting';
}

const firstProblem = (view: PhoneView): AppError | null =>
  view.setUpProblem ?? view.modems.find((modem) => modem.problem)?.problem ?? null;

/** The phone dials, but its calls would have neither opener nor recording. */
const soundProblem = (view: PhoneView): AppError | null =>
  view.modems.find((modem) => modem.state === 'ready' && modem.sound.problem)?.sound.problem ?? null;

/**
 * The card as its modem sees it; behind a switch, where it cannot be asked now, as it was last seen. A stack that changes
 * cards reads the new one before its slot is known: nothing of that may stand at the slot that it leaves.
 */
export function simOf({ board }: PhoneView, slot: number): SimView {
  const holder = board.holderOf(slot);
  if (holder && holder.stack !== board.change?.holder.stack) return holder.modem.sim(holder.stack);
  return { ...(board.remembered.get(slot) ?? unknownSim), bars: null, dbm: null };
}

function slotState(view: PhoneView, slot: number): SimSlot {
  const sim = simOf(view, slot);
  return {
    slot,
    condition: sim.condition,
    iccidTail: sim.iccid?.slice(-4) ?? null,
    operator: sim.operator,
    ownNumber: sim.ownNumber,
    signalBars: sim.bars,
    voice: voiceOf(view, sim),
    roamingAllowed: mayRoam(view, sim),
    todayDials: 0,
    todayTalkMs: 0,
    use: null,
    card: null,
    problem: toProblem(obstacleOf(view, slot)),
    offAir: isOffAir(view, slot),
    signalDbm: sim.dbm,
    pinTriesLeft: sim.pinTries,
  };
}

/** Of two SIM stacks the one without the call keeps its registration, and hears nobody. */
function isOffAir({ board, slotsInCall }: PhoneView, slot: number): boolean {
  const mine = board.holderOf(slot);
  return slotsInCall.some((other) => other !== slot && board.holderOf(other)?.modem === mine?.modem && mine !== null);
}

/** A card that cannot be told from another has no consent of its own. */
const mayRoam = (view: PhoneView, { iccid }: SimView): boolean => iccid !== null && view.roamingAllowed(iccid);

const voiceOf = ({ provenCards }: PhoneView, { voice, iccid }: SimView): SimView['voice'] =>
  voice !== null && iccid !== null && provenCards.has(iccid) ? 'yes' : voice;

const toProblem = (error: AppError | null): PhoneState['problem'] =>
  error ? { code: error.code, details: error.details } : null;
