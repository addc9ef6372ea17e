import type { LeadFilters } from '#shared/desk-contract/areas/leads.ts';
import { beijingDay } from '#shared/domain/sim-governor.ts';
import { leadStages, numberChecks, outcomes, type LeadPlace } from '#shared/domain/vocabulary.ts';
import type { WordColumn } from '../../../columns/numbers.ts';
import type { LeadColumns } from './columns.ts';

/** @param matches one byte per row number: 1 = in the list; stays so for what is in this place */
export function keepPlace(matches: Uint8Array, columns: LeadColumns, place: LeadPlace, me: string): void {
  if (place === 'all') return;
  const mine = columns.owner.codeOf(me);
  const owners = columns.owner.codes.values;
  const isPublic = columns.isPublic.values;
  for (let row = 0; row < matches.length; row++) {
    const owner = owners[row] ?? 0;
    if (place === 'followed') matches[row]! &= mine > 0 && owner === mine ? 1 : 0;
    else if (place === 'team') matches[row]! &= owner > 0 && owner !== mine ? 1 : 0;
    else matches[row]! &= owner === 0 && (isPublic[row] === 1) === (place === 'public') ? 1 : 0;
  }
}

/** The same for what fits all filters. @param now for plans that are due by then, ms */
export function keepFilters(matches: Uint8Array, columns: LeadColumns, filters: LeadFilters, now: number): void {
  const { called, hasPhone, capitalFrom, capitalBelow } = filters;
  keepCodes(matches, columns.check.values, filters.numberChecks.map((check) => numberChecks.indexOf(check))); // prettier-ignore
  keepCodes(matches, columns.outcome.values, filters.outcomes.map((outcome) => outcomes.indexOf(outcome) + 1)); // prettier-ignore
  keepCodes(matches, columns.stage.values, filters.stages.map((stage) => leadStages.indexOf(stage))); // prettier-ignore
  if (filters.tags.length > 0) keepCodes(matches, columns.tags.codes.values, tagged(columns.tags, filters.tags));
  if (filters.followUp !== null) keepWhere(matches, columns.nextFollowUp.values, ...followUpRange(filters.followUp, now)); // prettier-ignore
  keepWords(matches, columns.region, filters.regions);
  keepWords(matches, columns.industry, filters.industries);
  if (called !== null) keepWhere(matches, columns.lastCall.values, called ? 1 : 0, called ? Infinity : 1);
  if (hasPhone !== null) keepWhere(matches, columns.phone.values, hasPhone ? 1 : 0, hasPhone ? Infinity : 1);
  if (capitalFrom !== null || capitalBelow !== null)
    keepWhere(matches, columns.capital.values, (capitalFrom ?? 0) + 1, capitalBelow === null ? Infinity : capitalBelow + 1); // prettier-ignore
}

/** Only these rows stay. */
export function keepRows(matches: Uint8Array, rows: readonly number[]): void {
  const chosen = new Set(rows);
  for (let row = 0; row < matches.length; row++) if (!chosen.has(row)) matches[row] = 0;
}

const keepWords = (matches: Uint8Array, column: WordColumn, words: readonly string[]): void =>
  keepCodes(matches, column.codes.values, words.map((word) => (word === '' ? 0 : column.codeOf(word) || -1))); // prettier-ignore

/** Which sets of tags have one of these; an empty one asks for leads without. Nobody's code where there is none. */
function tagged(sets: WordColumn, wanted: readonly string[]): number[] {
  const codes = sets.words.flatMap((set, code) => {
    const tags = tagsOf(set);
    return (tags.length === 0 ? wanted.includes('') : tags.some((tag) => wanted.includes(tag))) ? [code] : [];
  });
  return codes.length > 0 ? codes : [-1];
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

/** Nothing chosen: all stay. A code of −1 is nobody's. */
function keepCodes(matches: Uint8Array, values: Uint32Array | Uint8Array, codes: readonly number[]): void {
  if (codes.length === 0) return;
  const chosen = new Uint8Array(Math.max(...codes, 0) + 1);
  for (const code of codes) if (code >= 0) chosen[code] = 1;
  for (let row = 0; row < matches.length; row++) matches[row]! &= chosen[values[row] ?? 0] ?? 0;
}

/** from ≤ value < below. */
function keepWhere(matches: Uint8Array, values: Float64Array, from: number, below: number): void {
  for (let row = 0; row < matches.length; row++) {
    const value = values[row] ?? 0;
    matches[row]! &= value >= from && value < below ? 1 : 0;
  }
}
