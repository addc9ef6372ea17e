import { assertNever } from '#shared/base/assert-never.ts';
import type { LinePhase, LineTrouble } from '#shared/domain/sip-line.ts';

/**
 * When a SIP account connects, registers, asks whether the server is still there, and tries again. Pure: times are ms of
 * one monotonic clock, seconds only where SIP has them.
 *
 *   off ──start──▶ connecting ──opened──▶ registering ──accepted──▶ registered ──┐ refreshes, pings
 *                     ▲   │ closed, late       │ rejected, late, closed    │ ◀────┘
 *                     │   ▼                    ▼                           │ closed, ping unanswered, binding expired
 *                     └─ waiting ◀─────────────┴───────────────────────────┘
 *                 (time, or wake)                                     stop: from anywhere to off
 *
 * It never gives up, and never hammers: delays grow with full jitter, so that a thousand desks do not come back at once,
 * and a refused password is tried rarely, or the PBX would lock the account.
 */
export interface LineState {
  readonly phase: LinePhase;
  /** In a row, since the last proven registration. */
  readonly failures: number;
  readonly trouble: LineTrouble | null;
  /** SIP status behind the trouble; null = none was sent. */
  readonly status: number | null;
  /** Of `waiting`: when the next try begins. Else when an answer must be there, or something is due. */
  readonly deadlines: Deadlines;
  /** s that the next REGISTER asks for; a server may want more (RFC 3261 §10.2.8). */
  readonly expires: number;
}

interface Deadlines {
  readonly retry?: number;
  /** The socket is open by then. */
  readonly open?: number;
  /** REGISTER is answered by then. */
  readonly register?: number;
  readonly ping?: number;
  /** The ping is answered by then. */
  readonly pong?: number;
  readonly refresh?: number;
  /** The server forgets us. */
  readonly expiry?: number;
}

export type LineEvent =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  | { readonly type: 'opened' }
  /** The socket is gone, or did not come to be. */
  | { readonly type: 'closed' }
  /** @param expires s that the binding lives from now on */
  | { readonly type: 'accepted'; readonly expires: number }
  /** s, where the server said so. */
  | {
      readonly type: 'rejected';
      readonly status: number;
      readonly retryAfter: number | null;
      readonly minExpires: number | null;
    }
  /** Anything that came from the server: it is there. */
  | { readonly type: 'heard' }
  /** The network is back, or the machine has slept. */
  | { readonly type: 'wake' }
  /** A deadline has passed. */
  | { readonly type: 'tick' };

export type LineEffect = 'connect' | 'drop' | 'register' | 'unregister' | 'ping';

export interface LineStep {
  readonly state: LineState;
  readonly effects: readonly LineEffect[];
}

export interface LineMoment {
  /** ms, monotonic. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: () => number;
}

const openMs = 5_000;
const answerMs = 4_000;
/** Together they are how late a black hole is noticed at most. */
const pingEveryMs = 4_000;
const pongMs = 2_500;
/** A socket that worked is most likely to work again: once, at once. */
const firstRetryMs = 100;
const retryFloorMs = 250;
const retryCapMs = 30_000;
/** PBXs lock accounts after a handful of wrong passwords in a few minutes. */
const refusedMs = 60_000;
const refusedCapMs = 10 * 60_000;
const wakeWithinMs = 200;
const defaultExpires = 300;
const longestExpires = 3600;

export const lineOff: LineState = {
  phase: 'off',
  failures: 0,
  trouble: null,
  status: null,
  deadlines: {},
  expires: defaultExpires,
};

/** When `tick` is due; null = nothing is. */
export function nextDeadline({ deadlines }: LineState): number | null {
  const times = Object.values(deadlines).filter((time): time is number => time !== undefined);
  return times.length === 0 ? null : Math.min(...times);
}

/** The whole rule: every pair of phase and event has an answer. */
export function nextLine(state: LineState, event: LineEvent, moment: LineMoment): LineStep {
  const { phase } = state;
  switch (event.type) {
    case 'start':
      return phase === 'off' ? connect({ ...lineOff }, moment) : stay(state);
    case 'stop':
      return {
        state: lineOff,
        effects: phase === 'registered' ? ['unregister', 'drop'] : phase === 'off' ? [] : ['drop'],
      };
    case 'opened':
      return phase === 'connecting' ? register(state, moment) : stay(state);
    case 'closed':
      return closed(state, moment);
    case 'accepted':
      return accepted(state, event.expires, moment);
    case 'rejected':
      return rejected(state, event, moment);
    case 'heard':
      return heard(state, moment);
    case 'wake':
      return wake(state, moment);
    case 'tick':
      return tick(state, moment);
    default:
      return assertNever(event);
  }
}

const stay = (state: LineState): LineStep => ({ state, effects: [] });

function connect(state: LineState, { now }: LineMoment): LineStep {
  return { state: { ...state, phase: 'connecting', deadlines: { open: now + openMs } }, effects: ['connect'] };
}

function register(state: LineState, { now }: LineMoment): LineStep {
  return { state: { ...state, phase: 'registering', deadlines: { register: now + answerMs } }, effects: ['register'] };
}

function closed(state: LineState, moment: LineMoment): LineStep {
  if (state.phase === 'off' || state.phase === 'waiting') return stay(state);
  return fail(state, { trouble: state.phase === 'connecting' ? 'unreachable' : 'lost' }, moment);
}

function accepted(state: LineState, expires: number, { now, random }: LineMoment): LineStep {
  const { phase, deadlines } = state;
  if (phase !== 'registering' && phase !== 'registered') return stay(state);
  const ms = Math.max(1, expires) * 1000;
  return stay({
    ...state,
    phase: 'registered',
    failures: 0,
    trouble: null,
    status: null,
    deadlines: {
      ping: deadlines.ping ?? now + pingEveryMs,
      // Long before the end, so that a lost answer leaves time for another try, and spread over the desks.
      refresh: now + ms * (0.5 + 0.2 * random()),
      expiry: now + ms,
    },
  });
}

type Rejected = Extract<LineEvent, { type: 'rejected' }>;

function rejected(state: LineState, { status, retryAfter, minExpires }: Rejected, moment: LineMoment): LineStep {
  const { phase } = state;
  if (phase !== 'registering' && phase !== 'registered') return stay(state);
  const wanted = minExpires ?? 0;
  if (status === 423 && wanted > state.expires && wanted <= longestExpires)
    return register({ ...state, expires: wanted }, moment);
  const refused = status === 401 || status === 403 || status === 404 || status === 407;
  const trouble = refused ? 'refused' : 'server-error';
  return fail(state, { trouble, status, atLeast: (retryAfter ?? 0) * 1000 }, moment);
}

function heard(state: LineState, { now }: LineMoment): LineStep {
  if (state.phase !== 'registered' || state.deadlines.pong === undefined) return stay(state);
  return stay({ ...state, deadlines: { ...without(state.deadlines, 'pong'), ping: now + pingEveryMs } });
}

/** A line that seems to be up is asked at once: sockets sleep through a night without a word. */
function wake(state: LineState, moment: LineMoment): LineStep {
  const { phase, trouble } = state;
  if (phase === 'registered') return ping(state, moment);
  // A refused password gets no better by a network that is back.
  if (phase !== 'waiting' || trouble === 'refused') return stay(state);
  const soon = moment.now + moment.random() * wakeWithinMs;
  return stay({ ...state, deadlines: { retry: Math.min(soon, state.deadlines.retry ?? soon) } });
}

function ping(state: LineState, { now }: LineMoment): LineStep {
  const rest = without(state.deadlines, 'ping');
  return { state: { ...state, deadlines: { ...rest, pong: rest.pong ?? now + pongMs } }, effects: ['ping'] };
}

function tick(state: LineState, moment: LineMoment): LineStep {
  const { now } = moment;
  const { retry, open, register: answer, ping: due, pong, refresh, expiry } = state.deadlines;
  const passed = (deadline: number | undefined): boolean => deadline !== undefined && deadline <= now;
  if (passed(retry)) return connect(state, moment);
  if (passed(open)) return fail(state, { trouble: 'unreachable' }, moment);
  if (passed(answer) || passed(pong) || passed(expiry)) return fail(state, { trouble: 'not-answering' }, moment);
  if (passed(refresh)) {
    const rest = without(state.deadlines, 'refresh');
    return { state: { ...state, deadlines: { ...rest, register: now + answerMs } }, effects: ['register'] };
  }
  return passed(due) ? ping(state, moment) : stay(state);
}

const without = (deadlines: Deadlines, name: keyof Deadlines): Deadlines =>
  Object.fromEntries(Object.entries(deadlines).filter(([other]) => other !== name));

interface Failure {
  readonly trouble: LineTrouble;
  readonly status?: number;
  /** ms that the server asked for. */
  readonly atLeast?: number;
}

/** The socket goes with it: one that refuses or says nothing is opened anew, which costs 5 ms (research/sip §4). */
function fail(state: LineState, { trouble, status = 0, atLeast = 0 }: Failure, moment: LineMoment): LineStep {
  const { phase, failures } = state;
  const delay = phase === 'registered' && trouble !== 'refused' ? firstRetryMs : delayOf(trouble, failures, moment);
  return {
    state: {
      ...state,
      phase: 'waiting',
      failures: failures + 1,
      trouble,
      status: status === 0 ? null : status,
      deadlines: { retry: moment.now + Math.max(delay, atLeast) },
    },
    effects: ['drop'],
  };
}

/** Full jitter: anywhere between the floor and a ceiling that doubles. */
function delayOf(trouble: LineTrouble, failures: number, { random }: LineMoment): number {
  if (trouble === 'refused') return Math.min(refusedCapMs, refusedMs * 2 ** failures) * (1 + 0.2 * random());
  const ceiling = Math.min(retryCapMs, 2 * retryFloorMs * 2 ** failures);
  return retryFloorMs + (ceiling - retryFloorMs) * random();
}
