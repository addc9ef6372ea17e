import type { LeadFilters, LeadPlace } from '#shared/desk-contract/areas/leads.ts';
import { numberChecks, outcomes } from '#shared/domain/vocabulary.ts';
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

/** The same for what fits all filters. */
export function keepFilters(matches: Uint8Array, columns: LeadColumns, filters: LeadFilters): void {
  const { called, hasPhone, capitalFrom, capitalBelow } = filters;
  keepCodes(matches, columns.check.values, filters.numberChecks.map((check) => numberChecks.indexOf(check))); // prettier-ignore
  keepCodes(matches, columns.outcome.values, filters.outcomes.map((outcome) => outcomes.indexOf(outcome) + 1)); // prettier-ignore
  keepWords(matches, columns.region, filters.regions);
  keepWords(matches, columns.industry, filters.industries);
  if (called !== null) keepWhere(matches, columns.lastCall.values, called ? 1 : 0, called ? Infinity : 1);
  if (hasPhone !== null) keepWhere(matches, columns.phone.values, hasPhone ? 1 : 0, hasPhone ? Infinity : 1);
  if (capitalFrom !== null || capitalBelow !== null)
    keepWhere(matches, columns.capital.values, (capitalFrom ?? 0) + 1, capitalBelow === null ? Infinity : capitalBelow + 1); // prettier-ignore
}

const keepWords = (matches: Uint8Array, column: WordColumn, words: readonly string[]): void =>
  keepCodes(matches, column.codes.values, words.map((word) => (word === '' ? 0 : column.codeOf(word) || -1))); // prettier-ignore

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
