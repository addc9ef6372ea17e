import { describe, expect, it } from 'vitest';
import { NumberHeads } from './number-heads.ts';
import { writeNumberHeads, type HeadRange } from './number-heads-writer.ts';
import { localArea, placeOf, placeWhileTyping } from './number-place.ts';

const book = (...ranges: HeadRange[]): NumberHeads => {
  const opened = NumberHeads.open(writeNumberHeads('TEST', ranges));
  if (!opened.ok) throw new Error(opened.error.what);
  return opened.value;
};
const range = (from: number, kind: number, province: string, city: string, areaCode: string): HeadRange => {
  return { from, to: from, kind, province, city, areaCode, postcode: '' };
};
const books = [
  book(
    range(1_540_000, 1, '浙江', '杭州', '0571'),
    range(1_540_001, 4, '湖南', '株洲', '0733'),
    range(1_540_002, 7, '湖南', '长沙', ''),
    range(1_540_003, 99, '示例省', '示例市', ''),
  ),
  book(range(1_540_000, 2, '海南', '三亚', '0898'), range(1_541_111, 8, '海南', '三亚', '0898')),
];
const mobile = (head: number): string => `+86${head}0137`;

describe('placeOf', () => {
  it('tells where a mobile number was given out and by whom; the first table that knows its head counts', () => {
    expect(placeOf(mobile(1_540_000), books)).toEqual({
      ...{ province: '浙江', city: '杭州', areaCode: '0571' },
      ...{ operator: 'china-mobile', virtual: false, source: 'number-head' },
    });
    expect(placeOf('154 1111 0137', books)).toMatchObject({ city: '三亚', operator: 'china-broadnet', virtual: true });
    expect(placeOf('0086 154-0000-0137', books)?.city).toBe('杭州');
  });

  it('tells the area code of today where the table has none, or one of before', () => {
    expect(placeOf(mobile(1_540_001), books)).toMatchObject({ city: '株洲', areaCode: '0731', virtual: true });
    expect(placeOf(mobile(1_540_002), books)).toMatchObject({ city: '长沙', areaCode: '0731' });
  });

  it('tells no operator where the kind of a head is not known', () => {
    expect(placeOf(mobile(1_540_003), books)).toMatchObject({ city: '示例市', operator: null, virtual: false });
  });

  it('tells the area of a landline, all cities that share it, and no operator', () => {
    expect(placeOf('+862988880000', [])).toEqual({
      ...{ province: '陕西', city: '西安、咸阳', areaCode: '029' },
      ...{ operator: null, virtual: false, source: 'area-code' },
    });
    expect(placeOf('0898-68880000', [])).toMatchObject({ province: '海南', city: '' });
  });

  it.each(['4008880000', '95588', '10086', '110', '0571 95588', '88880000', '+12025550123', '8001', '', 'x', mobile(1_549_999)])(
    'tells nothing of %j',
    (number) => {
      expect(placeOf(number, books)).toBeNull();
    },
  ); // prettier-ignore
});

describe('placeWhileTyping', () => {
  it.each([
    ['154000', undefined],
    ['1540000', '杭州'],
    ['154 0000 01', '杭州'],
    ['+86 154 0000', '杭州'],
    ['１５４００００', '杭州'],
    ['154 0000 0137', '杭州'],
    ['154 0000 01378', undefined], // no number any more
    ['057', undefined],
    ['0571', '杭州'],
    ['0571-888', '杭州'],
    ['010', '北京'],
    ['02', undefined],
    ['0571 8888 0000', '杭州'],
    ['8888', undefined],
    ['400888', undefined],
    ['+1 202 555', undefined],
    ['0571x', undefined],
  ])('%j is of %s', (typed, city) => {
    expect(placeWhileTyping(typed, books)?.city).toBe(city);
  });
});

describe('localArea', () => {
  it('is the same for all cities of one code, and for mobiles and landlines', () => {
    const areaOf = (number: string): string | null => localArea(placeOf(number, books));
    expect(areaOf(mobile(1_540_001))).toBe('0731'); // 株洲
    expect(areaOf(mobile(1_540_002))).toBe('0731'); // 长沙
    expect(areaOf('0731-88880000')).toBe('0731');
    expect(areaOf(mobile(1_540_000))).toBe('0571');
    expect(areaOf(mobile(1_540_003))).toBe('示例省 示例市');
    expect(areaOf('4008880000')).toBeNull();
  });
});
