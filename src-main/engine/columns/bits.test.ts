import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bits } from './bits.ts';
import { NameSearch } from './name-search.ts';
import { CodeColumn, NumberColumn } from './numbers.ts';
import { TextColumn, TextNeedle } from './text.ts';
import { rowsAlong } from './walk.ts';

const rows = fc.uniqueArray(fc.nat(3000), { maxLength: 200 });
const bitsOf = (some: readonly number[]): Bits => Bits.of(Uint32Array.from(some), Math.max(0, ...some) + 1);
const listed = (bits: Bits): number[] => [...bits.rows(bits.count())];
const ascending = (some: Iterable<number>): number[] => [...new Set(some)].sort((a, b) => a - b);

describe('a set of rows', () => {
  it('has what was put in, whatever the sizes of two sets that meet', () => {
    fc.assert(
      fc.property(rows, rows, (one, other) => {
        const theirs = new Set(other);
        expect(listed(bitsOf(one))).toEqual(ascending(one));
        expect(listed(bitsOf(one).and(bitsOf(other)))).toEqual(ascending(one.filter((row) => theirs.has(row))));
        expect(listed(bitsOf(one).or(bitsOf(other)))).toEqual(ascending([...one, ...other]));
        expect(listed(bitsOf(one).without(bitsOf(other)))).toEqual(ascending(one.filter((row) => !theirs.has(row))));
        const put = bitsOf(one);
        for (const row of other) put.put(row, row % 2 === 0);
        const wanted = [...one.filter((row) => !theirs.has(row)), ...other.filter((row) => row % 2 === 0)];
        expect(listed(put)).toEqual(ascending(wanted));
        for (const row of [...one, ...other]) expect(put.has(row)).toBe(wanted.includes(row));
      }),
    );
  });
});

describe('a column of codes', () => {
  it('knows which rows have some of them, also when they were written after the question', () => {
    const writes = fc.array(fc.tuple(fc.nat(200), fc.nat(5)), { maxLength: 200 });
    fc.assert(
      fc.property(writes, writes, fc.uniqueArray(fc.integer({ min: -1, max: 6 })), (before, after, codes) => {
        const [column, kept] = [new CodeColumn(Uint8Array), new Map<number, number>()];
        const write = ([row, code]: [number, number]): void => {
          column.set(row, code);
          kept.set(row, code);
        };
        const wanted = (): number[] => ascending([...kept].flatMap(([row, code]) => (codes.includes(code) ? [row] : []))); // prettier-ignore
        const asked = (): number[] => listed(column.rowsOf(codes)).filter((row) => kept.has(row));
        before.forEach(write);
        expect(asked()).toEqual(wanted());
        after.forEach(write);
        expect(asked()).toEqual(wanted());
      }),
    );
  });
});

it('a column of numbers keeps those within bounds', () => {
  const column = new NumberColumn(Float64Array);
  for (let row = 0; row < 100; row += 1) column.set(row, row * 10);
  const among = bitsOf([0, 5, 31, 32, 33, 99]);
  column.keepWhere(among, 50, 330);
  expect(listed(among)).toEqual([5, 31, 32]);
});

it('a window is the part of the list that it says, from whichever end it is walked to', () => {
  const order = Uint32Array.from({ length: 500 }, (_, n) => (n * 7) % 500);
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(499)),
      fc.nat(500),
      fc.boolean(),
      fc.boolean(),
      fc.nat(500),
      fc.nat(500),
      (some, cut, first, second, a, b) => {
        // prettier-ignore
        const matches = bitsOf(some);
        const way = [{ from: cut, below: 500, backwards: first }, { from: 0, below: cut, backwards: second }]; // prettier-ignore
        const turned = (part: Uint32Array, backwards: boolean): number[] =>
          backwards ? [...part].reverse() : [...part];
        const all = [...turned(order.subarray(cut), first), ...turned(order.subarray(0, cut), second)];
        const list = all.filter((row) => some.includes(row));
        const [from, below] = [Math.min(a, b, list.length), Math.min(Math.max(a, b), list.length)];
        const window = { from, below, total: list.length };
        expect([...rowsAlong(order, way, matches, window)]).toEqual(list.slice(from, below));
      },
    ),
  );
});

it('pairs that many names have are learnt, and stay right whatever is written behind that', () => {
  const parts = ['深圳', '锦程', '科技', '贸易', '华远', '启明'];
  const nameOf = (seed: number): string =>
    [3, 11, 19].map((shift) => parts[(Math.imul(seed + 1, 0x85ebca6b) >>> shift) % parts.length]).join('');
  const names = new TextColumn();
  const kept: string[] = [];
  for (let row = 0; row < 5000; row += 1) names.set(row, (kept[row] = nameOf(row)));
  const needles = ['锦程', '程科', '锦程科技', '圳锦程', '万象', '明'];
  const check = (): void => {
    const among = bitsOf([...kept.keys()]);
    for (const typed of needles) {
      const has = (text: string): boolean => (typed.length === 1 ? text.startsWith(typed) : text.includes(typed));
      const wanted = [...kept.keys()].filter((row) => has(kept[row] ?? ''));
      const found = NameSearch.of(typed)?.rows(among, names) ?? new Bits(0);
      expect([typed, ...found.rows(found.count())]).toEqual([typed, ...wanted]);
    }
  };
  const isKnown = (typed: string): boolean => names.keepLikely(bitsOf([1, 2]), new TextNeedle(typed));
  check();
  expect(isKnown('锦程')).toBe(false);
  expect([names.learn(), names.learn()]).toEqual([true, false]);
  expect([isKnown('锦程'), isKnown('程科'), isKnown('万象'), isKnown('锦程科技')]).toEqual([true, true, false, false]);
  check();
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5200), fc.option(fc.nat(999))), { maxLength: 40 }), (writes) => {
      for (const [row, seed] of writes) {
        for (let missing = kept.length; missing < row; missing += 1) names.set(missing, (kept[missing] = ''));
        names.set(row, (kept[row] = seed === null ? '' : nameOf(seed)));
      }
      check();
    }),
    { numRuns: 30 },
  );
});

it('names are found by what is in them, whatever they were before', () => {
  const names = new TextColumn();
  const parts = ['深圳', '锦程', '科技', '贸易', 'jc', '华远'];
  const name = fc.array(fc.constantFrom(...parts), { maxLength: 4 }).map((some) => some.join(''));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(80), name), { maxLength: 150 }),
      fc.constantFrom('锦程', '程科', '圳锦程', '深', '易j'),
      (writes, typed) => {
        // prettier-ignore
        const kept = new Map<number, string>();
        for (let row = 0; row <= 80; row += 1) names.set(row, '');
        for (const [row, text] of writes) {
          names.set(row, text);
          kept.set(row, text);
        }
        const has = (text: string): boolean => (typed.length === 1 ? text.startsWith(typed) : text.includes(typed));
        const found = NameSearch.of(typed)?.rows(bitsOf([...Array(81).keys()]), names) ?? new Bits(0);
        // Letters find what they may be read as, too.
        const isLetters = /[a-z]/.test(typed);
        for (const [row, text] of kept) if (!isLetters || has(text)) expect(found.has(row)).toBe(has(text));
      },
    ),
    { numRuns: 60 },
  );
});
