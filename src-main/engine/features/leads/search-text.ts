/**
 * How a lead is found by its name. The index holds pairs of neighbouring characters ("深圳科技" → 深圳 圳科 科技), because
 * Chinese has no word borders and people search by two characters (research/storage §6). Names and queries go through
 * the same normalisation, so that full-width letters and capitals do not hide a company.
 */
export function normalise(text: string): string {
  // Nearly every name: characters that have one form, no case, and stand for themselves.
  if (/^[\u4e00-\u9fff]*$/.test(text)) return text;
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{Z}\p{Cc}\p{Cf}]/gu, '');
}

/** Company and contact in one text; the line break keeps a query from matching across both. */
export function searchText(companyName: string, contactName: string | null): string {
  return `${normalise(companyName)}\n${normalise(contactName ?? '')}`;
}

/**
 * The distinct bigrams of a search text as index terms: code points in hex ("6df1z5733" for 深圳). Plain ASCII, because
 * SQLite's own idea of what is a letter ends with Unicode 6.1 and would cut rare characters out of people's names.
 */
export function bigramsOf(text: string): string[] {
  const found = new Set<string>();
  for (const part of text.split('\n')) {
    let before = '';
    for (const character of part) {
      const point = hexOf(character);
      if (before) found.add(`${before}z${point}`);
      before = point;
    }
  }
  return [...found];
}

/** Names are written in a few thousand characters; a first pull asks for millions. */
const hexes = new Map<string, string>();
function hexOf(character: string): string {
  const known = hexes.get(character);
  if (known !== undefined) return known;
  const hex = character.codePointAt(0)?.toString(16) ?? '';
  if (hexes.size < 8192) hexes.set(character, hex);
  return hex;
}

/** The same number backwards, digits only: "ends with" becomes "begins with". Null without digits. */
export function reversedDigits(phone: string | null): string | null {
  const digits = phone?.replace(/\D/g, '') ?? '';
  return digits === '' ? null : [...digits].reverse().join('');
}

export type Search =
  | { readonly kind: 'none' }
  /** One character: names and contacts that begin with it (a surname). */
  | ({ readonly kind: 'first' } & Range)
  | ({ readonly kind: 'text' } & Needle)
  /** Four or more digits: the end of a number, or part of a name such as 1688. */
  | ({ readonly kind: 'digits' } & Needle & Range);

/** Texts t with from <= t < below. */
interface Range {
  readonly from: string;
  readonly below: string;
}
interface Needle {
  readonly needle: string;
  /** FTS5 expression: all of its bigrams. They say it all for two characters; longer needles are looked for once more. */
  readonly match: string;
}

/** What a person typed, as something that an index can answer. */
export function parseSearch(typed: string): Search {
  const needle = normalise(typed);
  if (needle === '') return { kind: 'none' };
  if (Array.from(needle).length === 1) return { kind: 'first', ...prefixRange(typed.trim()) };
  const match = bigramsOf(needle).join(' AND ');
  const digits = typed.replace(/[\s()+-]/g, '');
  if (!/^\d{4,}$/.test(digits)) return { kind: 'text', needle, match };
  return { kind: 'digits', needle, match, ...prefixRange(reversedDigits(digits) ?? '') };
}

/** Texts that begin with `prefix` are those in [from, below): U+10FFFF sorts behind every character in UTF-8. */
const prefixRange = (prefix: string): Range => ({ from: prefix, below: `${prefix}\u{10FFFF}` });
