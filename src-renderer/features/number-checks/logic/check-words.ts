import { checkHolds, checkHoldsDays, vendorWord } from '#shared/domain/number-check.ts';
import type { NumberCheck } from '#shared/domain/vocabulary.ts';

type Tone = 'ok' | 'bad' | 'warn' | 'neutral';

const tones: Readonly<Record<NumberCheck, Tone>> = {
  unchecked: 'neutral',
  valid: 'ok',
  empty: 'bad',
  suspended: 'bad',
  'switched-off': 'warn',
  silent: 'warn',
  risky: 'warn',
  unknown: 'neutral',
  malformed: 'bad',
};

/** Does it still hold? What was found before checks had a time does, for all that is known. */
export const isStale = (state: NumberCheck, at: number | null, now: number): boolean =>
  at !== null && state !== 'unchecked' && !checkHolds(state, at, now);

/** What is too old to go by has the colour of nothing. */
export const checkTone = (state: NumberCheck, at: number | null, now: number): Tone =>
  isStale(state, at, now) ? 'neutral' : tones[state];

const dayMs = 86_400_000;
type Say = (key: string, named?: Record<string, unknown>) => string;

/** When it was found, and whether that is too long ago. @param ago says a time as people do */
export function ageWords(state: NumberCheck, at: number | null, now: number, t: Say, ago: string): string {
  if (state === 'unchecked') return '';
  if (at === null) return t('number-checks.age.unknown');
  if (!isStale(state, at, now)) return t('number-checks.age.at', { ago });
  const days = Math.floor((now - at) / dayMs);
  return t('number-checks.age.stale', { days, holds: checkHoldsDays[state] });
}

/** What the provider said, word and code: 库无（3）. Empty where nobody was asked. */
export function rawWords({ family, raw }: { readonly family: string; readonly raw: string }, t: Say): string {
  const word = vendorWord(family, raw);
  return word === null ? raw : word === raw ? word : word + t('words.bracketed', { text: raw });
}
