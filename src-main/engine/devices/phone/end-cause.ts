import type { EndCause } from '#shared/domain/vocabulary.ts';
import type { CallEndWord } from '../at/final-results.ts';
import { intOf, splitFields } from '../at/tokenizer.ts';

/** What a result word alone says. NO CARRIER says nothing: the cause must be asked for (+CEER). */
export function causeOfWord(word: CallEndWord): EndCause | null {
  switch (word) {
    case 'BUSY':
      return 'busy';
    case 'NO ANSWER':
      return 'no-answer';
    case 'NO DIALTONE':
      return 'network-failure';
    case 'NO CARRIER':
      return null;
  }
}

/** TS 24.008 annex H, in words. */
const causes: readonly (readonly [EndCause, readonly number[]])[] = [
  ['unreachable', [1, 2, 3, 20, 22, 26, 27, 28]],
  ['busy', [17]],
  ['no-answer', [18, 19, 102]],
  ['rejected', [16, 21, 31]],
  ['network-failure', [6, 8, 25, 29, 30, 34, 38, 41, 42, 43, 44, 47, 49, 50, 55, 57, 58, 63, 65, 69, 79]],
];
const phrases: readonly (readonly [RegExp, EndCause])[] = [
  [/unassigned|unallocated|number changed|out of order|not reachable|absent|invalid number/i, 'unreachable'],
  [/busy/i, 'busy'],
  [/no (?:user )?(?:answer|respon)/i, 'no-answer'],
  [/reject|normal/i, 'rejected'],
  [/congestion|no (?:circuit|channel|service|network)|failure|resources?/i, 'network-failure'],
];

/** @param cause of TS 24.008 annex H; null = not told, or one that says nothing to us */
export const causeOfNumber = (cause: number | null): EndCause | null =>
  causes.find(([, list]) => cause !== null && list.includes(cause))?.[0] ?? null;

/**
 * Cause of the last release from `+CEER` (TS 27.007 §6.10). The text is free: makes give a cause number, a location and
 * a number, or a phrase. The last bare number counts, else the phrase. Null = nothing usable.
 */
export function causeOfReport(lines: readonly string[]): EndCause | null {
  const text = lines.join(' ').replace(/^\+CEER:\s*/, '');
  const number = splitFields(text)
    .filter((field) => !field.quoted)
    .map((field) => intOf(field))
    .findLast((value) => value !== null);
  return causeOfNumber(number ?? null) ?? phrases.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

/** Why the modem would not even dial, from the CME number (TS 27.007 §9.2): 30–32 are the network's doing. */
export const causeOfDialRefusal = (cme: number | null): EndCause =>
  cme !== null && cme >= 30 && cme <= 32 ? 'network-failure' : 'refused-by-device';
