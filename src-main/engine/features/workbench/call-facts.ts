import { causesOf } from '#shared/domain/call-record.ts';
import type { NumberList } from '#shared/domain/number-lists.ts';
import { beijingDay, beijingMs } from '#shared/domain/sim-governor.ts';
import type { DayFigures } from '#shared/domain/workbench.ts';
import type { ReadableDb } from '../../database/handles.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Own days are looked for so far back; who was away for longer begins anew. */
const daysBack = 30;
/** Who called longer ago has found another way. */
const missedDays = 7;
/** So long after its end a call is still being wrapped up. */
const wrapUpMs = 2 * 60_000;

/** One call that wants something. */
export interface CallSubject {
  readonly callId: string;
  readonly name: string | null;
  readonly leadId: string | null;
  readonly number: string;
}

export interface CallFacts {
  readonly today: DayFigures;
  /** Days before today on which the person dialled, newest first: what each had come to at this time of day. */
  readonly days: readonly DayFigures[];
  /** Callers whom nobody took and nobody has spoken to or called since: one call each, newest first. */
  readonly missed: readonly CallSubject[];
  /** Calls of today with a customer, answered and without an outcome, or lacking what theirs requires; oldest first. */
  readonly incomplete: readonly CallSubject[];
  /** Requests that wait for a decision; `list`: the one that has the most. */
  readonly reviews: { readonly count: number; readonly list: NumberList | null };
}

/** By day of Beijing: a day is in it whatever was dialled by this time, its figures are those by this time. */
export const daysSql = `SELECT (started_at + ${beijingMs}) / ${dayMs} AS day, sum(by_now) AS dials,
    sum(by_now AND answered_at IS NOT NULL) AS connects, sum(CASE WHEN by_now THEN coalesce(talk_ms, 0) ELSE 0 END) AS talkMs,
    sum(by_now AND answered_at IS NOT NULL AND outcome IS 'interested') AS interested
  FROM (SELECT started_at, answered_at, talk_ms, outcome, (started_at + ${beijingMs}) % ${dayMs} <= :timeOfDay AS by_now
    FROM call WHERE employee_id = :me AND started_at >= :from AND started_at < :below AND direction = 'outbound')
  GROUP BY 1 ORDER BY 1 DESC`;

/** The causes come from our own closed list, so they may stand in the text. */
const missedCauses = causesOf('missed', 'inbound').map((cause) => `'${cause}'`).join(', '); // prettier-ignore
const subject = 'c.id AS callId, c.customer_name AS name, c.lead_id AS leadId, c.number';

/** Of several calls of one number the newest. A dial that the device refused never left the desk. */
export const missedSql = `SELECT ${subject}, max(c.started_at) FROM call c
  WHERE c.employee_id = :me AND c.started_at >= :from AND c.direction = 'inbound' AND c.answered_at IS NULL AND c.state = 'ended'
    AND c.end_cause IN (${missedCauses}) AND c.number <> '' AND NOT EXISTS (SELECT 1 FROM call l
      WHERE l.number = c.number AND l.started_at > c.started_at
        AND (l.answered_at IS NOT NULL OR (l.direction = 'outbound' AND l.end_cause IS NOT 'refused-by-device')))
  GROUP BY c.number ORDER BY max(c.started_at) DESC`;

export const incompleteSql = `SELECT ${subject} FROM call c
  WHERE c.employee_id = :me AND c.started_at >= :from AND c.state = 'ended'
    AND ((c.answered_at IS NOT NULL AND c.outcome IS NULL AND c.lead_id IS NOT NULL) OR c.missing <> '') AND c.ended_at < :wrappedUp ORDER BY c.started_at`;

/** So long the days before today are taken for what they were: a month of calls is not read for every call that ends. */
const daysFreshMs = 50_000;

/** What calls and requests say of a person's day. For a thread: once in a while it reads a month of their calls. */
export class CallFactsReader {
  private readonly db: ReadableDb;
  private readonly me: string;
  private before: { readonly at: number; readonly midnight: number; readonly days: readonly DayFigures[] } | null =
    null;

  constructor(db: ReadableDb, me: string) {
    this.db = db;
    this.me = me;
  }

  /** @param now ms */
  read(now: number): CallFacts {
    const { db, me } = this;
    const midnight = beijingDay(now);
    const reviews = db.all<{ list: NumberList; count: number }>(
      "SELECT list, count(*) AS count FROM listing WHERE state = 'requested' GROUP BY list ORDER BY 2 DESC",
    );
    return {
      today: this.days(midnight, midnight + dayMs, now)[0] ?? { dials: 0, connects: 0, talkMs: 0, interested: 0 },
      days: this.daysBefore(midnight, now),
      missed: db.all<CallSubject>(missedSql, { me, from: now - missedDays * dayMs }),
      incomplete: db.all<CallSubject>(incompleteSql, { me, from: midnight, wrappedUp: now - wrapUpMs }),
      reviews: { count: reviews.reduce((sum, { count }) => sum + count, 0), list: reviews[0]?.list ?? null },
    };
  }

  private daysBefore(midnight: number, now: number): readonly DayFigures[] {
    const { before } = this;
    if (before?.midnight === midnight && Math.abs(now - before.at) < daysFreshMs) return before.days;
    const days = this.days(midnight - daysBack * dayMs, midnight, now);
    this.before = { at: now, midnight, days };
    return days;
  }

  private days(from: number, below: number, now: number): DayFigures[] {
    return this.db
      .all<DayFigures & { day: number }>(daysSql, { me: this.me, from, below, timeOfDay: now - beijingDay(now) })
      .map(({ dials, connects, talkMs, interested }) => ({ dials, connects, talkMs, interested }));
  }
}
