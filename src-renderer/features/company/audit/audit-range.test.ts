import { describe, expect, it } from 'vitest';
import { momentsOf } from './audit-range.ts';

const now = new Date(2026, 0, 5, 14, 30).getTime();
const day = (month: number, date: number): number => new Date(2026, month, date).getTime();
const none = { from: '', to: '' };

describe('the time that is looked at', () => {
  it('is whole local days up to now', () => {
    expect(momentsOf('today', none, now)).toEqual({ from: day(0, 5) });
    expect(momentsOf('week', none, now)).toEqual({ from: day(0, -1) });
    expect(momentsOf('month', none, now)).toEqual({ from: day(0, -24) });
    expect(momentsOf('all', none, now)).toEqual({});
  });

  it('is between two days, both of them with it, and open where none is given', () => {
    expect(momentsOf('between', { from: '2026-01-02', to: '2026-01-03' }, now)).toEqual({
      from: day(0, 2),
      until: day(0, 4),
    });
    expect(momentsOf('between', { from: '', to: '2026-01-31' }, now)).toEqual({ until: day(1, 1) });
    expect(momentsOf('between', { from: 'x', to: '' }, now)).toEqual({});
  });
});
