import { describe, expect, it } from 'vitest';
import { dayStart, dayText, startOfDay } from './local-days.ts';

describe('days of the calendar', () => {
  const at = new Date(2026, 2, 1, 14, 5).getTime();

  it('begin at their midnight, those before too, over the end of a month', () => {
    expect(startOfDay(at)).toBe(new Date(2026, 2, 1).getTime());
    expect(startOfDay(at, 1)).toBe(new Date(2026, 1, 28).getTime());
  });

  it('are read from a field, and written for one', () => {
    expect([dayStart('2026-03-01'), dayStart('2026-03-31', 1)]).toEqual([startOfDay(at), new Date(2026, 3, 1).getTime()]); // prettier-ignore
    expect([dayText(at), dayText(new Date(926, 0, 5).getTime())]).toEqual(['2026-03-01', '0926-01-05']);
    expect(['', '2026-3-1', 'today'].map((text) => dayStart(text))).toEqual([undefined, undefined, undefined]);
  });
});
