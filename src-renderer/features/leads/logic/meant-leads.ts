import { mostBulkLeads } from '#shared/desk-contract/areas/lead-bulk.ts';
import type { LeadQuery, LeadRow, SomeLeads } from '#shared/desk-contract/areas/leads.ts';

/** What a deed is about: rows that were ticked, the one that is open, or the whole list. */
export interface MeantLeads {
  readonly what: SomeLeads;
  readonly count: number;
  /** Of a single one. */
  readonly name: string | null;
}

export const meantRows = (leads: readonly LeadRow[]): MeantLeads => ({
  what: { of: 'leads', ids: leads.map(({ id }) => id) },
  count: leads.length,
  name: leads.length === 1 ? (leads[0]?.companyName ?? null) : null,
});

/** So many are done while the form waits; more go on behind it, with how far they are (LeadBulkBar). */
export const inOneGo = 100;

/** @param total of the list */
export const meantList = (query: LeadQuery, total: number): MeantLeads => ({
  what: { of: 'list', query },
  count: Math.min(total, mostBulkLeads),
  name: null,
});
