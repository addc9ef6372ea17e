import { commonPasswords } from './common-passwords.ts';

/**
 * Rules for a new password as NIST SP 800-63B-4 §3.1.1 has them: a length, no demands on its composition, refused where it is
 * among the first that anybody would try. In code points, after NFKC.
 */
export const passwordBounds = { min: 8, max: 200 } as const;

/** Whose password it is to be: what must not be the password. */
export interface PasswordOwner {
  readonly account: string;
  readonly name: string;
  readonly company: string;
}

export const passwordFaults = [
  'password.too-short',
  'password.too-long',
  'password.personal',
  'password.common',
] as const;
/** Error codes (base/error-codes.ts), so that form and cloud say the same words. */
export type PasswordFault = (typeof passwordFaults)[number];

/** What is hashed: one password however an input method or keyboard composes it (SP 800-63B-4 §3.1.1.2: NFKC). */
export const normalizePassword = (typed: string): string => typed.normalize('NFKC');

/** The first thing that is wrong with a new password; null = it is fine. Pure and quick enough for every key stroke. */
export function passwordFault(typed: string, owner: PasswordOwner): PasswordFault | null {
  const password = normalizePassword(typed);
  const length = [...password].length;
  if (length < passwordBounds.min) return 'password.too-short';
  // The wire and the sign-in field count UTF-16 units of what is typed: what is taken here must fit there.
  if (length > passwordBounds.max || typed.length > passwordBounds.max) return 'password.too-long';
  const folded = fold(password);
  if (ownWords(owner).has(folded)) return 'password.personal';
  return isCommon(folded) ? 'password.common' : null;
}

/** Spaces and case make nothing of these harder to guess. */
const fold = (text: string): string => normalizePassword(text).toLowerCase().replace(/\s/g, '');

/** The words themselves, twice in a row, and with the digits that people hang on. */
function ownWords({ account, name, company }: PasswordOwner): Set<string> {
  const words = [account, name, company].map(fold).filter((word) => word !== '');
  // The part before the @ of an account that is an address.
  const local = fold(account).split('@')[0] ?? '';
  if (local !== '') words.push(local);
  const ends = ['', '1', '12', '123', '1234', '12345', '123456', '888', '666', '520', '1314', '@123'];
  return new Set(words.flatMap((word) => [...ends.map((end) => word + end), word + word]));
}

const isCommon = (word: string): boolean => commonPasswords.has(word) || isRepeat(word) || isRun(word) || isDate(word);

/** One piece of up to four characters over and over, its last time perhaps cut off: 88888888, 12121212, abcabcabc. */
function isRepeat(word: string): boolean {
  const marks = [...word];
  return [1, 2, 3, 4].some((size) => marks.every((mark, at) => mark === marks[at % size]));
}

/** Neighbours in a row, up or down: 12345678, 87654321, abcdefgh; after 9 comes 0. */
function isRun(word: string): boolean {
  const codes = [...word].map((mark) => mark.codePointAt(0) ?? 0);
  const runs = (step: 1 | -1): boolean =>
    codes.every((code, at) => at === 0 || follows(codes[at - 1] ?? 0, code, step));
  return runs(1) || runs(-1);
}

const [zero, nine] = [0x30, 0x39];
const follows = (before: number, code: number, step: 1 | -1): boolean =>
  code - before === step || (step === 1 ? before === nine && code === zero : before === zero && code === nine);

/** A day of somebody alive, as birthdays are written: 19900307. */
function isDate(word: string): boolean {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(word) ?? [];
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  return y >= 1930 && y <= 2040 && m >= 1 && m <= 12 && d >= 1 && d <= 31;
}
