import { describe, expect, it } from 'vitest';
import { connectRate, dayName, percent } from './figure-words.ts';

describe('words of figures', () => {
  it('are shares of what there was, and a dash of nothing', () => {
    expect([percent(1, 3), percent(0, 5), percent(0, 0), connectRate({ connects: 2, dials: 3 })]).toEqual(['33%', '0%', '—', '67%']); // prettier-ignore
  });

  it('are days of Beijing, wherever the PC is', () => {
    expect(dayName(Date.UTC(2026, 10, 27, 16))).toBe('11-28');
  });
});
