/** When people plan to follow up, one click each. */
export const quickPlans = ['hour', 'today', 'tomorrow', 'dayAfter', 'monday'] as const;
export type QuickPlan = (typeof quickPlans)[number];

const hourMs = 3_600_000;
const morning = 10;
const evening = 17;

/** That hour of the day so many days after `now`, by the PC's calendar. */
function at(now: number, days: number, hour: number): number {
  const day = new Date(now);
  // By dates, not by hours: a day with a change of the clock is a day too.
  day.setDate(day.getDate() + days);
  return day.setHours(hour, 0, 0, 0);
}

/** The moment that is meant; null = not today any more. @param now ms */
export function planTime(plan: QuickPlan, now: number): number | null {
  switch (plan) {
    case 'hour':
      // To the minute before: nobody plans for 14:06:17.
      return Math.floor((now + hourMs) / 60_000) * 60_000;
    case 'today': {
      const today = at(now, 0, evening);
      // Nearer than that 一小时后 says it.
      return today - now > hourMs ? today : null;
    }
    case 'tomorrow':
      return at(now, 1, morning);
    case 'dayAfter':
      return at(now, 2, morning);
    case 'monday':
      return at(now, ((8 - new Date(now).getDay()) % 7) || 7, morning); // prettier-ignore
  }
}

/** As a field for date and time has it, in local time: `2026-11-30T10:00`. */
export function toField(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Null = nothing that is a moment. */
export function fromField(text: string): number | null {
  const time = text === '' ? NaN : new Date(text).getTime();
  return Number.isNaN(time) ? null : time;
}
