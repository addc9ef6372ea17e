import { describe, expect, it } from 'vitest';
import {
  activeFilters,
  builtInViews,
  noFilters,
  readColumns,
  sameView,
  shownColumns,
  turnedColumn,
  withoutFilter,
} from './lead-views.ts';

describe('views', () => {
  it('are the same whatever the order of their words', () => {
    const one = { ...builtInViews.all, filters: { ...noFilters, regions: ['深圳', '上海'] } };
    const other = { ...builtInViews.all, filters: { ...noFilters, regions: ['上海', '深圳'] } };
    expect([sameView(one, other), sameView(one, builtInViews.all)]).toEqual([true, false]);
    expect(sameView(builtInViews.all, { ...builtInViews.all, descending: false })).toBe(false);
  });

  it('say what they filter by, a range once, and give it up as one', () => {
    const filters = { ...noFilters, called: false, capitalFrom: 5, capitalBelow: 9, regions: ['深圳'] };
    expect(activeFilters(filters)).toEqual(['called', 'regions', 'capitalFrom']);
    expect(activeFilters({ ...noFilters, capitalBelow: 9 })).toEqual(['capitalBelow']);
    expect(activeFilters(withoutFilter(filters, 'capitalFrom'))).toEqual(['called', 'regions']);
    expect(activeFilters(withoutFilter(filters, 'called'))).toEqual(['regions', 'capitalFrom']);
  });
});

describe('columns', () => {
  it('of a choice are known ones in its order, with those that are always there', () => {
    expect(readColumns(['region', 'nonsense', 'contact', 'region'])).toEqual(['company', 'dial', 'region', 'contact']);
    expect(readColumns(['region', 'place', 'phone'])).toEqual(['company', 'region', 'place', 'phone', 'dial']);
    expect(readColumns(['lastCall', 'dial', 'company', 'phone'])).toEqual(['company', 'lastCall', 'dial', 'phone']);
  });

  it('come at the end, and go', () => {
    const shown = readColumns(['phone', 'dial', 'region']);
    expect(turnedColumn(shown, 'owner')).toEqual([...shown, 'owner']);
    expect(turnedColumn(shown, 'region')).toEqual(['company', 'phone', 'dial']);
  });

  it('make room in a small window, unless they were chosen', () => {
    expect(shownColumns('library', null, true)).not.toContain('industry');
    expect(shownColumns('library', null, false)).toContain('industry');
    expect(shownColumns('library', ['industry'], true)).toContain('industry');
  });
});
