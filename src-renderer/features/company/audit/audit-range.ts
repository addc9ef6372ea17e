/** Which time of the log is looked at. */
export const auditRanges = ['today', 'week', 'month', 'all', 'between'] as const;
export type AuditRange = (typeof auditRanges)[number];

/** Local days as a date field has them, `2026-01-05`; empty = open. Both days are part of it. */
export interface AuditDays {
  readonly from: string;
  readonly to: string;
}

const startOfDay = (at: number, daysAgo = 0): number => {
  const day = new Date(at);
  // By the calendar: a day with a change of the clock has no 24 hours.
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - daysAgo).getTime();
};

function dayOf(text: string, further = 0): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  return Math.max(0, new Date(Number(year), Number(month) - 1, Number(day) + further).getTime());
}

/** From (inclusive) and until (exclusive), ms. A range that ends before it begins has nothing. */
export function momentsOf(
  range: AuditRange,
  days: AuditDays,
  now: number,
): { readonly from?: number; readonly until?: number } {
  if (range === 'today') return { from: startOfDay(now) };
  if (range === 'week') return { from: startOfDay(now, 6) };
  if (range === 'month') return { from: startOfDay(now, 29) };
  if (range === 'all') return {};
  const [from, until] = [dayOf(days.from), dayOf(days.to, 1)];
  return { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
}
