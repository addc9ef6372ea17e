import { AppError } from '#shared/base/errors.ts';
import type { PhoneState, SimSlot } from '#shared/desk-contract/areas/phone.ts';
import type { SimCondition } from '#shared/domain/vocabulary.ts';
import type { ErrorCode } from '#shared/base/errors.ts';
import type { Modem } from './modem.ts';
import { unknownSim, type SimView } from './sim-monitor.ts';

const slotCount = 5;
export type Shape = 'modem-per-sim' | 'mux';

/** Everything that the phone's face shows is derived from this. */
export interface PhoneView {
  readonly shape: Shape | null;
  readonly modems: readonly Modem[];
  readonly activeSlot: number | null;
  readonly switchingTo: number | null;
  /** Cards behind the slot switch that were seen before; they cannot be asked now. */
  readonly remembered: ReadonlyMap<number, SimView>;
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
};

/** Who serves this slot: its own modem, or the one behind the switch. */
export const modemOf = (view: PhoneView, slot: number): Modem | null =>
  (view.shape === 'mux' ? view.modems[0] : view.modems[slot - 1]) ?? null;

/** Why this slot cannot dial now; null = it can. Calls in progress are the caller's matter. */
export function obstacleOf(view: PhoneView, slot: number): AppError | null {
  if (view.setUpProblem) return view.setUpProblem;
  const modem = modemOf(view, slot);
  if (!modem) return new AppError('phone.none', { slot });
  if (modem.state !== 'ready') return modem.problem ?? new AppError('phone.not-ready', { slot });
  if (view.shape === 'mux' && view.switchingTo !== null)
    return new AppError('phone.not-ready', { slot, reason: 'switching' });
  if (view.shape === 'mux' && slot !== view.activeSlot) return new AppError('sim.not-selected', { slot });
  const code = codeOfCondition[modem.sim.condition];
  return code ? new AppError(code, { slot }) : null;
}

export function phoneStateOf(view: PhoneView): PhoneState {
  const connection = connectionOf(view);
  const ready = view.modems.find((modem) => modem.state === 'ready');
  const identity = ready?.live?.identity;
  const usable = connection === 'ready' || connection === 'none';
  const problem = usable ? (view.setUpProblem ?? soundProblem(view)) : firstProblem(view);
  return {
    connection,
    problem: toProblem(problem),
    model: identity ? (identity.model ?? identity.profile.name) : null,
    port: view.modems[0]?.portName ?? null,
    shape: view.shape,
    activeSlot: view.activeSlot,
    slots: Array.from({ length: slotCount }, (_, index) => slotState(view, index + 1)),
    switchingTo: view.switchingTo,
  };
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
  view.modems.find((modem) => modem.state === 'ready' && modem.soundProblem)?.soundProblem ?? null;

function slotState(view: PhoneView, slot: number): SimSlot {
  const modem = modemOf(view, slot);
  const live = view.shape !== 'mux' || slot === view.activeSlot;
  const sim = live ? (modem?.sim ?? unknownSim) : { ...(view.remembered.get(slot) ?? unknownSim), bars: null };
  return {
    slot,
    condition: sim.condition,
    iccidTail: sim.iccid?.slice(-4) ?? null,
    operator: sim.operator,
    ownNumber: sim.ownNumber,
    signalBars: sim.bars,
    todayDials: 0,
    todayTalkMs: 0,
    problem: toProblem(obstacleOf(view, slot)),
  };
}

const toProblem = (error: AppError | null): PhoneState['problem'] =>
  error ? { code: error.code, details: error.details } : null;
