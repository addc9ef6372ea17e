import { formatNumber, numberSeparator, readNumber, type PhoneNumber } from './phone-number.ts';

/** Digits as people write numbers into a line, with what stands between them; never a part of a longer run of digits. */
const runs = new RegExp(`(?<![0-9０-９])[+＋]?[0-9０-９](?:(?:(?![\\r\\n])${numberSeparator}){0,3}[0-9０-９])*(?![0-9０-９])`, 'gu'); // prettier-ignore
const parts = /[+＋]?[0-9０-９]+/gu;
/** 20260131 is a day sooner than a number of one's own area. */
const day = /^(?:19|20)\d{6}$/;
const fewest = 7;
/** 00 and the 15 digits of E.164, or + and those: no number is longer. */
const longest = 17;

interface Part {
  readonly text: string;
  /** What stands between it and the one before. */
  readonly gap: string;
  readonly from: number;
  readonly to: number;
}

/** A number in a text, and where it stands. */
interface Found {
  readonly e164: string;
  readonly from: number;
  readonly to: number;
}

/**
 * The text with its numbers masked, as `formatNumber` masks them. What nobody can dial, a date, an amount or a code, stays.
 *
 * @param hides whether this number (as `readNumber` writes it) is to be masked
 */
export function hideNumbers(text: string, hides: (e164: string) => boolean): string {
  let [hidden, after] = ['', 0];
  for (const { e164, from, to } of found(text)) {
    if (!hides(e164)) continue;
    const masked = formatNumber(e164, { masked: true });
    // Of a service, and nobody's own.
    if (!masked.includes('*')) continue;
    hidden += text.slice(after, from) + masked;
    after = to;
  }
  return hidden + text.slice(after);
}

/** The longest that can be read from each place on. */
function found(text: string): Found[] {
  if (text.length < fewest) return [];
  return [...text.matchAll(runs)].flatMap((run) => (run[0].length < fewest ? [] : inRun(run[0], run.index)));
}

function inRun(run: string, start: number): Found[] {
  let end = 0;
  const all = [...run.matchAll(parts)].map((part): Part => {
    const [gap, from] = [run.slice(end, part.index), start + part.index];
    end = part.index + part[0].length;
    return { text: part[0], gap, from, to: start + end };
  });
  const numbers: Found[] = [];
  for (let at = 0; at < all.length;) {
    const number = longestFrom(all, at);
    if (number) numbers.push(number);
    at = number ? all.findIndex(({ from }) => from >= number.to) : at + 1;
    if (at < 0) break;
  }
  return numbers;
}

/** Grows part by part, so that a long row of digits costs no more than its length. */
function longestFrom(all: readonly Part[], at: number): Found | null {
  const from = all[at]?.from ?? 0;
  let [text, best]: [string, Found | null] = ['', null];
  const taken: Part[] = [];
  for (const part of all.slice(at, at + longest)) {
    taken.push(part);
    text += part.text;
    if (text.length > longest) break;
    if (text.length < fewest) continue;
    const read = readNumber(text);
    if (read.ok && !day.test(read.value.dialString) && isWhole(read.value, taken))
      best = { e164: read.value.e164, from, to: part.to };
  }
  return best;
}

/** A number of one's own area is short: in more pieces, or with other signs between them, it is a date or two amounts (2026/1/31, 3000—5000). */
function isWhole({ kind, dialString }: PhoneNumber, [first, second, ...more]: readonly Part[]): boolean {
  if (kind !== 'other' || dialString.startsWith('+') || !second) return true;
  return (
    more.length === 0 && /^[ -]$/.test(second.gap) && [first, second].every((part) => /^.{3,4}$/.test(part?.text ?? ''))
  );
}
