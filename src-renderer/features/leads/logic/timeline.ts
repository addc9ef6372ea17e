import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import type { LeadNote } from '#shared/desk-contract/areas/leads.ts';

/** One thing that happened to a lead, at a time in ms. */
export type TimelineEntry =
  | { readonly kind: 'call'; readonly id: string; readonly at: number; readonly call: CallView }
  | { readonly kind: 'note'; readonly id: string; readonly at: number; readonly note: LeadNote }
  | { readonly kind: 'claimed' | 'released' | 'created'; readonly id: string; readonly at: number };

interface Known {
  readonly createdAt: number;
  readonly claimedAt: number | null;
  readonly released: { readonly at: number } | null;
  readonly notes: readonly LeadNote[];
}

/** Calls, notes, claims of a lead as one story, newest first. */
export function timelineOf(lead: Known, calls: readonly CallView[]): TimelineEntry[] {
  const deeds: TimelineEntry[] = [
    ...(lead.claimedAt === null ? [] : [{ kind: 'claimed', id: 'claimed', at: lead.claimedAt } as const]),
    ...(lead.released === null ? [] : [{ kind: 'released', id: 'released', at: lead.released.at } as const]),
    { kind: 'created', id: 'created', at: lead.createdAt },
  ];
  return [
    ...calls.map((call): TimelineEntry => ({ kind: 'call', id: call.id, at: call.startedAt, call })),
    ...lead.notes.map((note): TimelineEntry => ({ kind: 'note', id: note.id, at: note.at, note })),
    ...deeds,
  ].sort((a, b) => b.at - a.at);
}
