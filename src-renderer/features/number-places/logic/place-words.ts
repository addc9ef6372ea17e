import type { z } from 'zod';
import type { numberPlace } from '#shared/desk-contract/areas/common.ts';
import { placeName } from '#shared/domain/number-place.ts';

export type Place = z.output<typeof numberPlace>;
type Translate = (key: string, blanks?: Record<string, unknown>) => string;

/** 浙江 杭州 · 移动号段. Whose the head is, not who carries the number: people keep theirs with another operator (携号转网). */
export const placeWords = (place: Place, t: Translate): string =>
  [placeName(place), headWords(place, t)].filter(Boolean).join(' · ');

/** What that rests on, for who wants to know. */
export function placeHint(place: Place, t: Translate): string {
  const code = place.areaCode && t('number-places.areaCode', { code: place.areaCode });
  const basis = place.source === 'area-code' ? 'landline' : place.operator ? 'mobile' : 'mobileUnknown';
  return [t(`number-places.hint.${basis}`), code].filter(Boolean).join(' ');
}

function headWords({ operator, virtual }: Place, t: Translate): string {
  if (!operator) return '';
  return t(virtual ? 'number-places.virtualHead' : 'number-places.head', { operator: t(`words.operator.${operator}`) });
}
