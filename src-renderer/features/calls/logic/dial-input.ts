/** What the dial field understood of what was typed or pasted. The engine reads it again before it dials: this is the picture, not the gate. */
export type DialInput =
  | { kind: 'empty' }
  /** `clean` holds only digits and `+ * #`: what goes to the engine. */
  | { kind: 'number'; clean: string }
  | { kind: 'wrong'; reason: 'number.has-letters' | 'number.too-long'; found: string };

/** Longer than any number: E.164 has 15 digits, and a Chinese prefix with extension stays below 20. */
const mostDigits = 20;

/** Full-width forms (U+FF01…U+FF5E) sit exactly 0xFEE0 above their ASCII twins (Unicode, Halfwidth and Fullwidth Forms). */
const halfWidth = (text: string): string =>
  text.replace(/[\uff01-\uff5e]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0)).replace(/\u3000/g, ' ');

/**
 * Reads a number as people paste it: spaces of all kinds, dashes, brackets, dots, full-width digits, `+86` and `0086` in
 * front, `tel:` links, invisible marks that copying from a web page or Excel brings along (product.md P1.6).
 */
export function readDialInput(typed: string): DialInput {
  const plain = halfWidth(typed)
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .replace(/^\s*(tel|callto):/i, '')
    .replace(/[\s\u00a0().\-‐‑–—－_/·]/g, '');
  if (plain === '') return { kind: 'empty' };
  const found = /[^0-9+*#]/u.exec(plain)?.[0];
  if (found !== undefined) return { kind: 'wrong', reason: 'number.has-letters', found };
  const clean = plain.replace(/^(\+86|0086|86(?=1\d{10}$))/, '');
  if (clean.length > mostDigits) return { kind: 'wrong', reason: 'number.too-long', found: '' };
  return { kind: 'number', clean };
}
