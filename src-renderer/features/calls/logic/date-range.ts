export const dateRanges = ['today', '7-days', '30-days', 'all'] as const;
export type DateRange = (typeof dateRanges)[number];

/**
 * Since when a range counts, in the desk's own time zone; null = since ever. "7 days" are today and the six before it:
 * whole days, because an agent who says "this week" does not mean 168 hours.
 */
export function rangeStart(range: DateRange, now: number): number | null {
  if (range === 'all') return null;
  const day = new Date(now);
  const back = range === 'today' ? 0 : range === '7-days' ? 6 : 29;
  // The Date constructor rolls over months and days of 23 or 25 hours by itself.
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - back).getTime();
}
