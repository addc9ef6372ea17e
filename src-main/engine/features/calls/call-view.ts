import type { CallView, RecordingReceipt } from '#shared/desk-contract/areas/calls.ts';
import type { Problem } from '#shared/desk-contract/areas/common.ts';
import type { LineRef } from '#shared/domain/call-channel.ts';
import type { CallQuality } from '#shared/domain/call-quality.ts';
import { callResult } from '#shared/domain/call-record.ts';
import type { NumberPlace } from '#shared/domain/number-place.ts';
import type { CallRow, OpenerFacts } from './call-row.ts';
import { missingOf } from './completion.ts';

/** What of a view is not in the row: the running part and what other features know. */
export interface ViewExtras {
  readonly muted: boolean;
  readonly autoAnswered: boolean;
  readonly stuck: boolean;
  readonly opener: OpenerFacts | null;
  readonly recording: RecordingReceipt | null;
  readonly synced: boolean;
  readonly place: NumberPlace | null;
}

export function toView(row: CallRow, extras: ViewExtras): CallView {
  return {
    id: row.id,
    direction: row.direction,
    channel: row.channel,
    state: row.state,
    number: row.number,
    numberTyped: row.number_typed,
    place: extras.place,
    leadId: row.lead_id,
    customerName: row.customer_name,
    contactName: row.contact_name,
    employeeId: row.employee_id,
    employeeName: row.employee_name,
    slot: row.slot,
    operator: row.operator,
    slotReason: row.slot_reason,
    line: lineOf(row),
    callerId: row.caller_id,
    startedAt: row.started_at,
    alertingAt: row.alerting_at,
    answeredAt: row.answered_at,
    endedAt: row.ended_at,
    waitMs: row.wait_ms,
    talkMs: row.talk_ms,
    timeSource: row.time_source,
    endCause: row.end_cause,
    result: resultOf(row),
    muted: extras.muted,
    autoAnswered: extras.autoAnswered,
    stuck: extras.stuck,
    opener: extras.opener ? withoutCutIn(extras.opener) : storedOpener(row),
    cutInMs: extras.opener?.cutInMs ?? row.cut_in_ms,
    outcome: row.outcome,
    outcomeId: row.outcome_id,
    missing: missingOf(row),
    note: row.note,
    recording: extras.recording,
    quality: storedQuality(row),
    synced: extras.synced,
    problem: row.problem === null ? null : (JSON.parse(row.problem) as Problem),
    transferred: row.transferred === null ? null : (JSON.parse(row.transferred) as CallView['transferred']),
  };
}

export const lineOf = ({ line_id: id, line_name: name }: Pick<CallRow, 'line_id' | 'line_name'>): LineRef | null =>
  id === null ? null : { id, name: name ?? '' };

export const storedQuality = ({ quality }: Pick<CallRow, 'quality'>): CallQuality | null =>
  quality === null ? null : (JSON.parse(quality) as CallQuality);

/** Null while it runs, and where the device could not show whether it was answered. */
export function resultOf(
  row: Pick<CallRow, 'answered_at' | 'talk_ms' | 'end_cause' | 'direction'>,
): CallView['result'] {
  const unknown = row.answered_at === null && row.talk_ms === null;
  return row.end_cause === null || unknown ? null : callResult(row.end_cause, row.answered_at !== null, row.direction);
}

function withoutCutIn(facts: OpenerFacts): CallView['opener'] {
  const { openerId, name, text, durationMs, startedAt, heardMs, state } = facts;
  return { openerId, name, text, durationMs, startedAt, heardMs, state };
}

function storedOpener(row: CallRow): CallView['opener'] {
  if (row.opener_id === null) return null;
  return {
    openerId: row.opener_id,
    name: row.opener_name ?? '',
    text: row.opener_text ?? '',
    durationMs: row.opener_duration_ms ?? 0,
    startedAt: row.opener_started_at,
    heardMs: row.opener_heard_ms ?? 0,
    state: row.opener_state ?? 'playing',
  };
}
