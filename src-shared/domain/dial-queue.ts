import { assertNever } from '../base/assert-never.ts';
import {
  afterTry,
  entryNext,
  isOpen,
  isWithin,
  newEntry,
  readRefusal,
  untried,
  type QueueEntry,
  type QueuePlan,
  type QueueProblem,
} from './queue-entry.ts';
import type { AgentState, BreakReason, CallResult, EndCause } from './vocabulary.ts';

/**
 * 批量外呼: one queue of customers, called one after the other (product.md P1.9).
 *
 *   idle ──start──▶ running ⇄ paused          (by the person, or by the program, which never resumes by itself)
 *                     │ └────────────────▶ finished   (nobody is left, or the person stopped it)
 *                     ▼ while it runs and the agent is free
 *            progressive: attempt ──placed──▶ dialling ──ended──▶ rest ──▶ the next
 *            preview:     on show ──confirm──▶ attempt …
 *
 * An entry is dialled in three steps that are on disk each: `placed` (with the row of its call), `sent` (right before the
 * command leaves), the end. So a crash anywhere tells whether its phone can have rung (docs/decisions/0024). What is not an
 * entry or the status is not kept: a queue begins anew behind a restart, at the same entry, paused.
 *
 * The agent's state is a fact that is told: their wrap-up and break are features/agent's. Time passes by events alone.
 */
export interface DialQueue {
  readonly plan: QueuePlan;
  readonly entries: readonly QueueEntry[];
  readonly status: QueueStatus;
  /** Only of `paused`. */
  readonly pause: QueuePause | null;
  /** The one that is being called; `callId` null = the gate is being asked. Also while paused or finished. */
  readonly attempt: { readonly position: number; readonly callId: string | null } | null;
  /** On show in mode preview, until the person confirms or skips it. */
  readonly preview: number | null;
  /** Nothing is dialled before this, on the monotonic clock; `held` = before the person says so (继续整理). */
  readonly rest: number | 'held' | null;
  /** The cards or the line rest until then (monotonic clock), and why. */
  readonly blocked: { readonly until: number; readonly problem: QueueProblem } | null;
  readonly agent: AgentNow;
}

export const queueStatuses = ['idle', 'running', 'paused', 'finished'] as const;
export type QueueStatus = (typeof queueStatuses)[number];

/**
 * By the program: `restart` it was started anew; `window` the queue's hours are over; `refused` nobody can be called;
 * `line-lost` the call never reached the network; `break` the agent is on a break.
 */
export const programPauses = ['restart', 'window', 'refused', 'line-lost', 'break'] as const;
export type QueuePause =
  | { readonly by: 'person'; readonly reason: BreakReason }
  | { readonly by: 'program'; readonly reason: (typeof programPauses)[number]; readonly problem: QueueProblem | null };

/** The agent as features/agent knows them. `until`: end of 话后处理 on the monotonic clock, null = held or none. */
export interface AgentNow {
  readonly state: AgentState;
  readonly until: number | null;
}

/** `wall` in ms UTC for what must outlive the program, `mono` for everything that is counted down. */
export interface Moment {
  readonly wall: number;
  readonly mono: number;
}

export type QueueEvent =
  | { type: 'start' | 'stop' | 'resume' }
  /** 立即继续, 继续整理. */
  | { type: 'continue-now' | 'keep-wrapping' }
  | { type: 'pause'; reason: BreakReason }
  | { type: 'confirm' | 'skip' | 'remove'; position: number }
  | { type: 'add'; leadIds: readonly string[] }
  /** From now on; what is not in it stays. */
  | { type: 'change'; plan: Partial<QueuePlan> }
  /** The call of the attempt has its row. */
  | { type: 'placed'; callId: string }
  /** Its command is about to leave. */
  | { type: 'sent'; callId: string }
  /** The gate, a card or a line refused; there is no call. */
  | { type: 'refused'; position: number; problem: QueueProblem }
  | { type: 'ended'; callId: string; result: CallResult; cause: EndCause }
  /** There is no row of that call: the crash was faster. */
  | { type: 'not-placed'; callId: string }
  | { type: 'agent'; now: AgentNow }
  /** The program has just been started. */
  | { type: 'restarted' }
  | { type: 'tick' };

export interface QueueStep {
  readonly queue: DialQueue;
  /** Ask the gate for this entry, and call it. */
  readonly dial: number | null;
  /** The event means nothing now; nothing has changed. */
  readonly ignored: boolean;
}

/** Between two calls, so that a person can say 暂停 or 继续整理 although nobody answered. */
export const restMs = 3_000;

/** A queue that nobody has started. @param leadIds in the order in which they are called, each once */
export const newQueue = (plan: QueuePlan, leadIds: readonly string[], agent: AgentNow): DialQueue => ({
  plan,
  entries: leadIds.map((leadId, position) => newEntry(position, leadId)),
  status: 'idle',
  pause: null,
  attempt: null,
  preview: null,
  rest: null,
  blocked: null,
  agent,
});

/** The whole rule. Pure and total: every event has an answer in every state. */
export function nextQueue(queue: DialQueue, event: QueueEvent, at: Moment): QueueStep {
  const taken = take(queue, event, at);
  if (taken === null) return { queue, dial: null, ignored: true };
  const after = advance(taken, at);
  const asks = after.attempt !== queue.attempt && after.attempt?.callId === null;
  return { queue: after, dial: asks ? after.attempt.position : null, ignored: false };
}

/** Null = it means nothing now. */
function take(queue: DialQueue, event: QueueEvent, at: Moment): DialQueue | null {
  const { status, agent } = queue;
  switch (event.type) {
    case 'start':
      return status === 'idle' && agent.state !== 'break' ? { ...queue, status: 'running' } : null;
    case 'resume':
      return status === 'paused' && agent.state !== 'break' ? { ...queue, status: 'running', pause: null } : null;
    case 'pause':
      return status === 'running' ? paused(queue, { by: 'person', reason: event.reason }) : null;
    case 'stop':
      return status === 'finished' ? null : over(queue);
    case 'confirm':
      return isConfirmable(queue, event.position, at)
        ? { ...queue, preview: null, attempt: { position: event.position, callId: null } }
        : null;
    case 'skip':
      return skip(queue, event.position, at);
    case 'add':
      return add(queue, event.leadIds);
    case 'remove':
      return remove(queue, event.position);
    case 'change':
      return change(queue, event.plan, at);
    case 'continue-now':
      return queue.rest === null && !queue.blocked ? null : { ...queue, rest: null, blocked: null };
    case 'keep-wrapping':
      return typeof queue.rest === 'number' ? { ...queue, rest: 'held' } : null;
    case 'placed':
    case 'sent':
    case 'refused':
    case 'ended':
    case 'not-placed':
      return takeAttempt(queue, event, at);
    case 'agent':
      return takeAgent({ ...queue, agent: event.now });
    case 'restarted':
      return restarted(queue);
    case 'tick':
      return queue;
    default:
      return assertNever(event);
  }
}

type AttemptEvent = Extract<QueueEvent, { type: 'placed' | 'sent' | 'refused' | 'ended' | 'not-placed' }>;

/** What is told of a call that is not, or no longer, the queue's means nothing. */
function takeAttempt(queue: DialQueue, event: AttemptEvent, at: Moment): DialQueue | null {
  const { attempt } = queue;
  const entry = attempt && queue.entries.find(({ position }) => position === attempt.position);
  if (!attempt || !entry) return null;
  if (event.type === 'placed') {
    if (attempt.callId !== null) return null;
    const { callId } = event;
    const dialled: QueueEntry = { ...entry, state: 'dialling', callId, sent: false, dueAt: null, problem: null, passedOverAt: null }; // prettier-ignore
    return { ...put(queue, dialled), attempt: { position: entry.position, callId } };
  }
  if (event.type === 'refused')
    return event.position === attempt.position ? refused(queue, entry, event.problem, at) : null;
  if (event.callId !== attempt.callId) return null;
  if (event.type === 'sent') return put(queue, { ...entry, sent: true });
  if (event.type === 'not-placed' || !entry.sent) return unsent(queue, entry, event, at);
  const tried = {
    ...put(queue, afterTry(entry, event.result, queue.plan, at.wall)),
    attempt: null,
    rest: at.mono + restMs,
  };
  return isLineLost(event.cause) ? programPause(tried, 'line-lost', null) : tried;
}

/** Back to where it was. Whatever kept the call here would keep the next one here too, so the queue pauses. */
function unsent(queue: DialQueue, entry: QueueEntry, event: AttemptEvent, at: Moment): DialQueue {
  const back = { ...put(queue, untried(entry, at.wall)), attempt: null };
  const byHand = event.type === 'ended' && event.cause === 'local-hang-up' && back.status === 'running';
  return byHand ? paused(back, { by: 'person', reason: 'other' }) : programPause(back, 'line-lost', null);
}

const isLineLost = (cause: EndCause): boolean =>
  cause === 'device-lost' || cause === 'device-reset' || cause === 'refused-by-device';

function refused(queue: DialQueue, entry: QueueEntry, problem: QueueProblem, at: Moment): DialQueue {
  const { scope, until } = readRefusal(problem, at.wall);
  // The row was not written after all, where it had been told already.
  const back = entry.state === 'dialling' ? untried(entry, at.wall) : entry;
  const free = { ...put(queue, back), attempt: null };
  switch (scope) {
    case 'callee':
      return put(free, { ...back, state: 'refused', dueAt: null, problem, passedOverAt: at.wall });
    case 'later':
      return put(free, { ...back, state: 'retry', dueAt: until, problem, passedOverAt: at.wall });
    case 'passing':
      return { ...free, blocked: { until: at.mono + Math.max(0, until - at.wall), problem } };
    case 'all':
      return programPause(free, 'refused', problem);
    default:
      return assertNever(scope);
  }
}

/** In mode preview: this one is on show, and the agent is free. */
const isConfirmable = (queue: DialQueue, position: number, at: Moment): boolean =>
  queue.status === 'running' && queue.attempt === null && queue.preview === position && isFree(queue, at);

/** A call that is under way is ended by who hangs up, not by the queue. */
function skip(queue: DialQueue, position: number, at: Moment): DialQueue | null {
  const entry = queue.entries.find((one) => one.position === position);
  if (queue.status === 'finished' || !entry || !isOpen(entry) || queue.attempt?.position === position) return null;
  const preview = queue.preview === position ? null : queue.preview;
  return { ...put(queue, { ...entry, state: 'skipped', dueAt: null, passedOverAt: at.wall }), preview };
}

function add(queue: DialQueue, leadIds: readonly string[]): DialQueue | null {
  if (queue.status === 'finished') return null;
  const known = new Set(queue.entries.map(({ leadId }) => leadId));
  const fresh = [...new Set(leadIds)].filter((leadId) => !known.has(leadId));
  const from = (queue.entries.at(-1)?.position ?? -1) + 1;
  return { ...queue, entries: [...queue.entries, ...fresh.map((leadId, index) => newEntry(from + index, leadId))] };
}

/** Only who was never tried: what was done stays to be seen. */
function remove(queue: DialQueue, position: number): DialQueue | null {
  const entry = queue.entries.find((one) => one.position === position);
  if (queue.status === 'finished' || entry?.state !== 'waiting' || queue.attempt?.position === position) return null;
  const entries = queue.entries.filter((one) => one !== entry);
  return { ...queue, entries, preview: queue.preview === position ? null : queue.preview };
}

/**
 * What is under way keeps to what it began by, and a retry to its time. Who is on show is chosen anew. In the moment of the change nobody
 * is called: behind one who was on show there is a rest, in which the person can still hold it.
 */
function change(queue: DialQueue, part: Partial<QueuePlan>, at: Moment): DialQueue | null {
  if (queue.status === 'finished') return null;
  const plan = { ...queue.plan, ...part };
  const begins = queue.preview !== null && plan.mode === 'progressive';
  return { ...queue, plan, preview: null, rest: begins ? at.mono + restMs : queue.rest };
}

function takeAgent(queue: DialQueue): DialQueue {
  return queue.agent.state === 'break' ? programPause(queue, 'break', null) : queue;
}

/** The program never dials by itself behind a start; a call that the phone still carries is followed to its end. */
function restarted(queue: DialQueue): DialQueue {
  const dialled = queue.entries.find(({ state }) => state === 'dialling');
  const attempt = dialled ? { position: dialled.position, callId: dialled.callId } : null;
  return programPause({ ...queue, attempt, preview: null, rest: null, blocked: null }, 'restart', null);
}

const put = (queue: DialQueue, entry: QueueEntry): DialQueue => ({
  ...queue,
  entries: queue.entries.map((one) => (one.position === entry.position ? entry : one)),
});

/** An attempt that only asks the gate is given up: its answer comes too late then. */
const paused = (queue: DialQueue, pause: QueuePause): DialQueue => ({
  ...queue,
  status: 'paused',
  pause,
  preview: null,
  blocked: null,
  attempt: queue.attempt?.callId ? queue.attempt : null,
});

/** What paused it first is what is told. */
function programPause(
  queue: DialQueue,
  reason: (typeof programPauses)[number],
  problem: QueueProblem | null,
): DialQueue {
  return queue.status === 'running' ? paused(queue, { by: 'program', reason, problem }) : queue;
}

/** A call under way goes on, and its end is still written down. */
const over = (queue: DialQueue): DialQueue => ({
  ...paused(queue, { by: 'person', reason: 'other' }),
  status: 'finished',
  pause: null,
  rest: null,
});

/** Whether somebody may be called now, as far as agent and rests go. */
export function isFree({ agent, rest, blocked }: DialQueue, at: Moment): boolean {
  if (agent.state !== 'idle' || rest === 'held') return false;
  return (rest === null || at.mono >= rest) && (blocked === null || at.mono >= blocked.until);
}

/** Who has had their tries waits for no other one, also where there were more of them when the last one ended. */
function giveUp(queue: DialQueue): DialQueue {
  const { entries, plan, attempt } = queue;
  const isSpent = ({ state, tries, position }: QueueEntry): boolean =>
    state === 'retry' && tries >= plan.tries && position !== attempt?.position;
  if (!entries.some(isSpent)) return queue;
  return { ...queue, entries: entries.map((one) => (isSpent(one) ? { ...one, state: 'gave-up', dueAt: null } : one)) };
}

/** Goes on with whom it is the turn of, where nothing stands against it. */
function advance(given: DialQueue, at: Moment): DialQueue {
  const queue = giveUp(given);
  const { status, attempt, preview, plan, entries } = queue;
  if (status === 'finished' || attempt) return queue;
  if (!entries.some(isOpen)) return over(queue);
  if (status !== 'running' || preview !== null || !isFree(queue, at)) return queue;
  const ready = { ...queue, rest: null, blocked: null };
  const entry = entryNext(entries, plan.retryOrder, at.wall);
  if (!entry) return ready;
  if (!isWithin(plan.window, at.wall)) return programPause(ready, 'window', null);
  const { position } = entry;
  if (plan.mode === 'preview') return { ...ready, preview: position };
  return { ...ready, attempt: { position, callId: null } };
}
