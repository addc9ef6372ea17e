import { describe, expect, it } from 'vitest';
import { placeHint, placeWords, type Place } from './place-words.ts';

const t = (key: string, blanks: Record<string, unknown> = {}): string =>
  `[${[key, ...Object.values(blanks)].join(' ')}]`;
const place = (change: Partial<Place>): Place => ({
  ...{ province: '浙江', city: '杭州', areaCode: '0571' },
  ...{ operator: 'china-mobile', virtual: false, source: 'number-head' },
  ...change,
});

describe('the words of a place', () => {
  it.each<[Partial<Place>, string]>([
    [{}, '浙江 杭州 · [number-places.head [words.operator.china-mobile]]'],
    [{ virtual: true }, '浙江 杭州 · [number-places.virtualHead [words.operator.china-mobile]]'],
    [{ operator: null }, '浙江 杭州'],
    [{ province: '北京', city: '北京', operator: null }, '北京'],
    [{ province: '海南', city: '', operator: null }, '海南'],
    [{ province: '陕西', city: '西安、咸阳', operator: null }, '陕西 西安、咸阳'],
  ])('%j', (change, words) => {
    expect(placeWords(place(change), t)).toBe(words);
  });

  it('say what they rest on', () => {
    expect(placeHint(place({}), t)).toBe('[number-places.hint.mobile] [number-places.areaCode 0571]');
    expect(placeHint(place({ operator: null, areaCode: '' }), t)).toBe('[number-places.hint.mobileUnknown]');
    expect(placeHint(place({ operator: null, source: 'area-code' }), t)).toBe('[number-places.hint.landline] [number-places.areaCode 0571]'); // prettier-ignore
  });
});
