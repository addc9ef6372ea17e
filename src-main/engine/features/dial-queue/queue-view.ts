import type { QueueEntryView, QueueState } from '#shared/desk-contract/areas/dial-queue.ts';
import { countsOf, entryShown, phaseOf } from '#shared/domain/dial-queue-view.ts';
import type { Moment } from '#shared/domain/dial-queue.ts';
import { soonestDue, type QueueEntry, type QueueProblem } from '#shared/domain/queue-entry.ts';
import type { HeldQueue } from './dial-queue.ts';

/** What a queue shows of a lead. */
export type LeadShown = Pick<QueueEntryView, 'companyName' | 'contactName' | 'phone'>;

const onWire = (problem: QueueProblem | null): QueueEntryView['problem'] =>
  problem && { code: problem.code, details: { ...problem.details } };

export function toEntryView(entry: QueueEntry, lead: LeadShown | null): QueueEntryView {
  const { position, leadId, state, tries, callId, result, dueAt, problem, passedOverAt } = entry;
  const { companyName, contactName, phone } = lead ?? { companyName: null, contactName: null, phone: null };
  const shown = { position, leadId, companyName, contactName, phone };
  return { ...shown, state, tries, callId, result, dueAt, problem: onWire(problem), passedOverAt };
}

/** The queue as a window sees it at this moment. */
export function toState(
  { id, createdAt, queue }: HeldQueue,
  at: Moment,
  lead: (leadId: string) => LeadShown | null,
): QueueState {
  const { phase, until } = phaseOf(queue, at);
  const { pause, plan, entries, attempt, blocked } = queue;
  const shown = entryShown(queue, at);
  return {
    id,
    createdAt,
    ...plan,
    phase,
    pause: pause?.by === 'program' ? { ...pause, problem: onWire(pause.problem) } : pause,
    over: queue.status === 'finished',
    entry: shown && toEntryView(shown, lead(shown.leadId)),
    callId: attempt?.callId ?? null,
    until,
    problem: phase === 'waiting' ? onWire(blocked?.problem ?? null) : null,
    retryAt: soonestDue(entries),
    total: entries.length,
    counts: countsOf(entries),
    now: Math.round(at.wall),
  };
}
