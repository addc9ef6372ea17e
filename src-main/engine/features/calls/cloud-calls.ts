import type {
  CloudCall,
  CloudCallQuality,
  CloudCallRecording,
  CloudCallTransfer,
} from '#shared/cloud-contract/rows.ts';
import type { ReadableDb, SqlValue, WritableDb } from '#engine/database/handles.ts';
import type { OwnRow } from '../../sync/ports.ts';
import type { CallRow } from './call-row.ts';
import { lineOf } from './call-view.ts';
import { missingOf } from './completion.ts';
import { reverse } from './repository.ts';

/** A call as the cloud wants it; null = no such call. A call under way goes as far as it is known. */
export function toCloudCall(
  db: ReadableDb,
  callId: string,
  recording: CloudCallRecording | null,
): (Omit<CallFields, 'recording'> & { recording: CloudCallRecording | null }) | null {
  const row = db.get<Omit<CallRow, 'employee_name'>>('SELECT * FROM call WHERE id = ?', [callId]);
  if (!row) return null;
  const line = lineOf(row);
  return {
    id: row.id,
    rev: row.rev,
    employeeId: row.employee_id,
    direction: row.direction,
    channel: row.channel,
    number: row.number,
    numberTyped: row.number_typed,
    leadId: row.lead_id,
    customerName: row.customer_name,
    contactName: row.contact_name,
    slot: row.slot,
    operator: row.operator,
    startedAt: row.started_at,
    alertingAt: row.alerting_at,
    answeredAt: row.answered_at,
    endedAt: row.ended_at,
    waitMs: row.wait_ms,
    talkMs: row.talk_ms,
    timeSource: row.time_source,
    endCause: row.end_cause,
    openerId: row.opener_id,
    openerName: row.opener_name,
    openerStartedAt: row.opener_started_at,
    openerHeardMs: row.opener_heard_ms,
    cutInMs: row.cut_in_ms,
    outcome: row.outcome,
    note: row.note,
    recording,
    quality: row.quality === null ? null : (JSON.parse(row.quality) as CloudCallQuality),
    transferred: row.transferred === null ? null : (JSON.parse(row.transferred) as CloudCallTransfer),
    line: line && { ...line },
    callerId: row.caller_id,
    outcomeId: row.outcome_id,
    missing: row.missing === null ? null : missingOf(row),
  };
}

/** The declared fields alone: a loose schema's type has an index signature on top, which would let anything through. */
type CallFields = { [K in keyof CloudCall as string extends K ? never : K]: CloudCall[K] };

/**
 * Takes over a call that another desk (or this one, before it lost its data) told the cloud. An older or equal revision
 * changes nothing; a call that runs here is nobody else's business. Joins the caller's transaction.
 *
 * @returns whether the row changed
 */
export function upsertFromCloud(db: WritableDb, call: CloudCall): boolean {
  const row: { readonly [P in (typeof all)[keyof typeof all]]: SqlValue } = {
    id: call.id,
    rev: call.rev,
    employeeId: call.employeeId,
    direction: call.direction,
    channel: call.channel,
    // A call that its desk has not closed yet is shown when it has: until then its state is not ours to tell.
    state: call.endCause === null && call.answeredAt !== null ? 'active' : call.endCause === null ? 'dialing' : 'ended',
    number: call.number,
    reversed: reverse(call.number),
    numberTyped: call.numberTyped,
    leadId: call.leadId,
    customerName: call.customerName,
    contactName: call.contactName,
    slot: call.slot,
    operator: call.operator,
    startedAt: call.startedAt,
    alertingAt: call.alertingAt,
    answeredAt: call.answeredAt,
    endedAt: call.endedAt,
    waitMs: call.waitMs,
    talkMs: call.talkMs,
    timeSource: call.timeSource,
    endCause: call.endCause,
    openerId: call.openerId,
    openerName: call.openerName,
    openerStartedAt: call.openerStartedAt,
    openerHeardMs: call.openerHeardMs,
    openerState: call.openerId === null ? null : call.cutInMs === null ? 'playing' : 'cut-in',
    cutInMs: call.cutInMs,
    outcome: call.outcome,
    note: call.note,
    quality: call.quality && JSON.stringify(call.quality),
    transferred: call.transferred && JSON.stringify(call.transferred),
    lineId: call.line?.id ?? null,
    lineName: call.line?.name ?? null,
    callerId: call.callerId,
    outcomeId: call.outcomeId,
    missing: call.missing && call.missing.join(','),
  };
  const values = parameters.map((name) => row[name]);
  return db.run(upsertSql, values).changes > 0;
}

/** Column → parameter of everything that a newer revision may change. */
const changing = {
  rev: 'rev',
  state: 'state',
  // Of a caller they may come behind the ring.
  number: 'number',
  number_reversed: 'reversed',
  number_typed: 'numberTyped',
  lead_id: 'leadId',
  customer_name: 'customerName',
  contact_name: 'contactName',
  alerting_at: 'alertingAt',
  answered_at: 'answeredAt',
  ended_at: 'endedAt',
  wait_ms: 'waitMs',
  talk_ms: 'talkMs',
  time_source: 'timeSource',
  end_cause: 'endCause',
  opener_id: 'openerId',
  opener_name: 'openerName',
  opener_started_at: 'openerStartedAt',
  opener_heard_ms: 'openerHeardMs',
  opener_state: 'openerState',
  cut_in_ms: 'cutInMs',
  outcome: 'outcome',
  note: 'note',
} as const;

/** Clouds and desks of before say nothing of these, and take nothing back with it. */
const onceTold = {
  quality: 'quality',
  transferred: 'transferred',
  line_id: 'lineId',
  line_name: 'lineName',
  caller_id: 'callerId',
  outcome_id: 'outcomeId',
  missing: 'missing',
} as const;

const fixed = {
  id: 'id',
  employee_id: 'employeeId',
  direction: 'direction',
  channel: 'channel',
  dial_string: 'numberTyped',
  slot: 'slot',
  operator: 'operator',
  started_at: 'startedAt',
} as const;

const all = { ...fixed, ...changing, ...onceTold };
const updates = [
  ...Object.keys(changing).map((column) => `${column} = excluded.${column}`),
  ...Object.keys(onceTold).map((column) => `${column} = coalesce(excluded.${column}, call.${column})`),
];
/** By place: a first pull puts tens of thousands, and names would have to be looked up for each. */
const parameters = Object.values(all);
const upsertSql = `INSERT INTO call (made_here, ${Object.keys(all).join(', ')})
  VALUES (0, ${parameters.map(() => '?').join(', ')})
  ON CONFLICT (id) DO UPDATE SET ${updates.join(', ')}
  WHERE excluded.rev > call.rev AND call.machine IS NULL`;

/** A colleague's call that the cloud no longer shows to this person. What was made here stays. @returns the number that its row had; null = there was none */
export function removeFromCloud(db: WritableDb, callId: string): number | null {
  const found = db.get<{ row: number }>('SELECT rowid AS row FROM call WHERE id = ? AND made_here = 0', [callId]);
  if (found) db.run('DELETE FROM call WHERE rowid = ?', [found.row]);
  return found?.row ?? null;
}

/** How colleagues' calls that are in use go on in another generation that lacks them. */
export const keptCalls = {
  ids: (db: ReadableDb, after: string, limit: number): string[] =>
    db
      .all<{ id: string }>('SELECT id FROM call WHERE made_here = 0 AND id > ? ORDER BY id LIMIT ?', [after, limit])
      .map(({ id }) => id),
  keep: (next: WritableDb, _used: ReadableDb, id: string): void =>
    void next.run('INSERT OR IGNORE INTO call SELECT * FROM main.call AS used WHERE used.id = ?', [id]),
};

/** Calls made here, in the order of their ids, behind one (ChangeApplier.own). */
export const ownCalls = (db: ReadableDb, after: string, limit: number): OwnRow[] =>
  db
    .all<{ id: string; lost: number }>(
      `SELECT id, NOT EXISTS (SELECT 1 FROM generation_seen AS seen
         WHERE seen.type = 'call' AND seen.id = call.id AND seen.gone = 0 AND seen.rev >= call.rev) AS lost
       FROM call WHERE made_here = 1 AND id > ? ORDER BY id LIMIT ?`,
      [after, limit],
    )
    .map(({ id, lost }) => ({ id, lost: lost === 1 }));

/** Does the cloud have a call of this desk in an older state than it once took? Then it was restored from a backup. */
export function isOlderInCloud(db: ReadableDb, { id, rev }: Pick<CloudCall, 'id' | 'rev'>): boolean {
  return db.get('SELECT 1 FROM call WHERE id = ? AND made_here = 1 AND rev > ?', [id, rev]) !== undefined;
}
