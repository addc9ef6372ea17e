import { describe, expect, it } from 'vitest';
import { lettersOf, PinyinQuery, readingsOf } from './pinyin.ts';

const finds = (typed: string, text: string, atStart = false): boolean => {
  const units = Uint16Array.from({ length: text.length }, (_, n) => text.charCodeAt(n));
  return PinyinQuery.of(typed)?.isIn(units, 0, units.length, atStart) ?? false;
};

describe('pinyin', () => {
  it('knows all readings of a character, and letters as themselves', () => {
    expect(readingsOf('重'.charCodeAt(0)).toSorted()).toEqual(expect.arrayContaining(['chong', 'zhong']));
    expect(readingsOf('绿'.charCodeAt(0))).toContain('lv');
    expect(lettersOf('深'.charCodeAt(0))).toBe(1 << 18);
    expect(lettersOf('b'.charCodeAt(0))).toBe(2);
    expect(lettersOf('3'.charCodeAt(0))).toBe(0);
  });

  it.each(['szkj', 'shenzhenkeji', 'shenzhenkj', 'szkeji', 'zhenke', 'zhkj', '深圳kj', 'shen', 'she', 'sh', 'zk', 'j'])(
    '%s finds 深圳科技',
    (typed) => expect(finds(typed, '深圳科技')).toBe(true),
  );

  it.each(['szk3', 'skj', 'shenkeji', 'szkjx', 'enzhen', 'zhens'])('%s does not', (typed) =>
    expect(finds(typed, '深圳科技')).toBe(false),
  );

  it('takes any reading, and never goes on behind a line break', () => {
    expect([finds('chongqing', '重庆'), finds('zq', '重庆')]).toEqual([true, true]);
    expect(finds('jw', '科技\n王芳')).toBe(false);
  });

  it('may be asked for beginnings alone, of the text and of each line', () => {
    expect([finds('k', '深圳科技\n王', true), finds('s', '深圳科技\n王', true), finds('w', '深圳科技\n王', true)]).toEqual([false, true, true]); // prettier-ignore
  });

  it('is nothing without letters, and not endless', () => {
    expect([PinyinQuery.of('深圳'), PinyinQuery.of('a'.repeat(31))]).toEqual([null, null]);
  });
});
