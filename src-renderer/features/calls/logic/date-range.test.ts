import { describe, expect, it } from 'vitest';
import { rangeStart } from './date-range.ts';

describe('date ranges of the record list', () => {
  const now = new Date(2026, 2, 3, 14, 5).getTime();

  it('are whole local days, today included', () => {
    expect(rangeStart('today', now)).toBe(new Date(2026, 2, 3).getTime());
    expect(rangeStart('7-days', now)).toBe(new Date(2026, 1, 25).getTime());
    expect(rangeStart('30-days', now)).toBe(new Date(2026, 1, 2).getTime());
    expect(rangeStart('all', now)).toBeNull();
  });
});
