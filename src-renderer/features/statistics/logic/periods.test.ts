import { describe, expect, it } from 'vitest';
import { fullName, periodsOf, shortName } from './periods.ts';

const dayMs = 86_400_000;
/** Midnight of a day in Beijing. */
const midnight = (day: string): number => Date.parse(`${day}T00:00:00+08:00`);
const work = (day: string, dials: number) => ({ day: midnight(day), dials, connects: 1, talkMs: 1000 });
const dialsOf = (days: Parameters<typeof periodsOf>[0]): number =>
  periodsOf(days).periods.reduce((all, { work: { dials } }) => all + dials, 0);

describe('columns of days', () => {
  it('are days, and those without a call are among them', () => {
    const { kind, periods } = periodsOf([work('2026-11-27', 3), work('2026-11-30', 4)]);
    expect(kind).toBe('day');
    expect(periods.map(({ first, work: { dials } }) => [first, dials])).toEqual([
      ['2026-11-27', 3], ['2026-11-28', 0], ['2026-11-29', 0], ['2026-11-30', 4],
    ]); // prettier-ignore
    expect(periodsOf([])).toEqual({ kind: 'day', periods: [] });
  });

  it('are weeks from Monday where days would not fit, and lose none of them', () => {
    // A Wednesday, and 62 days behind it.
    const days = [work('2026-09-30', 2), work('2026-10-04', 3), work('2026-10-05', 5), work('2026-12-01', 7)];
    const { kind, periods } = periodsOf(days);
    expect([kind, periods.length, dialsOf(days)]).toEqual(['week', 10, 17]);
    expect(periods.slice(0, 2)).toEqual([
      { first: '2026-09-30', last: '2026-10-04', work: { dials: 5, connects: 2, talkMs: 2000 } },
      { first: '2026-10-05', last: '2026-10-11', work: { dials: 5, connects: 1, talkMs: 1000 } },
    ]);
    expect(periodsOf([work('2026-10-01', 1), work('2026-12-01', 1)]).kind).toBe('day');
  });

  it('are months of years', () => {
    const days = [work('2024-12-31', 1), work('2025-01-01', 2), work('2025-01-31', 3), work('2026-11-28', 4)];
    const { kind, periods } = periodsOf(days);
    expect([kind, periods.length, dialsOf(days)]).toEqual(['month', 24, 10]);
    expect(periods.slice(0, 2).map(({ first, last, work: { dials } }) => [first, last, dials])).toEqual([
      ['2024-12-31', '2024-12-31', 1],
      ['2025-01-01', '2025-01-31', 5],
    ]);
    const thousand = Array.from({ length: 1000 }, (_, n) => ({ day: midnight('2024-01-01') + n * dayMs, dials: 1, connects: 0, talkMs: 0 })); // prettier-ignore
    expect(dialsOf(thousand)).toBe(1000);
  });

  it('are named shortly below, and wholly where there is room', () => {
    const week = { first: '2026-11-23', last: '2026-11-29' };
    expect([shortName('week', week), shortName('month', week), fullName(week)]).toEqual(['11-23', '2026-11', '2026-11-23 – 2026-11-29']); // prettier-ignore
    expect(fullName({ first: '2026-11-23', last: '2026-11-23' })).toBe('2026-11-23');
  });
});
