import type { ExportAsk, ExportWhat } from '#shared/desk-contract/areas/exports.ts';
import type { LeadFilters } from '#shared/desk-contract/areas/leads.ts';
import type { CallQuery } from '#shared/desk-contract/areas/calls.ts';
import { exportFilters, type ExportFilter } from '#shared/domain/exports.ts';
import { exportWords } from '#shared/domain/export-words.ts';
import { beijingMs } from '#shared/domain/sim-governor.ts';

const ofLeads: { readonly [F in keyof LeadFilters]: ExportFilter } = {
  called: 'called',
  outcomes: 'outcomes',
  numberChecks: 'number-checks',
  regions: 'regions',
  industries: 'industries',
  capitalFrom: 'capital',
  capitalBelow: 'capital',
  hasPhone: 'has-phone',
  stages: 'stages',
  tags: 'tags',
  followUp: 'follow-up',
  owners: 'employee',
  // Single rows, of which the log knows no more either.
  handed: 'ticked',
};
const ofCalls: { readonly [F in keyof CallFilters]: ExportFilter } = {
  search: 'search',
  employeeId: 'employee',
  department: 'employee',
  from: 'time',
  to: 'time',
  result: 'result',
  outcome: 'outcomes',
  outcomeId: 'outcomes',
  incomplete: 'incomplete',
  leadId: 'lead',
  customerId: 'lead',
  channel: 'channel',
  direction: 'direction',
  talkFrom: 'talk',
  talkBelow: 'talk',
};

type CallFilters = Omit<CallQuery, 'sort' | 'descending'>;
const narrowedBy = ({ sort: _sort, descending: _descending, ...filters }: CallQuery) => ({
  ...filters,
  search: filters.search.trim(),
  incomplete: filters.incomplete || null,
});

/** By what the rows are narrowed down, without what for: that could be a customer. */
export function filtersOf(what: ExportWhat): ExportFilter[] {
  const said = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== null && value !== '');
  const of = <K extends string>(from: { readonly [F in K]: unknown }, names: { readonly [F in K]: ExportFilter }) =>
    (Object.keys(names) as K[]).filter((key) => said(from[key])).map((key) => names[key]);
  const found =
    what.list === 'calls'
      ? of(narrowedBy(what.query), ofCalls)
      : [
          ...(what.ids === null ? [] : (['ticked'] as const)),
          ...(what.query.search.trim() === '' ? [] : (['search'] as const)),
          ...of(what.query.filters, ofLeads),
        ];
  return exportFilters.filter((one) => found.includes(one));
}

/** 线索库-20260105-1405.xlsx: what and when, in Beijing. What was searched for is not in it: it could be a number. */
export function fileNameOf({ what, format, locale }: ExportAsk, now: number): string {
  const name = exportWords[locale].file[what.list === 'calls' ? 'calls' : what.query.place];
  const at = new Date(now + beijingMs).toISOString();
  return `${name}-${at.slice(0, 10).replaceAll('-', '')}-${at.slice(11, 16).replace(':', '')}.${format}`;
}
