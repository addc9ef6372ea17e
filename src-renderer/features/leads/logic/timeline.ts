import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import type { LeadEvent, LeadNote } from '#shared/desk-contract/areas/leads.ts';
import {
  callResults,
  directions,
  leadEventKinds,
  outcomes,
  type CallResult,
  type Direction,
  type LeadEventKind,
  type Outcome,
} from '#shared/domain/vocabulary.ts';

/** One thing that happened to a lead, at a time in ms. */
export type TimelineEntry =
  | { readonly kind: 'call'; readonly id: string; readonly at: number; readonly call: CallView }
  | { readonly kind: 'note'; readonly id: string; readonly at: number; readonly note: LeadNote }
  /** A call of somebody whose records this person does not see, or an old one of their own. */
  | { readonly kind: 'told'; readonly id: string; readonly at: number; readonly by: string; readonly told: ToldCall }
  | { readonly kind: 'event'; readonly id: string; readonly at: number; readonly by: string; readonly event: LeadEvent }
  | { readonly kind: 'created'; readonly id: string; readonly at: number };

/** What a lead knows of a call that is over. */
export interface ToldCall {
  readonly direction: Direction | null;
  readonly result: CallResult | null;
  /** Null = nobody answered. */
  readonly talkMs: number | null;
  readonly outcome: Outcome | null;
  readonly outcomeId: string | null;
  readonly note: string;
}

interface Known {
  readonly createdAt: number;
  readonly ownerName: string | null;
  readonly claimedAt: number | null;
  readonly released: { readonly at: number; readonly reason: string } | null;
  readonly notes: readonly LeadNote[];
}

/**
 * Calls, notes and what happened to a lead as one story, newest first. Kinds of event that this version cannot tell are left
 * out. @param calls those whose records are here: they are not told twice
 */
export function timelineOf(lead: Known, calls: readonly CallView[]): TimelineEntry[] {
  const events = lead.notes.flatMap(({ id, at, employeeName, event }): TimelineEntry[] =>
    event && isKnown(event) && event.kind !== 'called' ? [{ kind: 'event', id, at, by: employeeName, event }] : [],
  );
  const recorded = new Set(calls.map(({ id }) => id));
  const told = lead.notes.flatMap(({ id, at, employeeName, event, text }): TimelineEntry[] =>
    event?.kind === 'called' && !recorded.has(id)
      ? [{ kind: 'told', id, at, by: employeeName, told: toldCall(event, text) }]
      : [],
  );
  const words = lead.notes.filter(({ event }) => event === null);
  return [
    ...calls.map((call): TimelineEntry => ({ kind: 'call', id: call.id, at: call.startedAt, call })),
    ...words.map((note): TimelineEntry => ({ kind: 'note', id: note.id, at: note.at, note })),
    ...told,
    ...events,
    ...untold(lead, events),
    { kind: 'created' as const, id: 'created', at: lead.createdAt },
  ].sort((a, b) => b.at - a.at);
}

const isKnown = ({ kind }: LeadEvent): boolean => leadEventKinds.some((known) => known === kind);

const toldCall = (event: LeadEvent, note: string): ToldCall => ({
  direction: oneOf(directions, event.direction),
  result: oneOf(callResults, event.result),
  talkMs: event.talkMs ?? null,
  outcome: oneOf(outcomes, event.outcome),
  outcomeId: event.outcomeId ?? null,
  note,
});

/** A word of a newer cloud is none that could be shown. */
const oneOf = <T extends string>(words: readonly T[], said: string | undefined): T | null =>
  words.find((word) => word === said) ?? null;

/** How it came to be as it is, where the cloud has not told: it was before clouds did, or it is a wish of this desk. */
function untold(lead: Known, events: readonly TimelineEntry[]): TimelineEntry[] {
  const { claimedAt, released, ownerName } = lead;
  const told = (at: number): boolean => events.some((one) => one.at === at);
  const before = (at: number, kind: LeadEventKind, by: string, reason?: string): TimelineEntry[] =>
    told(at) ? [] : [{ kind: 'event', id: kind, at, by, event: { kind, ...(reason === undefined ? {} : { reason }) } }];
  return [
    ...(claimedAt === null ? [] : before(claimedAt, 'claimed', ownerName ?? '')),
    ...(released === null ? [] : before(released.at, 'released', '', released.reason)),
  ];
}
