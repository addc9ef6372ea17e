import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeNow } from './kept-place.ts';

const then = (rows: string, from = 0): Map<number, string> => new Map([...rows].map((id, n) => [from + n, id]));
const now = (rows: string) => (id: string | number) => rows.indexOf(String(id));

describe('placeNow', () => {
  it.each([
    ['nothing has changed', 'abcdef', 'abcdef', 2, 2],
    ['others came in above', 'abcdef', 'xyabcdef', 2, 4],
    ['others went above', 'abcdef', 'cdef', 2, 0],
    ['others came in below', 'abcdef', 'abcxdef', 2, 2],
    ['its row is gone: the next one has come up', 'abcdef', 'abdef', 2, 2],
    ['its row and one above are gone', 'abcdef', 'bdef', 2, 1],
    ['its row moved to the top by itself', 'abcdef', 'cabdef', 2, 3],
    ['its row moved to the end by itself', 'abcdef', 'abdefc', 2, 2],
    ['it was the last, and is gone', 'abc', 'ab', 2, 1],
    ['it is alone', 'c', 'xxc', 0, 2],
    ['all are gone', 'abc', 'xyz', 1, null],
  ])('%s', (_what, before, after, place, expected) => {
    expect(placeNow(place, then(before), now(after))).toBe(expected);
  });

  it('stays with its row whatever comes and goes elsewhere', () => {
    const rows = [...'abcdefghijkl'];
    fc.assert(
      fc.property(fc.nat(11), fc.subarray(rows), fc.nat(5), (place, gone, come) => {
        const own = rows[place] ?? '';
        const left = rows.filter((row) => row === own || !gone.includes(row));
        const after = ['0', '1', '2', '3', '4'].slice(0, come).join('') + left.join('');
        // Where both neighbours have other distances nobody can tell who has moved.
        const between = (index: number): boolean => left.includes(rows[index] ?? '');
        fc.pre(between(place - 1) || between(place + 1));
        expect(placeNow(place, then(rows.join('')), now(after))).toBe(after.indexOf(own));
      }),
    );
  });
});
