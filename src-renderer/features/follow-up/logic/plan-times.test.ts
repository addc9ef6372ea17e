import { describe, expect, it } from 'vitest';
import { formatExact } from '#renderer/ui/format.ts';
import { fromField, planTime, quickPlans, toField, type QuickPlan } from './plan-times.ts';

const local = (text: string): number => new Date(text).getTime();
const said = (plan: QuickPlan, now: string): string | null => {
  const time = planTime(plan, local(now));
  return time === null ? null : formatExact(time).slice(0, 16);
};

describe('a plan of one click', () => {
  it('is the moment that people mean, by the calendar of the PC', () => {
    // A Saturday.
    const now = '2026-11-28T14:06:17';
    expect(quickPlans.map((plan) => said(plan, now))).toEqual([
      '2026-11-28 15:06', '2026-11-28 17:00', '2026-11-29 10:00', '2026-11-30 10:00', '2026-11-30 10:00',
    ]); // prettier-ignore
    expect(said('tomorrow', '2026-12-31T23:59:00')).toBe('2027-01-01 10:00');
  });

  it('is next week’s Monday on a Monday, and nothing for today when the day is nearly over', () => {
    expect(said('monday', '2026-11-30T09:00:00')).toBe('2026-12-07 10:00');
    expect(said('monday', '2026-11-29T23:00:00')).toBe('2026-11-30 10:00');
    expect(said('today', '2026-11-28T16:30:00')).toBeNull();
  });

  it('goes into a field and comes out of it to the minute', () => {
    const time = local('2026-11-30T10:00:00');
    expect(toField(time)).toBe('2026-11-30T10:00');
    expect(fromField(toField(time))).toBe(time);
    expect([fromField(''), fromField('morgen')]).toEqual([null, null]);
  });
});
