// Days of the PC's own calendar, as date fields write them: `2026-01-05`. The Date constructor rolls over months, and days of 23 or 25 hours, by itself.

/** When the day of `at` began, or a day before it. */
export function startOfDay(at: number, daysAgo = 0): number {
  const day = new Date(at);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - daysAgo).getTime();
}

/** When a day begins, or one `further` on; undefined = it is none (an empty field). */
export function dayStart(text: string, further = 0): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  return Math.max(0, new Date(Number(year), Number(month) - 1, Number(day) + further).getTime());
}

/** The day of `at`. */
export function dayText(at: number): string {
  const day = new Date(at);
  const digits = (value: number, length = 2): string => String(value).padStart(length, '0');
  return `${digits(day.getFullYear(), 4)}-${digits(day.getMonth() + 1)}-${digits(day.getDate())}`;
}
