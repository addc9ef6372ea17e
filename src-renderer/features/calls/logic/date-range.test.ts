import { describe, expect, it } from 'vitest';
import { ownDaysAfter, spanOf, type DateRange } from './date-range.ts';

const now = new Date(2026, 2, 3, 14, 5).getTime();
const day = (month: number, date: number): number => new Date(2026, month - 1, date).getTime();
const span = (range: DateRange, first = '', last = '') => spanOf({ range, first, last }, now);

describe('date ranges of calls', () => {
  it('are whole local days, today included', () => {
    expect(span('today')).toEqual({ from: day(3, 3), below: null });
    expect(span('yesterday')).toEqual({ from: day(3, 2), below: day(3, 3) });
    expect(span('7-days')).toEqual({ from: day(2, 25), below: null });
    expect(span('30-days')).toEqual({ from: day(2, 2), below: null });
    expect(span('month')).toEqual({ from: day(3, 1), below: null });
    expect(span('all')).toEqual({ from: null, below: null });
  });

  it('of one’s own are from a first to a last day, both within, either of them open', () => {
    expect(span('custom', '2026-02-10', '2026-02-10')).toEqual({ from: day(2, 10), below: day(2, 11) });
    expect(span('custom', '2026-02-10')).toEqual({ from: day(2, 10), below: null });
    expect(span('custom', '', '2026-02-28')).toEqual({ from: null, below: day(3, 1) });
    expect(span('custom', '2026-02-11', '2026-02-10')).toBeNull();
  });

  it('of one’s own begin as what was there before', () => {
    expect(ownDaysAfter('yesterday', now)).toEqual({ first: '2026-03-02', last: '2026-03-02' });
    expect(ownDaysAfter('30-days', now)).toEqual({ first: '2026-02-02', last: '2026-03-03' });
    expect(ownDaysAfter('all', now)).toEqual({ first: '2026-02-25', last: '2026-03-03' });
  });
});
