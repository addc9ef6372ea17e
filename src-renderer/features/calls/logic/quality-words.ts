import type { CallView, SoundQuality } from '#shared/desk-contract/areas/calls.ts';
import type { QualityLevel } from '#shared/domain/call-quality.ts';

type Tone = 'ok' | 'warn' | 'bad' | 'neutral';

/** What the badge says: a level, or why there is none. */
export type QualityWord = QualityLevel | 'silent' | 'measuring' | 'held';

export function qualityWord(line: SoundQuality['line'], state: CallView['state']): QualityWord {
  if (state === 'held') return 'held';
  if (line?.silent) return 'silent';
  return line?.level ?? 'measuring';
}

/** Colour beside the word, never instead of it. */
export const qualityTone: Readonly<Record<QualityWord, Tone>> = {
  good: 'ok',
  fair: 'warn',
  poor: 'bad',
  silent: 'bad',
  measuring: 'neutral',
  held: 'neutral',
};

/** `4.3`; a loss that is there is never shown as none. */
export const oneDecimal = (value: number): string => (value > 0 && value < 0.1 ? '<0.1' : value.toFixed(1));
