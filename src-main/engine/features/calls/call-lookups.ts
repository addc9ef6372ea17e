import { causesOf } from '#shared/domain/call-record.ts';
import { dialsBehind, refusedAt, type CalleeFacts } from '#shared/domain/callee.ts';
import type { CardDial } from '#shared/domain/sim-governor.ts';
import type { EndCause, Outcome } from '#shared/domain/vocabulary.ts';
import type { ReadableDb } from '#engine/database/handles.ts';
import { calleeFacts } from './callees.ts';
import type { CallRow } from './call-row.ts';
import type { CallScope } from './call-lists.ts';

type DialRow = Pick<CallRow, 'id' | 'started_at' | 'alerting_at' | 'answered_at' | 'ended_at' | 'talk_ms'> & {
  readonly iccid: string;
  readonly end_cause: EndCause | null;
};

/** Once per start: over the index of starts. */
export const dialsSinceSql = `SELECT id, iccid, started_at, alerting_at, answered_at, ended_at, talk_ms, end_cause FROM call
  WHERE started_at > :since AND made_here = 1 AND direction = 'outbound' AND iccid IS NOT NULL`;
export const lastCardSql = `SELECT iccid FROM call
  WHERE number = :number AND iccid IS NOT NULL AND iccid NOT LIKE 'slot:%' ORDER BY started_at DESC LIMIT 1`;

/** The newest verdict of a call with this number, in either direction; over the index of numbers. */
export const verdictSql = `SELECT outcome, started_at AS at FROM call
  WHERE number = :number AND outcome IS NOT NULL ORDER BY started_at DESC LIMIT 1`;

/** `department`: by its name; '' = works in none; null = the cloud has not said. */
export interface CallEmployee {
  readonly id: string;
  readonly name: string;
  readonly department: string | null;
}

const dayMs = 24 * 60 * 60 * 1000;
/** Over the index of an employee's starts. */
export const missedSinceSql = `SELECT count(*) AS total FROM call
  WHERE employee_id = :employeeId AND started_at > :from AND ended_at > :since
    AND direction = 'inbound' AND answered_at IS NULL AND end_cause IN (${listed(causesOf('missed', 'inbound'))})`;

/** What became of a call, for a list that names it. */
export interface CallSummary {
  readonly startedAt: number;
  /** Null = nobody answered. */
  readonly talkMs: number | null;
  readonly outcome: Outcome | null;
  readonly outcomeId: string | null;
}

/** What single calls, numbers and days are asked of all calls: each by an index, fit for the loop. */
export class CallLookups {
  private readonly db: ReadableDb;

  constructor(db: ReadableDb) {
    this.db = db;
  }

  /** By the ids of calls. */
  summaries(ids: readonly string[]): ReadonlyMap<string, CallSummary> {
    const rows = this.db.all<CallSummary & { readonly id: string }>(
      `SELECT id, started_at AS startedAt, talk_ms AS talkMs, outcome, outcome_id AS outcomeId FROM call
       WHERE id IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(ids)],
    );
    return new Map(rows.map(({ id, ...summary }) => [id, summary]));
  }

  /** What the gate asks of a number, of all channels and by whoever of the company as far as this desk has been told. */
  callee(number: string, since: number, now: number): { readonly dials: number[]; readonly refusedAt: number | null } {
    const told = calleeFacts(this.db, number);
    return {
      dials: dialsBehind({ since, now }, this.dialsTo(number, since), told.dials),
      refusedAt: refusedAt(this.verdictOf(number), told.verdict),
    };
  }

  /** When this number's holder said to anybody of the company that they must not be called again; null = not, or a later call says otherwise. */
  refusedAt(number: string): number | null {
    return refusedAt(this.verdictOf(number), calleeFacts(this.db, number).verdict);
  }

  /** Dials of this desk since `since` that are charged to a card. */
  dialsSince(since: number): CardDial[] {
    return this.db.all<DialRow>(dialsSinceSql, { since }).map((row) => ({
      callId: row.id,
      card: row.iccid,
      at: row.started_at,
      alerted: row.alerting_at !== null,
      answered: row.answered_at !== null,
      talkMs: row.talk_ms ?? 0,
      endedAt: row.ended_at,
      cause: row.end_cause,
    }));
  }

  /** ICCID of the card that called this number last, or was called by it; null = none that is known. */
  lastCardOf(number: string): string | null {
    return this.db.get<{ iccid: string }>(lastCardSql, { number })?.iccid ?? null;
  }

  /** Dials, connects and talk time of one employee since `since`. */
  totals(employeeId: string, since: number): { dials: number; connects: number; talkMs: number } {
    const row = this.db.get<{ dials: number; connects: number; talkMs: number }>(
      `SELECT count(*) AS dials, count(answered_at) AS connects, coalesce(sum(talk_ms), 0) AS talkMs
       FROM call WHERE employee_id = ? AND started_at >= ? AND direction = 'outbound'`,
      [employeeId, since],
    );
    return row ?? { dials: 0, connects: 0, talkMs: 0 };
  }

  /** Calls to one employee that nobody took and that ended after `since`. A call rings for less than a day. */
  missedSince(employeeId: string, since: number): number {
    const row = this.db.get<{ total: number }>(missedSinceSql, { employeeId, since, from: since - dayMs });
    return row?.total ?? 0;
  }

  /** Who that number was in the latest call with it, in either direction; null = never heard of. */
  latestWith(
    number: string,
  ): { leadId: string | null; customerName: string | null; contactName: string | null } | null {
    const row = this.db.get<{ leadId: string | null; customerName: string | null; contactName: string | null }>(
      `SELECT lead_id AS leadId, customer_name AS customerName, contact_name AS contactName FROM call
       WHERE number = ? AND customer_name IS NOT NULL ORDER BY started_at DESC LIMIT 1`,
      [number],
    );
    return row ?? null;
  }

  /** Everybody whose calls may be asked for, by name: who has not called yet is an answer too. */
  employees(scope: CallScope): CallEmployee[] {
    return this.db.all(
      'SELECT id, name, department FROM call_employee WHERE (:scope IS NULL OR id = :scope) ORDER BY name, id',
      { scope },
    );
  }

  /** Wall clock of this desk's dials to a number since `since`. A dial that the device refused never left the desk. */
  private dialsTo(number: string, since: number): number[] {
    return this.db
      .all<{ started_at: number }>(
        `SELECT started_at FROM call WHERE number = ? AND started_at > ? AND direction = 'outbound'
           AND end_cause IS NOT 'refused-by-device'`,
        [number, since],
      )
      .map((row) => row.started_at);
  }

  private verdictOf(number: string): CalleeFacts['verdict'] {
    const row = this.db.get<{ outcome: Outcome; at: number }>(verdictSql, { number });
    return row ? { at: row.at, refused: row.outcome === 'do-not-call' } : null;
  }
}

/** The causes come from our own closed list, so they may stand in the text. */
function listed(causes: readonly EndCause[]): string {
  return causes.map((cause) => `'${cause}'`).join(', ');
}
