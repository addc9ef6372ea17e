import { PinyinQuery } from '../../../search/pinyin.ts';
import { TextNeedle, type TextColumn } from '../../../columns/text.ts';
import type { LeadColumns } from './columns.ts';
import { lineBreak, normalise } from '../../../search/text.ts';

/** What a person typed. */
export interface LeadSearch {
  /** Normalised as the names are. */
  readonly needle: string;
  readonly pinyin: PinyinQuery | null;
  /** One character: names and contacts that begin with it (a surname). */
  readonly atStart: boolean;
  /** Four or more digits: the end of a number too. */
  readonly endings: readonly NumberEnding[];
}

interface NumberEnding {
  readonly value: number;
  /** 10 to the power of how many digits were typed. */
  readonly above: number;
}

/** Null where nothing is looked for. */
export function parseSearch(typed: string): LeadSearch | null {
  const needle = normalise(typed);
  if (needle === '') return null;
  const digits = typed.replace(/[\s()+-]/g, '');
  return {
    needle,
    pinyin: PinyinQuery.of(needle),
    atStart: Array.from(needle).length === 1,
    endings: /^\d{4,15}$/.test(digits) ? endingsOf(digits) : [],
  };
}

/** A number is kept in the international form: 0755 … is there as 86755 …. */
const endingsOf = (digits: string): NumberEnding[] =>
  [digits, ...(/^0\d{8,}$/.test(digits) ? [digits.slice(1)] : [])].map((one) => ({
    value: Number(one),
    above: 10 ** one.length,
  }));

/** @param matches one byte per row number: 1 = in the list; stays so where the search finds it */
export function keepMatches(matches: Uint8Array, columns: LeadColumns, search: LeadSearch | null): void {
  if (!search) return;
  const found = new Uint8Array(matches.length);
  markNames(found, matches, columns.names, search);
  if (search.pinyin) markPinyin(found, matches, columns.names, search.pinyin, search.atStart);
  for (const ending of search.endings) markNumbers(found, columns, ending);
  for (let row = 0; row < matches.length; row++) matches[row]! &= found[row]!;
}

function markNumbers(found: Uint8Array, { phone, phoneEnd }: LeadColumns, { value, above }: NumberEnding): void {
  if (above <= 100_000_000) {
    // As integers, whose remainder is a tenth of the work.
    const [ends, from, end] = [phoneEnd.values, above | 0, value | 0];
    for (let row = 0; row < found.length; row++) if ((ends[row]! | 0) % from === end) found[row] = 1;
  } else {
    const numbers = phone.values;
    for (let row = 0; row < found.length; row++)
      if (numbers[row]! - Math.floor(numbers[row]! / above) * above === value) found[row] = 1;
  }
  // Who has no number has none that ends so.
  if (value === 0) for (let row = 0; row < found.length; row++) if (phone.values[row] === 0) found[row] = 0;
}

function markNames(found: Uint8Array, matches: Uint8Array, names: TextColumn, search: LeadSearch): void {
  const { needle, atStart } = search;
  const { units: wanted, groups, pairs } = new TextNeedle(needle);
  const { units } = names;
  const [starts, lengths] = [names.starts.values, names.lengths.values];
  const [heldGroups, heldPairs] = [names.groups.values, names.pairs.values];
  for (let row = 0; row < found.length; row++) {
    if ((heldGroups[row]! & groups) !== groups || (heldPairs[row]! & pairs) !== pairs || matches[row] !== 1) continue;
    const from = starts[row]!;
    if (holds(units, from, from + lengths[row]!, wanted, atStart)) found[row] = 1;
  }
}

function markPinyin(
  found: Uint8Array,
  matches: Uint8Array,
  names: TextColumn,
  query: PinyinQuery,
  atStart: boolean,
): void {
  const { units } = names;
  const [starts, lengths, letters] = [names.starts.values, names.lengths.values, names.letters.values];
  for (let row = 0; row < found.length; row++) {
    if ((letters[row]! & query.first) === 0 || matches[row] !== 1 || found[row] === 1) continue;
    const from = starts[row]!;
    if (query.isIn(units, from, from + lengths[row]!, atStart)) found[row] = 1;
  }
}

function holds(units: Uint16Array, from: number, below: number, wanted: Uint16Array, atStart: boolean): boolean {
  const [first, last] = [wanted[0], below - wanted.length];
  for (let at = from; at <= last; at++) {
    if (units[at] !== first || (atStart && at !== from && units[at - 1] !== lineBreak)) continue;
    let same = 1;
    while (same < wanted.length && units[at + same] === wanted[same]) same += 1;
    if (same === wanted.length) return true;
  }
  return false;
}
