import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextIndex, tableGrid } from './virtual-table.ts';

describe('moving in a table', () => {
  it('stays inside the list, whatever is pressed', () => {
    const keys = fc.constantFrom('ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End');
    fc.assert(
      fc.property(fc.array(keys, { maxLength: 50 }), fc.integer({ min: 1, max: 100_000 }), (strokes, total) => {
        let at = -1;
        for (const stroke of strokes) {
          at = nextIndex(stroke, at, total, 15) ?? NaN;
          expect(at).toBeGreaterThanOrEqual(0);
          expect(at).toBeLessThan(total);
        }
      }),
    );
  });

  it('begins at the first row and leaves other keys alone', () => {
    expect(nextIndex('ArrowDown', -1, 10, 5)).toBe(0);
    expect(nextIndex('PageDown', 3, 10, 5)).toBe(8);
    expect(nextIndex('d', 3, 10, 5)).toBeNull();
    expect(nextIndex('ArrowDown', -1, 0, 5)).toBeNull();
  });
});

describe('the grid of a table', () => {
  it('has no track that depends on its content, and knows its least width', () => {
    const columns = [{ width: '120px' }, { width: 'minmax(160px, 2fr)' }, { width: '1fr' }, {}];
    const { template, minWidth } = tableGrid(columns.map((column, n) => ({ key: `k${n}`, title: '', ...column })));
    expect(template).toBe('120px minmax(160px, 2fr) minmax(80px, 1fr) minmax(80px, 1fr)');
    expect(minWidth).toBe(440);
  });
});
