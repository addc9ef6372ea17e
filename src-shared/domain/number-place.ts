import { areaOfCity, areaOfLandline, currentAreaCode } from './area-codes.ts';
import type { NumberHead } from './number-heads.ts';
import type { Operator } from './operator.ts';
import { readNumber } from './phone-number.ts';

/** 归属地 of a number, and whose its 号段 is. Where it was given out: neither where its owner is, nor (携号转网) who carries it now. */
export interface NumberPlace {
  readonly province: string;
  /** Several, joined by 、, where they share one code; empty where it is not told apart within the province. */
  readonly city: string;
  /** 区号 with its 0; empty where it is not known. */
  readonly areaCode: string;
  /** To whom the head was given. Since 2019-11 people keep their number with another operator: a hint, never a fact. Null = not known, and of landlines. */
  readonly operator: Operator | null;
  /** The head is 虚商: sold by somebody else on that operator’s network. */
  readonly virtual: boolean;
  readonly source: 'number-head' | 'area-code';
}

/** 浙江 杭州; 北京 once; the province alone where it has one code for all of it. */
export const placeName = ({ province, city }: Pick<NumberPlace, 'province' | 'city'>): string =>
  city === province ? province : `${province} ${city}`.trim();

/** What a table of heads knows. */
export interface HeadBook {
  find(head: number): NumberHead | null;
}

const kinds: Readonly<Record<number, readonly [Operator, boolean]>> = {
  1: ['china-mobile', false],
  2: ['china-unicom', false],
  3: ['china-telecom', false],
  4: ['china-telecom', true],
  5: ['china-unicom', true],
  6: ['china-mobile', true],
  7: ['china-broadnet', false],
  8: ['china-broadnet', true],
};

/**
 * Where a number was given out: mobiles by their head, landlines by their area code.
 *
 * @param number in any form that `readNumber` takes
 * @param books the first that knows a head counts
 * @returns null for service numbers, numbers of one's own area without its code, other countries, and what nobody knows
 */
export function placeOf(number: string, books: readonly HeadBook[]): NumberPlace | null {
  const read = readNumber(number);
  if (!read.ok) return null;
  const { kind, dialString } = read.value;
  if (kind === 'mobile') return placeOfHead(dialString, books);
  return kind === 'landline' ? placeOfLandline(dialString) : null;
}

/** The same while somebody still types: from the seventh digit of a mobile, from the whole area code of a landline on. */
export function placeWhileTyping(typed: string, books: readonly HeadBook[]): NumberPlace | null {
  const read = readNumber(typed);
  if (read.ok) return placeOf(typed, books);
  if (read.error !== 'number.too-short' && read.error !== 'number.invalid') return null;
  const digits = typed.normalize('NFKC').replace(/[^\d+]/g, '').replace(/^(?:\+86|0086|86(?=1[3-9]))/, ''); // prettier-ignore
  if (/^1[3-9]\d{5,9}$/.test(digits)) return placeOfHead(digits, books);
  return /^0\d{2,9}$/.test(digits) ? placeOfLandline(digits) : null;
}

/**
 * What two numbers share that are 本地 to each other: the area code, since that is what 本地 and 长途 are told apart by; for heads
 * without one the city. Null = not known.
 */
export function localArea(place: NumberPlace | null): string | null {
  if (!place) return null;
  return place.areaCode || (place.city && `${place.province} ${place.city}`) || null;
}

function placeOfHead(digits: string, books: readonly HeadBook[]): NumberPlace | null {
  const head = Number(digits.slice(0, 7));
  for (const book of books) {
    const row = book.find(head);
    if (row) return ofRow(row);
  }
  return null;
}

function ofRow({ province, city, areaCode, kind }: NumberHead): NumberPlace {
  const [operator, virtual] = kinds[kind] ?? [null, false];
  const code = areaCode === '' ? (areaOfCity(province, city)?.code ?? '') : currentAreaCode(areaCode);
  return { province, city, areaCode: code, operator, virtual, source: 'number-head' };
}

function placeOfLandline(digits: string): NumberPlace | null {
  const area = areaOfLandline(digits);
  if (!area) return null;
  const { province, cities, code } = area;
  return {
    province,
    city: cities.join('、'),
    areaCode: code,
    operator: null,
    virtual: false,
    source: 'area-code',
  };
}
