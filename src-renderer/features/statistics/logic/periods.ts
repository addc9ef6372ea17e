import type { CallFigures, CallWork } from '#shared/desk-contract/areas/statistics.ts';
import { beijingMs } from '#shared/domain/sim-governor.ts';

const dayMs = 86_400_000;
/** So many columns are told apart in a chart as wide as the page. */
const mostColumns = 62;

export type PeriodKind = 'day' | 'week' | 'month';
/** Days that stand in one column; first and last as people write them, `2026-11-28`. */
export interface Period {
  readonly first: string;
  readonly last: string;
  readonly work: CallWork;
}

/**
 * What was done day by day, from the first day that had a call to the last one, days without any among them: of so many that
 * they would not fit side by side, week by week (from Monday), or month by month. Nothing is left out.
 */
export function periodsOf(days: CallFigures['days']): {
  readonly kind: PeriodKind;
  readonly periods: readonly Period[];
} {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return { kind: 'day', periods: [] };
  const [from, to] = [dayNumber(first.day), dayNumber(last.day)];
  const kind: PeriodKind = to - from < mostColumns ? 'day' : to - from < (mostColumns - 1) * 7 ? 'week' : 'month';
  const done = new Map(days.map((day) => [dayNumber(day.day), day]));
  const periods = new Map<number, { first: number; last: number; dials: number; connects: number; talkMs: number }>();
  for (let day = from; day <= to; day += 1) {
    const begin = beginOf(kind, day);
    const period = periods.get(begin) ?? { first: day, last: day, dials: 0, connects: 0, talkMs: 0 };
    periods.set(begin, period);
    const work = done.get(day);
    period.last = day;
    period.dials += work?.dials ?? 0;
    period.connects += work?.connects ?? 0;
    period.talkMs += work?.talkMs ?? 0;
  }
  return {
    kind,
    periods: Array.from(periods.values(), ({ first: begins, last: ends, dials, connects, talkMs }) => ({
      first: dayOf(begins),
      last: dayOf(ends),
      work: { dials, connects, talkMs },
    })),
  };
}

/** Days of Beijing since 1970, wherever the PC stands. */
const dayNumber = (midnight: number): number => Math.round((midnight + beijingMs) / dayMs);
const dayOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

function beginOf(kind: PeriodKind, day: number): number {
  if (kind === 'day') return day;
  // The first day of 1970 was a Thursday.
  if (kind === 'week') return day - ((day + 3) % 7);
  return day - new Date(day * dayMs).getUTCDate() + 1;
}

/** What stands below a column: `11-28`, of months `2026-11`. */
export const shortName = (kind: PeriodKind, { first }: Pick<Period, 'first'>): string =>
  kind === 'month' ? first.slice(0, 7) : first.slice(5);

/** `2026-11-23 – 2026-11-29`; of one day that day. */
export const fullName = ({ first, last }: Pick<Period, 'first' | 'last'>): string =>
  first === last ? first : `${first} – ${last}`;
