import { assertNever } from '../base/assert-never.ts';
import type { ChannelEvent, Stamp } from './call-channel.ts';
import type { CallState, Direction, EndCause } from './vocabulary.ts';

/**
 * One machine for every call of every channel, in both directions.
 *
 *   outbound                                                       inbound
 *
 *   placing ──▶ dialing ──▶ alerting                        incoming      waiting (a second caller)
 *      │           │           │                                │            │
 *      ├───────────┴───────────┴───── answered ────────────────┴────────────┤
 *      │  (any of the earlier states may be skipped: an IVR can answer      ▼
 *      │   before anything else was seen, research/hardware §1.5)        active ◀──resumed── held
 *      │                                                                    └─────held─────▶ ┘
 *      │ hang-up, reject (from every state that is not ended)
 *      ▼
 *   ending ───────────── ended, device-lost, closed-by-recovery ─────────▶ ended ◀── the same, from every state
 *
 * A device that does not let go makes `ending` stuck: a hang-up then counts once more.
 *
 * A device that cannot show answers goes from any state before the answer to `in-progress`, and says no more than the end.
 *
 * Rules: `ended` absorbs; answered once and ended once, the first cause wins; once a person asked to hang up the cause is
 * `local-hang-up` whatever the device says later; `accepted` (ATD's OK) is never an answer; durations come from the
 * monotonic clock only. An event that means nothing in a state is the effect `ignored`, never an exception.
 */
export type CallEvent =
  | ChannelEvent
  /** A person asks for the end; written before the first byte of the hang-up goes out. */
  | { type: 'hang-up' }
  /** A person takes an inbound call. The line says `answered` when it is so. */
  | { type: 'answer' }
  /** A person declines an inbound call. */
  | { type: 'reject' }
  /** The device is gone with the call on it. */
  | { type: 'device-lost' }
  /** Start-up found the row open and the channel does not carry the call; the stamp is the last proof of life. */
  | { type: 'closed-by-recovery' };

interface CallBase {
  readonly direction: Direction;
  /** The device cannot show answers: what was waited and talked is unknown, never guessed (research/hardware case 20). */
  readonly blind: boolean;
  readonly started: Stamp;
  readonly alerting: Stamp | null;
}
/** Not answered yet. */
export interface UnansweredCall extends CallBase {
  readonly state: 'placing' | 'dialing' | 'alerting' | 'in-progress' | 'incoming' | 'waiting';
  readonly answered: null;
  readonly ended: null;
  readonly cause: null;
}
interface LiveCall extends CallBase {
  readonly state: 'active' | 'held';
  readonly answered: Stamp;
  readonly ended: null;
  readonly cause: null;
}
/** We asked for the end; the line has not said so yet. */
interface EndingCall extends CallBase {
  readonly state: 'ending';
  /** The device does not let go of it, whatever it was told. */
  readonly stuck: boolean;
  readonly answered: Stamp | null;
  readonly ended: null;
  readonly cause: null;
}
export interface EndedCall extends CallBase {
  readonly state: 'ended';
  readonly answered: Stamp | null;
  readonly ended: Stamp;
  readonly cause: EndCause;
}
export type Call = UnansweredCall | LiveCall | EndingCall | EndedCall;

export type CallEffect =
  /** Always the first effect of an event that counts: on disk before the others run. */
  | { type: 'journal'; event: CallEvent['type']; state: CallState; stamp: Stamp }
  | { type: 'start-sound' }
  | { type: 'stop-sound' }
  | { type: 'channel-hang-up' }
  | { type: 'channel-answer' }
  | { type: 'closed' }
  /** `over`: the call has ended. `repeated`: known already. `impossible`: means nothing here (a bug of an adapter). */
  | { type: 'ignored'; event: CallEvent['type']; reason: 'over' | 'repeated' | 'impossible' };

export interface CallStep {
  readonly call: Call;
  readonly effects: readonly CallEffect[];
}

export const placeCall = (started: Stamp): UnansweredCall => fresh('placing', 'outbound', started);
/** @param second true while another call is up: the network says "waiting" (TS 27.007 §7.18, stat 5). */
export const incomingCall = (started: Stamp, second = false): UnansweredCall =>
  fresh(second ? 'waiting' : 'incoming', 'inbound', started);

const fresh = (state: UnansweredCall['state'], direction: Direction, started: Stamp): UnansweredCall => ({
  state,
  direction,
  blind: false,
  started,
  alerting: null,
  answered: null,
  ended: null,
  cause: null,
});

/** The whole rule. Pure and total: every pair of state and event has an answer. */
export function next(call: Call, event: CallEvent, stamp: Stamp): CallStep {
  switch (call.state) {
    case 'placing':
    case 'dialing':
    case 'alerting':
    case 'in-progress':
      return nextOutbound(call, event, stamp);
    case 'incoming':
    case 'waiting':
      return nextInbound(call, event, stamp);
    case 'active':
    case 'held':
      return nextLive(call, event, stamp);
    case 'ending':
      return nextEnding(call, event, stamp);
    case 'ended':
      return ignore(call, event, 'over');
    default:
      return assertNever(call);
  }
}

const progress = { placing: 0, dialing: 1, alerting: 2, 'in-progress': 3, incoming: 0, waiting: 0 } as const;

function nextOutbound(call: UnansweredCall, event: CallEvent, stamp: Stamp): CallStep {
  switch (event.type) {
    case 'accepted':
      return keep(call, event, stamp);
    case 'dialing':
    case 'alerting':
      if (progress[event.type] <= progress[call.state]) return ignore(call, event, 'repeated');
      return to({ ...call, state: event.type, alerting: event.type === 'alerting' ? stamp : null }, event, stamp);
    case 'in-progress':
      if (call.state === 'in-progress') return ignore(call, event, 'repeated');
      return to({ ...call, state: 'in-progress', blind: true }, event, stamp);
    case 'answered':
    case 'held':
    case 'resumed':
      return answer(call, event, stamp);
    case 'ended':
    case 'device-lost':
    case 'closed-by-recovery':
      return end(call, event, stamp);
    case 'hang-up':
      return beginEnding(call, event, stamp);
    case 'answer':
    case 'reject':
    case 'stuck':
      return ignore(call, event, 'impossible');
    default:
      return assertNever(event);
  }
}

function nextInbound(call: UnansweredCall, event: CallEvent, stamp: Stamp): CallStep {
  switch (event.type) {
    case 'answer':
      return keep(call, event, stamp, [{ type: 'channel-answer' }]);
    case 'answered':
    case 'held':
    case 'resumed':
      return answer(call, event, stamp);
    case 'ended':
    case 'device-lost':
    case 'closed-by-recovery':
      return end(call, event, stamp);
    case 'hang-up':
    case 'reject':
      return beginEnding(call, event, stamp);
    case 'accepted':
    case 'dialing':
    case 'alerting':
    case 'in-progress':
    case 'stuck':
      return ignore(call, event, 'impossible');
    default:
      return assertNever(event);
  }
}

function nextLive(call: LiveCall, event: CallEvent, stamp: Stamp): CallStep {
  switch (event.type) {
    case 'held':
      return call.state === 'held' ? ignore(call, event, 'repeated') : to({ ...call, state: 'held' }, event, stamp);
    case 'answered':
    case 'resumed':
      return call.state === 'active' ? ignore(call, event, 'repeated') : to({ ...call, state: 'active' }, event, stamp);
    case 'ended':
    case 'device-lost':
    case 'closed-by-recovery':
      return end(call, event, stamp);
    case 'hang-up':
      return beginEnding(call, event, stamp);
    case 'accepted': // modems that answer ATD only at CONNECT say OK this late
    case 'dialing':
    case 'alerting':
    case 'in-progress':
    case 'answer':
      return ignore(call, event, 'repeated');
    case 'reject':
    case 'stuck':
      return ignore(call, event, 'impossible');
    default:
      return assertNever(event);
  }
}

function nextEnding(call: EndingCall, event: CallEvent, stamp: Stamp): CallStep {
  switch (event.type) {
    case 'ended':
    case 'device-lost':
    case 'closed-by-recovery':
      return end(call, event, stamp);
    case 'answered':
      // The customer picked up while our hang-up was on its way: it is true and the operator charges it, but nothing starts.
      return call.answered ? ignore(call, event, 'repeated') : keep({ ...call, answered: stamp }, event, stamp);
    case 'stuck':
      return call.stuck ? ignore(call, event, 'repeated') : keep({ ...call, stuck: true }, event, stamp);
    case 'hang-up':
    case 'reject':
      if (!call.stuck) return ignore(call, event, 'repeated');
      return keep({ ...call, stuck: false }, event, stamp, [{ type: 'channel-hang-up' }]);
    case 'accepted':
    case 'dialing':
    case 'alerting':
    case 'in-progress':
    case 'held':
    case 'resumed':
      return ignore(call, event, 'repeated');
    case 'answer':
      return ignore(call, event, 'impossible');
    default:
      return assertNever(event);
  }
}

/** `held` and `resumed` prove an answer that nobody saw: only an answered call can be held (TS 27.007 §7.18). */
function answer(call: UnansweredCall, event: CallEvent, stamp: Stamp): CallStep {
  const state = event.type === 'held' ? 'held' : 'active';
  return to({ ...call, state, answered: stamp }, event, stamp, [{ type: 'start-sound' }]);
}

function beginEnding(call: UnansweredCall | LiveCall, event: CallEvent, stamp: Stamp): CallStep {
  return to({ ...call, state: 'ending', stuck: false }, event, stamp, [{ type: 'channel-hang-up' }]);
}

type EndEvent = Extract<CallEvent, { type: 'ended' | 'device-lost' | 'closed-by-recovery' }>;

function end(call: UnansweredCall | LiveCall | EndingCall, event: EndEvent, stamp: Stamp): CallStep {
  const cause = call.state === 'ending' ? 'local-hang-up' : settleCause(toldCause(event), call);
  const sound: CallEffect[] = call.answered ? [{ type: 'stop-sound' }] : [];
  return to({ ...call, state: 'ended', ended: stamp, cause }, event, stamp, [...sound, { type: 'closed' }]);
}

function toldCause(event: EndEvent): EndCause {
  if (event.type === 'ended') return event.cause;
  return event.type === 'device-lost' ? 'device-lost' : 'engine-crash';
}

/** What can only be said of a call that nobody has answered. */
const unansweredCauses: ReadonlySet<EndCause> = new Set([
  'busy',
  'no-answer',
  'rejected',
  'unreachable',
  'taken-elsewhere',
  'agent-away',
]);

/**
 * A device names the tone it hears, we say what it means: after an answer "busy" or "no answer" is the other side having
 * hung up; before an answer a called party cannot hang up, only decline.
 */
function settleCause(cause: EndCause, call: UnansweredCall | LiveCall): EndCause {
  const onlyBefore = unansweredCauses.has(cause);
  if (call.answered) return onlyBefore ? 'remote-hang-up' : cause;
  // Of calls that came in, whatever a channel says.
  if (call.direction === 'outbound' && (cause === 'taken-elsewhere' || cause === 'agent-away'))
    return 'network-failure';
  return cause === 'remote-hang-up' && call.direction === 'outbound' && !call.blind ? 'rejected' : cause;
}

function to(call: Call, event: CallEvent, stamp: Stamp, more: readonly CallEffect[] = []): CallStep {
  return { call, effects: [{ type: 'journal', event: event.type, state: call.state, stamp }, ...more] };
}

/** Counts, but the state stays. */
const keep = to;

function ignore(call: Call, event: CallEvent, reason: 'over' | 'repeated' | 'impossible'): CallStep {
  return { call, effects: [{ type: 'ignored', event: event.type, reason }] };
}

const span = (from: Stamp, to: Stamp): number => Math.max(0, Math.round(to.mono - from.mono));

/**
 * 等待时长 in ms: dial to answer, or to the end where nobody answered; null while it still runs, or where it ended unknown.
 * @param now monotonic clock, to get the running value instead of null
 */
export function waitMs(call: Call, now?: number): number | null {
  const stop = call.answered ?? call.ended;
  if (call.blind && !call.answered && call.ended) return null;
  if (stop) return span(call.started, stop);
  return now === undefined ? null : Math.max(0, Math.round(now - call.started.mono));
}

/** 通话时长 in ms: answer to end; 0 for a call that ended unanswered; null while it is not over, or unknown. `now` as in `waitMs`. */
export function talkMs(call: Call, now?: number): number | null {
  if (!call.answered) return !call.blind && (call.ended || now !== undefined) ? 0 : null;
  if (call.ended) return span(call.answered, call.ended);
  return now === undefined ? null : Math.max(0, Math.round(now - call.answered.mono));
}

/**
 * A call taken over by a new process: its stamps move onto the new monotonic clock. Only the gap between the last proof of
 * life and now rests on the wall clock; everything before stays as it was measured.
 */
export function rebase(call: Call, proof: ClockReading, now: ClockReading): Call {
  const shift = now.mono - (proof.mono + Math.max(0, now.wall - proof.wall));
  const move = (stamp: Stamp): Stamp => ({ ...stamp, mono: stamp.mono + shift });
  const base = { started: move(call.started), alerting: call.alerting && move(call.alerting) };
  switch (call.state) {
    case 'active':
    case 'held':
      return { ...call, ...base, answered: move(call.answered) };
    case 'ending':
      return { ...call, ...base, answered: call.answered && move(call.answered) };
    case 'ended':
      return { ...call, ...base, answered: call.answered && move(call.answered), ended: move(call.ended) };
    case 'placing':
    case 'dialing':
    case 'alerting':
    case 'in-progress':
    case 'incoming':
    case 'waiting':
      return { ...call, ...base };
    default:
      return assertNever(call);
  }
}

export type ClockReading = Pick<Stamp, 'wall' | 'mono'>;
