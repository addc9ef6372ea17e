import { dayStart, startOfDay } from '#renderer/ui/local-days.ts';

/** Which time of the log is looked at. */
export const auditRanges = ['today', 'week', 'month', 'all', 'between'] as const;
export type AuditRange = (typeof auditRanges)[number];

/** Local days as a date field has them, `2026-01-05`; empty = open. Both days are part of it. */
export interface AuditDays {
  readonly from: string;
  readonly to: string;
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
  const [from, until] = [dayStart(days.from), dayStart(days.to, 1)];
  return { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
}
