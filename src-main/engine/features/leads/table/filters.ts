import type { LeadFilters, LeadSortKey } from '#shared/desk-contract/areas/leads.ts';
import { beijingDay } from '#shared/domain/sim-governor.ts';
import { leadStages, numberChecks, outcomes, type LeadPlace } from '#shared/domain/vocabulary.ts';
import type { Bits } from '../../../columns/bits.ts';
import type { CodeColumn, WordColumn } from '../../../columns/numbers.ts';
import type { LeadColumns } from './columns.ts';

/** Leads of one place stay. */
export function keepPlace(leads: Bits, { owner, isPublic }: LeadColumns, place: LeadPlace, me: string): void {
  if (place === 'all') return;
  // Whom nobody has told of owns nothing.
  const mine = owner.codes.rowsOf([owner.codeOf(me) || -1]);
  const free = owner.codes.rowsOf([0]);
  if (place === 'followed') leads.and(mine);
  else if (place === 'team') leads.without(free).without(mine);
  else leads.and(free).and(isPublic.rowsOf([place === 'public' ? 1 : 0]));
}

/** What is sorted by and may be asked for within bounds. */
export type BoundedSort = Extract<LeadSortKey, 'capital' | 'last-call' | 'next-follow-up'>;

/**
 * Leads that fit all filters stay.
 * @param now for plans that are due by then, ms
 * @param within from ≤ value < below of what is sorted by
 */
export function keepFilters(
  leads: Bits,
  columns: LeadColumns,
  filters: LeadFilters,
  now: number,
  within: (sort: BoundedSort, from: number, below: number) => Bits,
): void {
  const { called, hasPhone, capitalFrom, capitalBelow } = filters;
  keep(leads, columns.check, filters.numberChecks.map((check) => numberChecks.indexOf(check))); // prettier-ignore
  keep(leads, columns.outcome, filters.outcomes.map((outcome) => outcomes.indexOf(outcome) + 1)); // prettier-ignore
  keep(leads, columns.stage, filters.stages.map((stage) => leadStages.indexOf(stage))); // prettier-ignore
  keep(leads, columns.region.codes, codesOf(columns.region, filters.regions));
  keep(leads, columns.industry.codes, codesOf(columns.industry, filters.industries));
  keep(leads, columns.owner.codes, codesOf(columns.owner, filters.owners));
  if (filters.tags.length > 0) leads.and(columns.tags.codes.rowsOf(tagged(columns.tags, filters.tags)));
  if (hasPhone !== null) leads.and(columns.hasPhone.rowsOf([hasPhone ? 1 : 0]));
  if (called !== null) leads.and(within('last-call', called ? 1 : 0, called ? Infinity : 1));
  if (filters.followUp !== null) leads.and(within('next-follow-up', ...followUpRange(filters.followUp, now)));
  if (capitalFrom !== null || capitalBelow !== null)
    leads.and(within('capital', (capitalFrom ?? 0) + 1, capitalBelow === null ? Infinity : capitalBelow + 1));
}

/** Nothing chosen: all stay. A code of −1 is nobody's. */
function keep(leads: Bits, column: CodeColumn<Uint8Array | Uint32Array>, codes: readonly number[]): void {
  if (codes.length > 0) leads.and(column.rowsOf(codes));
}

const codesOf = (column: WordColumn, words: readonly string[]): number[] =>
  words.map((word) => (word === '' ? 0 : column.codeOf(word) || -1));

/** Which sets of tags have one of these; an empty one asks for leads without. */
function tagged(sets: WordColumn, wanted: readonly string[]): number[] {
  return sets.words.flatMap((set, code) => {
    const tags = tagsOf(set);
    return (tags.length === 0 ? wanted.includes('') : tags.some((tag) => wanted.includes(tag))) ? [code] : [];
  });
}

/** Of a set as its column keeps it. */
export const tagsOf = (set: string | null): string[] => (set === null ? [] : (JSON.parse(set) as string[]));

const dayMs = 86_400_000;
/** From ≤ planned for < below. */
function followUpRange(plan: NonNullable<LeadFilters['followUp']>, now: number): [number, number] {
  switch (plan) {
    case 'none':
      return [0, 1];
    case 'due':
      return [1, now + 1];
    case 'today':
      return [1, beijingDay(now) + dayMs];
    case 'week':
      return [1, beijingDay(now) + 7 * dayMs];
  }
}
