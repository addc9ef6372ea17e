import type { CallQuery } from '#shared/desk-contract/areas/calls.ts';
import { causesOf } from '#shared/domain/call-record.ts';
import type { CardDial } from '#shared/domain/sim-governor.ts';
import { directions, type EndCause, type Outcome } from '#shared/domain/vocabulary.ts';
import type { ReadableDb, SqlValue } from '#engine/database/handles.ts';
import type { CallRow } from './call-row.ts';
import { reverse, selectCall } from './repository.ts';

/** Whose calls: one employee's, or (null) everybody's. */
export type CallScope = string | null;

export interface CallSummary {
  readonly startedAt: number;
  /** Null = nobody answered. */
  readonly talkMs: number | null;
  readonly outcome: Outcome | null;
  readonly outcomeId: string | null;
}

interface Where {
  readonly sql: string;
  readonly params: { [name: string]: SqlValue };
}

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

const dayMs = 24 * 60 * 60 * 1000;
/** Over the index of an employee's starts. */
export const missedSinceSql = `SELECT count(*) AS total FROM call
  WHERE employee_id = :employeeId AND started_at > :from AND ended_at > :since
    AND direction = 'inbound' AND answered_at IS NULL AND end_cause IN (${listed(causesOf('missed', 'inbound'))})`;

/** Reads of many calls. Every filter that a person combines becomes one condition; the order is always newest first. */
export class CallList {
  private readonly db: ReadableDb;

  constructor(db: ReadableDb) {
    this.db = db;
  }

  page(query: CallQuery, scope: CallScope, window: { offset: number; limit: number }): CallRow[] {
    const { sql, params } = whereOf(query, scope);
    // Row numbers first: the sort then carries small rows, and the wide ones are read for one page alone.
    return this.db.all<CallRow>(
      `${selectCall}
       WHERE call.rowid IN (SELECT rowid FROM call ${sql} ORDER BY started_at DESC, rowid DESC LIMIT :limit OFFSET :offset)
       ORDER BY call.started_at DESC, call.rowid DESC`,
      { ...params, ...window },
    );
  }

  /** A whole list: row numbers in its order. */
  rows(query: CallQuery, scope: CallScope): Uint32Array {
    const { sql, params } = whereOf(query, scope);
    const found = this.db.all<{ row: number }>(
      `SELECT rowid AS row FROM call ${sql} ORDER BY started_at DESC, rowid DESC`,
      params,
    );
    return Uint32Array.from(found, ({ row }) => row);
  }

  at(rows: Uint32Array): CallRow[] {
    return this.db.all<CallRow>(
      `${selectCall} JOIN json_each(?) AS page ON page.value = call.rowid ORDER BY page.key`,
      [JSON.stringify([...rows])],
    );
  }

  /** What came of these, asked once for a whole page. */
  summaries(ids: readonly string[]): ReadonlyMap<string, CallSummary> {
    const rows = this.db.all<CallSummary & { readonly id: string }>(
      `SELECT id, started_at AS startedAt, talk_ms AS talkMs, outcome, outcome_id AS outcomeId FROM call
       WHERE id IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(ids)],
    );
    return new Map(rows.map(({ id, ...summary }) => [id, summary]));
  }

  count(query: CallQuery, scope: CallScope): number {
    const { sql, params } = whereOf(query, scope);
    return this.db.get<{ total: number }>(`SELECT count(*) AS total FROM call ${sql}`, params)?.total ?? 0;
  }

  /** Wall clock of the dials to a number since `since`, over all channels. A dial that the device refused never left the desk. */
  dialsTo(number: string, since: number): number[] {
    return this.db
      .all<{ started_at: number }>(
        `SELECT started_at FROM call WHERE number = ? AND started_at > ? AND direction = 'outbound'
           AND end_cause IS NOT 'refused-by-device'`,
        [number, since],
      )
      .map((row) => row.started_at);
  }

  /** When this number's holder said that they must not be called again; null = not, or a later call says otherwise. */
  refusedAt(number: string): number | null {
    const row = this.db.get<{ outcome: Outcome; at: number }>(verdictSql, { number });
    return row?.outcome === 'do-not-call' ? row.at : null;
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
  employees(scope: CallScope): { id: string; name: string }[] {
    return this.db.all('SELECT id, name FROM call_employee WHERE (:scope IS NULL OR id = :scope) ORDER BY name, id', {
      scope,
    });
  }
}

/** The causes come from our own closed list, so they may stand in the text. */
function listed(causes: readonly EndCause[]): string {
  return causes.map((cause) => `'${cause}'`).join(', ');
}

function whereOf(query: CallQuery, scope: CallScope): Where {
  const params: { [name: string]: SqlValue } = {};
  const conditions: string[] = [];
  const add = (condition: string, values: { [name: string]: SqlValue }): void => {
    conditions.push(condition);
    Object.assign(params, values);
  };
  // Of the few that are incomplete, by their own index: it is none of a person.
  const person = query.incomplete ? '+employee_id' : 'employee_id';
  if (scope !== null) add(`${person} = :scope`, { scope });
  if (query.employeeId !== null) add(`${person} = :employeeId`, { employeeId: query.employeeId });
  if (query.from !== null) add('started_at >= :from', { from: query.from });
  if (query.to !== null) add('started_at < :to', { to: query.to });
  if (query.outcome !== null) add('outcome = :outcome', { outcome: query.outcome });
  if (query.outcomeId !== null) add('outcome_id = :outcomeId', { outcomeId: query.outcomeId });
  if (query.incomplete) add(`missing <> '' AND state = 'ended'`, {});
  if (query.leadId !== null) add('lead_id = :leadId', { leadId: query.leadId });
  if (query.channel !== null) add('channel = :channel', { channel: query.channel });
  if (query.direction !== null) add('direction = :direction', { direction: query.direction });
  if (query.talkFrom !== null || query.talkBelow !== null) {
    const range = { talkFrom: query.talkFrom ?? 0, talkBelow: query.talkBelow ?? Number.MAX_SAFE_INTEGER };
    add('answered_at IS NOT NULL AND talk_ms >= :talkFrom AND talk_ms < :talkBelow', range);
  }
  if (query.result === 'connected') add(`state = 'ended' AND answered_at IS NOT NULL`, {});
  else if (query.result !== null) {
    const { result } = query;
    const ways = directions.map((direction) => {
      const causes = causesOf(result, direction);
      return causes.length > 0 ? `(direction = '${direction}' AND end_cause IN (${listed(causes)}))` : '0';
    });
    // A device that cannot show answers leaves the talk time open: such a call has no result.
    add(`answered_at IS NULL AND talk_ms IS NOT NULL AND (${ways.join(' OR ')})`, {});
  }
  searchTerms(query.search).forEach((term, index) => addTerm(add, term, `t${index}`));
  return { sql: conditions.length ? `WHERE ${conditions.join(' AND ')}` : '', params };
}

/** "锦程 0137" are two terms that must both fit; "154 0000 0137" is one number. Eight terms are more than anybody types. */
function searchTerms(search: string): string[] {
  const text = search.normalize('NFKC').trim();
  const digits = text.replace(/[\s\-().]/g, '');
  if (/^\+?\d+$/.test(digits)) return [digits];
  return text.split(/\s+/).filter(Boolean).slice(0, 8);
}

type Add = (condition: string, values: { [name: string]: SqlValue }) => void;

/** A scan, but of the narrow index instead of the wide rows: 20–50 ms for 50,000 calls (a bigram index would make it one). */
const named = (name: string): string => `rowid IN (SELECT rowid FROM call
  WHERE instr(lower(customer_name), :${name}) > 0 OR instr(lower(contact_name), :${name}) > 0)`;

function addTerm(add: Add, term: string, name: string): void {
  const digits = term.replace(/^\+?86(?=\d{8})|^\+/, '');
  // SQLite's lower() knows ASCII only, so this side must not do more.
  if (!/^\d{2,}$/.test(digits)) return add(named(name), { [name]: term.replace(/[A-Z]/g, (c) => c.toLowerCase()) });
  // Last digits, first digits and the whole are ranges of an index.
  const tail = reverse(digits);
  const head = `+86${digits.replace(/^0/, '')}`;
  add(
    `(number_reversed >= :${name}tail AND number_reversed < :${name}tailEnd
      OR number >= :${name}head AND number < :${name}headEnd OR number = :${name}whole)`,
    {
      [`${name}tail`]: tail,
      [`${name}tailEnd`]: `${tail}~`,
      [`${name}head`]: head,
      [`${name}headEnd`]: `${head}~`,
      [`${name}whole`]: digits,
    },
  );
}
