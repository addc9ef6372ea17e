import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placesAfter, type Placed } from './placing.ts';

const list = (...positions: number[]): Placed[] =>
  positions.map((position, at) => ({ id: 'abcdefgh'[at] ?? '', position }));
const byPlace = (one: Placed, other: Placed): number => one.position - other.position || one.id.localeCompare(other.id);

describe('another place for an own snippet', () => {
  it('is between its neighbours, and nobody else moves', () => {
    expect(placesAfter(list(1024, 2048, 3072), 'c', 'a')).toEqual([{ id: 'c', position: 1536 }]);
    expect(placesAfter(list(1024, 2048, 3072), 'c', null)).toEqual([{ id: 'c', position: 512 }]);
    expect(placesAfter(list(1024, 2048, 3072), 'a', 'c')).toEqual([{ id: 'a', position: 4096 }]);
    expect(placesAfter(list(1024, 2048), 'b', 'a')).toEqual([]);
  });

  it('moves the others where there is no room, as in lists of before', () => {
    expect(placesAfter(list(1, 2, 3), 'c', 'a')).toEqual([
      { id: 'a', position: 1024 },
      { id: 'c', position: 2048 },
      { id: 'b', position: 3072 },
    ]);
  });

  it('is the one that was asked for, from any list', () => {
    const positions = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(positions, fc.nat(), fc.nat(), (places, from, to) => {
        const before = list(...places).sort(byPlace);
        const id = before[from % before.length]?.id ?? '';
        const others = before.filter((one) => one.id !== id).map((one) => one.id);
        const at = to % before.length;
        const moved = new Map(placesAfter(before, id, others[at - 1] ?? null).map((one) => [one.id, one.position]));
        const now = before.map((one) => ({ ...one, position: moved.get(one.id) ?? one.position })).sort(byPlace);
        expect(now.map((one) => one.id)).toEqual([...others.slice(0, at), id, ...others.slice(at)]);
      }),
    );
  });
});
