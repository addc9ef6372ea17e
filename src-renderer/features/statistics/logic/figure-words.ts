import type { CallFigures, CallWork } from '#shared/desk-contract/areas/statistics.ts';

/** A share as people read it: `38%`; 0 of 0 is none. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '—' : `${Math.round((part / whole) * 100)}%`;
}

/** 接通率. */
export const connectRate = ({ connects, dials }: Pick<CallWork, 'connects' | 'dials'>): string => percent(connects, dials); // prettier-ignore

/** A SIM by what records tell of it: whose phone (where there are several people's), which slot, the end of its number. */
export function cardName(
  { slot, operator, cardEnd }: Pick<CallFigures['cards'][number], 'slot' | 'operator' | 'cardEnd'>,
  person: string | null,
  t: (key: string, named: Record<string, unknown>) => string,
): string {
  const card = t('statistics.card', { slot, operator: operator ?? '' }).trim();
  return [person, card, cardEnd && t('statistics.cardEnd', { end: cardEnd })].filter(Boolean).join(' · ');
}
