import { dayStart, dayText, startOfDay } from '#renderer/ui/local-days.ts';

export const dateRanges = ['today', 'yesterday', '7-days', '30-days', 'month', 'all', 'custom'] as const;
export type DateRange = (typeof dateRanges)[number];

/** What a person has chosen. First and last day of `custom` as date fields have them, both within; empty = open. */
export interface ChosenDays {
  readonly range: DateRange;
  readonly first: string;
  readonly last: string;
}

/** From ≤ at < below, ms; null = no bound. */
export interface DaySpan {
  readonly from: number | null;
  readonly below: number | null;
}

/**
 * The time that is meant, in the desk's own time zone. "7 days" are today and the six before it: whole days, because an agent
 * who says "this week" does not mean 168 hours. Null = it ends before it begins.
 */
export function spanOf({ range, first, last }: ChosenDays, now: number): DaySpan | null {
  switch (range) {
    case 'all':
      return { from: null, below: null };
    case 'today':
      return { from: startOfDay(now), below: null };
    case 'yesterday':
      return { from: startOfDay(now, 1), below: startOfDay(now) };
    case '7-days':
      return { from: startOfDay(now, 6), below: null };
    case '30-days':
      return { from: startOfDay(now, 29), below: null };
    case 'month':
      return { from: startOfDay(now, new Date(now).getDate() - 1), below: null };
    case 'custom': {
      const [from, below] = [dayStart(first) ?? null, dayStart(last, 1) ?? null];
      return from !== null && below !== null && from >= below ? null : { from, below };
    }
  }
}

/** With which days somebody begins who turns from a range to their own ones: the same, or the last week where there was no bound. */
export function ownDaysAfter(range: DateRange, now: number): Pick<ChosenDays, 'first' | 'last'> {
  const { from, below } = spanOf({ range, first: '', last: '' }, now) ?? { from: null, below: null };
  return { first: dayText(from ?? startOfDay(now, 6)), last: dayText(below === null ? now : below - 1) };
}
