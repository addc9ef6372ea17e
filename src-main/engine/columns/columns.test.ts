import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNames, orderByName } from './name-order.ts';
import { NumberColumn, WordColumn } from './numbers.ts';
import { orderByKey, reorder } from './order.ts';
import { TextColumn } from './text.ts';

describe('a column', () => {
  it('grows with its rows, and says what has changed', () => {
    const column = new NumberColumn(Float64Array);
    expect([column.at(5000), column.set(5000, 7), column.set(5000, 7), column.at(5000)]).toEqual([0, true, false, 7]);
    const words = new WordColumn();
    expect([words.set(1, '深圳'), words.set(2, null), words.set(1, '深圳')]).toEqual([true, false, false]);
    expect([words.wordAt(1), words.wordAt(2), words.codeOf('深圳'), words.codeOf('上海')]).toEqual([
      '深圳',
      null,
      1,
      0,
    ]);
  });

  it('keeps every text, however often each is written and however long it becomes', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60), text), { maxLength: 400 }), (writes) => {
        const [column, kept] = [new TextColumn(), new Map<number, string>()];
        for (const [row, one] of writes) {
          expect(column.set(row, one)).toBe((kept.get(row) ?? '') !== one);
          kept.set(row, one);
        }
        for (const [row, one] of kept) expect(column.at(row)).toBe(one);
      }),
      { numRuns: 60 },
    );
  });
});

describe('an order', () => {
  const keys = fc.array(fc.oneof(fc.nat(20), fc.maxSafeNat()), { minLength: 1, maxLength: 300 });
  const rowsOf = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, n) => n);

  it('is that of the keys, then of the rows', () => {
    fc.assert(
      fc.property(keys, (of) => {
        const key = (row: number): number => of[row] ?? 0;
        const wanted = [...of.keys()].sort((a, b) => key(a) - key(b) || a - b);
        expect([...orderByKey(rowsOf(of.length), key)]).toEqual(wanted);
      }),
    );
  });

  it('stays so where some rows change, come and go', () => {
    fc.assert(
      fc.property(keys, fc.array(fc.tuple(fc.nat(320), fc.option(fc.nat(20))), { maxLength: 40 }), (of, changes) => {
        const now = new Map(of.entries());
        const key = (row: number): number => now.get(row) ?? 0;
        const before = orderByKey(rowsOf(of.length), key);
        for (const [row, value] of changes) if (value === null) now.delete(row); else now.set(row, value); // prettier-ignore
        const compare = (a: number, b: number): number => key(a) - key(b) || a - b;
        const after = reorder(before, new Set(changes.map(([row]) => row)), (row) => now.has(row), compare);
        expect([...after]).toEqual([...now.keys()].sort(compare));
      }),
    );
  });

  it('of names is that of their pinyin, also where thousands begin alike', () => {
    const names = new TextColumn();
    const parts = ['深圳市', '上海', '锦', '程', '科技', 'a', '9', '有限公司', ''];
    for (let row = 1; row <= 6000; row += 1)
      names.set(row, [row * 7, row * 13, row * 31, row * 5].map((n) => parts[n % parts.length]).join(''));
    const rows = Uint32Array.from({ length: 6000 }, (_, n) => n + 1);
    const wanted = [...rows].sort((a, b) => compareNames(names, a, b) || a - b);
    expect([...orderByName(names, rows)]).toEqual(wanted);
    const inOrder = ['1号', '安徽', '北京', '长沙', '常州', '重庆', '深圳', '厦门', '长', '重', 'bcd'];
    for (const [row, name] of inOrder.toReversed().entries()) names.set(row, name);
    const sorted = [...inOrder.keys()].sort((a, b) => compareNames(names, a, b)).map((row) => names.at(row));
    expect(sorted).toEqual(inOrder);
  });
});
