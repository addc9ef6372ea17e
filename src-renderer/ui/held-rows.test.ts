import { describe, expect, it } from 'vitest';
import { freeRows, heldRows } from './held-rows.ts';

interface Row {
  readonly id: string;
  readonly count: number;
}
const row = (id: string, count = 0): Row => ({ id, count });
const idOf = ({ id }: Row): string => id;
const shown = freeRows([row('a'), row('b'), row('c')], idOf);
const places = (next: readonly Row[]) => heldRows(shown, next, idOf).map(({ key, value, gone }) => [key, value.count, gone]); // prettier-ignore

describe('rows under a hand', () => {
  it('keep their places whatever their order is now, with what is known of them now', () => {
    expect(places([row('c', 3), row('a', 1), row('b', 2)])).toEqual([
      ['a', 1, false],
      ['b', 2, false],
      ['c', 3, false],
    ]);
  });

  it('leave their place empty when they go, so that the next one does not come under the mouse', () => {
    expect(places([row('b', 2), row('c', 3)])).toEqual([
      ['a', 0, true],
      ['b', 2, false],
      ['c', 3, false],
    ]);
  });

  it('get new ones behind them, and take one that comes again', () => {
    const next = heldRows(shown, [row('d'), row('b'), row('c')], idOf);
    expect(next.map(({ key, gone }) => [key, gone])).toEqual([['a', true], ['b', false], ['c', false], ['d', false]]); // prettier-ignore
    expect(heldRows(next, [row('a')], idOf).map(({ key, gone }) => [key, gone])).toEqual([['a', false], ['b', true], ['c', true], ['d', true]]); // prettier-ignore
  });
});
