import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';
import type { PhoneState, SimSlot } from '#shared/desk-contract/areas/phone.ts';
import type { SelfTestItemId } from '#shared/desk-contract/areas/self-test.ts';
import { clockProblem } from '#shared/domain/clock-off.ts';
import type { DeskPhone } from '../../devices/index.ts';
import type { Check, Verdict } from './self-test.ts';

/** The keys of the phone or headset, where it has any. */
export interface HookKeys {
  readonly connected: () => boolean;
  /** Each change of the handset: lifted or put down. */
  onHook(listener: () => void): Disposable;
}

export interface CheckDeps {
  readonly phone: Pick<DeskPhone, 'state' | 'testSound'>;
  readonly keys: HookKeys;
  /** Whether F2 also works while another program has the focus. */
  readonly globalCutIn: () => 'registered' | 'busy' | 'unavailable';
  /** How far the PC's clock is behind the cloud's, ms; negative = ahead; null = not known. */
  readonly clockOffMs: () => number | null;
}

/** So long a person may take to lift a handset or press a key. */
const askWithinMs = 30_000;
/** One bar: the first call into a lift loses it. */
const weakBars = 1;

const toError = ({ code, details }: NonNullable<PhoneState['problem']>): AppError =>
  new AppError(code as AppError['code'], details);

/** The checks in the order in which one leans on the other. */
export function phoneChecks(deps: CheckDeps): Readonly<Record<SelfTestItemId, Check>> {
  const sim =
    (slot: number): Check =>
    () =>
      checkSim(deps.phone.state, slot);
  return {
    phone: () => checkPhone(deps.phone.state),
    'sim-1': sim(1),
    'sim-2': sim(2),
    'sim-3': sim(3),
    'sim-4': sim(4),
    'sim-5': sim(5),
    signal: () => checkSignal(deps.phone.state),
    sound: () => checkSound(deps),
    clock: () => checkClock(deps.clockOffMs()),
    hook: (run) => checkHook(deps, run),
    'cut-in-key': (run) => checkCutInKey(deps, run),
  };
}

function checkPhone({ connection, problem, model, port }: PhoneState): Verdict {
  const facts = { model, port };
  if (connection === 'ready' && !problem) return { state: 'passed', facts };
  if (connection === 'ready' && problem) return { state: 'warned', problem: toError(problem), facts };
  const failure = problem ? toError(problem) : new AppError(connection === 'none' ? 'phone.none' : 'phone.not-ready');
  return { state: 'failed', problem: failure, facts };
}

const isUsable = (slot: SimSlot): boolean =>
  slot.problem === null && (slot.condition === 'ready' || slot.condition === 'roaming');

function checkSim(state: PhoneState, wanted: number): Verdict {
  const slot = state.slots.find((other) => other.slot === wanted);
  if (!slot || state.connection !== 'ready') return { state: 'skipped' };
  const facts = { operator: slot.operator, bars: slot.signalBars, tail: slot.iccidTail, voice: slot.voice };
  if (isUsable(slot)) return { state: 'passed', facts };
  // A card behind the switch cannot be asked without moving the switch, which wears it: not for a test.
  if (slot.problem?.code === 'sim.not-selected') return { state: 'skipped', facts };
  const problem = slot.problem ? toError(slot.problem) : new AppError('phone.not-ready', { slot: wanted });
  return { state: slot.condition === 'absent' ? 'warned' : 'failed', problem, facts };
}

function checkSignal(state: PhoneState): Verdict {
  const heard = state.slots.filter((slot) => isUsable(slot) && slot.signalBars !== null);
  const [weakest] = heard.toSorted((a, b) => (a.signalBars ?? 0) - (b.signalBars ?? 0));
  if (!weakest || state.connection !== 'ready') return { state: 'skipped' };
  const facts = { slot: weakest.slot, bars: weakest.signalBars };
  if ((weakest.signalBars ?? 0) > weakBars) return { state: 'passed', facts };
  return { state: 'warned', problem: new AppError('sim.weak-signal', facts), facts };
}

async function checkSound({ phone }: CheckDeps): Promise<Verdict> {
  if (phone.state.connection !== 'ready') return { state: 'skipped' };
  const result = await phone.testSound();
  return result ? { state: 'passed', facts: { ...result } } : checkSoundPlan(phone.state);
}

/** Where the sound cannot be tried: what calls will lack is said before the first one. */
function checkSoundPlan({ sound }: PhoneState): Verdict {
  if (sound?.clip === 'waiting' || sound?.clip === 'failed')
    return { state: 'warned', problem: new AppError('opener.not-in-phone'), facts: {} };
  if (sound?.recording === 'none') return { state: 'warned', problem: new AppError('recording.no-sound'), facts: {} };
  return { state: 'skipped' };
}

function checkClock(behindMs: number | null): Verdict {
  if (behindMs === null) return { state: 'skipped' };
  const found = clockProblem(behindMs);
  if (!found) return { state: 'passed' };
  return { state: found.bad ? 'failed' : 'warned', problem: new AppError('clock.off', { ...found.details }) };
}

async function checkHook({ keys }: CheckDeps, run: Parameters<Check>[0]): Promise<Verdict> {
  if (!keys.connected()) return { state: 'skipped' };
  const bag = new DisposeBag();
  bag.add(keys.onHook(() => run.seen()));
  const answer = await run.ask(askWithinMs);
  bag.dispose();
  return verdictOf(answer, 'self-test.no-hook');
}

/** The window tells that it saw the key; whether it also works under another window is the shell's to say. */
async function checkCutInKey({ globalCutIn }: CheckDeps, run: Parameters<Check>[0]): Promise<Verdict> {
  const elsewhere = globalCutIn();
  if (elsewhere === 'busy') return { state: 'failed', problem: new AppError('self-test.key-taken') };
  const verdict = verdictOf(await run.ask(askWithinMs), 'self-test.no-key');
  return { ...verdict, facts: { everywhere: elsewhere === 'registered' } };
}

function verdictOf(answer: 'done' | 'skip' | 'late', code: 'self-test.no-hook' | 'self-test.no-key'): Verdict {
  if (answer === 'late') return { state: 'failed', problem: new AppError(code) };
  return { state: answer === 'done' ? 'passed' : 'skipped' };
}
