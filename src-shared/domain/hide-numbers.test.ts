import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideNumbers } from './hide-numbers.ts';
import { readNumber } from './phone-number.ts';

const all = (text: string): string => hideNumbers(text, () => true);

describe('numbers in what people write', () => {
  it.each([
    ['请打 15400000001 找王工', '请打 154 **** 0001 找王工'],
    ['154-0000-0001/154 0000 0002', '154 **** 0001/154 **** 0002'],
    ['15400000001 15400000002', '154 **** 0001 154 **** 0002'],
    ['微信15400000001同号', '微信154 **** 0001同号'],
    ['wx15400000001abc', 'wx154 **** 0001abc'],
    ['+86 154 0000 0001', '154 **** 0001'],
    ['１５４００００００01', '154 **** 0001'],
    ['座机0571-88880000-801', '座机0571 **** 0000-801'],
    ['（0571）88880000', '（0571 **** 0000'],
    ['本地 88880000', '本地 **** 0000'],
    ['本地 8888-0000', '本地 **** 0000'],
    ['2026/1/31 打 15400000001', '2026/1/31 打 154 **** 0001'],
  ])('are masked: %s', (text, hidden) => {
    expect(all(text)).toBe(hidden);
  });

  it.each(['2026/1/31 再联系', '2026-1-31', '2026.10.8', '3000—5000 元', '3000/5000', '2201/2203室', '2026-01-31 14:05 回访', '20260131', '合同 2026 年', '500 万', '91110000101623741K', '客服 4001234567', '', '1000-2000', '订单 202601310000012345'])(
    'what is none of them stays: %s',
    (text) => {
      expect(all(text)).toBe(text);
    },
  ); // prettier-ignore

  it('are masked one by one, as the question says', () => {
    const listed = (e164: string): boolean => e164 === '+8615400000001';
    expect(hideNumbers('154 0000 0001，154 0000 0002', listed)).toBe('154 **** 0001，154 0000 0002');
    const asked: string[] = [];
    hideNumbers('154 0000 0001，0571-88880000', (e164) => asked.push(e164) === 0);
    expect(asked).toEqual(['+8615400000001', '+8657188880000']);
  });

  it('are masked whatever of it stands between their digits that the program itself would dial over', () => {
    const gaps = [
      '',
      ' ',
      '\u3000',
      '\u00a0',
      '-',
      '－',
      '—',
      '–',
      '·',
      '•',
      '.',
      '．',
      '/',
      '／',
      ' - ',
      '  ',
      '\u200b',
      '\u202d',
    ];
    const gap = fc.constantFrom(...gaps);
    fc.assert(
      fc.property(gap, gap, (one, other) => {
        const written = `154${one}0000${other}0001`;
        expect(readNumber(written).ok).toBe(true);
        expect(all(`找${written}王工`)).toBe('找154 **** 0001王工');
      }),
    );
    // Two lines are two numbers.
    expect(all('15400000001\n15400000002')).toBe('154 **** 0001\n154 **** 0002');
  });

  it('are gone, wherever they stand', () => {
    const words = fc.stringMatching(/^[^0-9０-９+＋]{0,20}$/u);
    const number = fc.integer({ min: 15_400_000_000, max: 15_499_999_999 }).map(String);
    fc.assert(
      fc.property(words, number, words, (before, written, after) => {
        expect(all(`${before}${written}${after}`)).not.toContain(written);
      }),
    );
  });
});
