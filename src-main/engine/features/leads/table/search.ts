import { Bits } from '../../../columns/bits.ts';
import { NameSearch } from '../../../columns/name-search.ts';
import type { LeadColumns } from './columns.ts';

interface NumberEnding {
  readonly value: number;
  /** 10 to the power of how many digits were typed. */
  readonly above: number;
}

/** Leads stay that a search finds: by company or contact, and by the end of a number where four or more digits are typed. */
export function keepMatches(leads: Bits, columns: LeadColumns, typed: string): void {
  const search = NameSearch.of(typed);
  if (!search) return;
  const found = search.rows(leads, columns.names);
  const digits = typed.replace(/[\s()+-]/g, '');
  if (/^\d{4,15}$/.test(digits)) for (const ending of endingsOf(digits)) found.or(ended(columns, ending));
  leads.and(found);
}

/** A number is kept in the international form: 0755 … is there as 86755 …. */
const endingsOf = (digits: string): NumberEnding[] =>
  [digits, ...(/^0\d{8,}$/.test(digits) ? [digits.slice(1)] : [])].map((one) => ({
    value: Number(one),
    above: 10 ** one.length,
  }));

/** Leads whose number ends so; who has no number has none that does. */
function ended({ phone, phoneEnd }: LeadColumns, { value, above }: NumberEnding): Bits {
  const [ends, numbers] = [phoneEnd.values, phone.values];
  const found = new Bits(numbers.length);
  // Eight digits as integers, whose remainder is a tenth of the work.
  const isShort = above <= 100_000_000;
  const [from, end] = [above | 0, value | 0];
  for (let at = 0; at < found.words.length; at++) {
    const [first, below] = [at << 5, Math.min((at + 1) << 5, numbers.length)];
    let word = 0;
    for (let row = first; row < below; row++) {
      const endsSo = isShort ? (ends[row]! | 0) % from === end : numbers[row]! - Math.floor(numbers[row]! / above) * above === value; // prettier-ignore
      if (endsSo && numbers[row] !== 0) word |= 1 << (row & 31);
    }
    found.words[at] = word;
  }
  return found;
}
