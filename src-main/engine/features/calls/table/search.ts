import type { Bits } from '../../../columns/bits.ts';
import { NameSearch } from '../../../columns/name-search.ts';
import type { TextColumn } from '../../../columns/text.ts';
import type { ReadableDb } from '../../../database/handles.ts';
import { callsOfNumber } from './rows-by-index.ts';

/** Calls stay that have all that was typed, in the customer's or contact's name or at an end of the number. */
export function keepMatches(calls: Bits, names: TextColumn, db: ReadableDb, typed: string): void {
  const terms = searchTerms(typed).map((term) => ({ term, digits: term.replace(/^\+?86(?=\d{8})|^\+/, '') }));
  const [numbers, words] = [terms.filter(isNumber), terms.filter((one) => !isNumber(one))];
  // An index leaves few, whose names are looked at then.
  for (const { digits } of numbers) calls.and(callsOfNumber(db, digits));
  for (const { term } of words) calls.and(NameSearch.of(term)?.rows(calls, names) ?? calls);
}

const isNumber = ({ digits }: { readonly digits: string }): boolean => /^\d{2,}$/.test(digits);

/** "锦程 0137" are two terms that must both fit; "154 0000 0137" is one number. Eight terms are more than anybody types. */
function searchTerms(typed: string): string[] {
  const text = typed.normalize('NFKC').trim();
  const digits = text.replace(/[\s\-().]/g, '');
  if (/^\+?\d+$/.test(digits)) return [digits];
  return text.split(/\s+/).filter(Boolean).slice(0, 8);
}
