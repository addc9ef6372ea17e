import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextIndex, rowElements, rowsInView, scrollTopFor, tableGrid } from './virtual-table.ts';

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

describe('the rows of a table', () => {
  const views = fc.record({
    top: fc.double({ min: 0, max: 3_000_000, noNaN: true }),
    height: fc.integer({ min: 100, max: 3000 }),
    rowHeight: fc.constantFrom(28, 36),
    total: fc.integer({ min: 0, max: 100_000 }),
  });
  const beyonds = fc.integer({ min: 0, max: 10 });

  it('are drawn where any part of them is in view below the head, and have an element each', () => {
    fc.assert(
      fc.property(views, beyonds, (view, beyond) => {
        const { top, height, rowHeight, total } = view;
        const { first, end } = rowsInView(view, beyond);
        expect(end - first).toBeLessThanOrEqual(rowElements(height, rowHeight, beyond));
        for (const y of [top, top + height - rowHeight - 1]) {
          const row = Math.floor(y / rowHeight);
          if (y >= 0 && row < total) expect(row >= first && row < end).toBe(true);
        }
      }),
    );
    expect(rowsInView({ top: 360, height: 396, rowHeight: 36, total: 100 }, 0)).toEqual({ first: 10, end: 20 });
    expect(rowsInView({ top: 360, height: 396, rowHeight: 36, total: 100 }, 5)).toEqual({ first: 5, end: 25 });
    expect(rowsInView({ top: 0, height: 0, rowHeight: 36, total: 100 }, 5)).toEqual({ first: 0, end: 0 });
  });

  it('come into view as a whole by scrolling no further than that takes', () => {
    const view = { top: 360, height: 396, rowHeight: 36 };
    expect([9, 10, 19, 20].map((row) => scrollTopFor(row, view))).toEqual([324, null, null, 396]);
    expect(scrollTopFor(0, view)).toBe(0);
  });
});
