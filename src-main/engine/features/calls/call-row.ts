import type { ErrorDetails } from '#shared/base/errors.ts';
import type { JsonValue } from '#shared/base/json.ts';
import type { LineRef, Stamp } from '#shared/domain/call-channel.ts';
import { talkMs, waitMs, type Call } from '#shared/domain/call-machine.ts';
import type { CallState, Channel, Direction, EndCause, Outcome, TimeSource } from '#shared/domain/vocabulary.ts';
import type { SimReason } from '#shared/domain/sim-choice.ts';
import type { OpenerInCall } from '#shared/desk-contract/areas/calls.ts';

/** Table `call`, column for column, with the employee's name and what became of a transfer joined to it. */
export interface CallRow {
  readonly id: string;
  readonly rev: number;
  readonly made_here: 0 | 1;
  readonly employee_id: string;
  readonly employee_name: string;
  readonly direction: Direction;
  readonly channel: Channel;
  readonly state: CallState;
  /** JSON of the machine's Call while the call is open. */
  readonly machine: string | null;
  readonly proof_at: number | null;
  readonly proof_mono: number | null;
  readonly number: string;
  readonly number_typed: string;
  readonly dial_string: string;
  readonly lead_id: string | null;
  readonly customer_name: string | null;
  readonly contact_name: string | null;
  readonly slot: number | null;
  readonly operator: string | null;
  readonly slot_reason: SimReason | null;
  /** By what the call is counted: an ICCID, `slot:n` for a card that could not be told, null for none (migration 7). */
  readonly iccid: string | null;
  /** The line of a channel that has several (migration 11). */
  readonly line_id: string | null;
  readonly line_name: string | null;
  /** 主叫号码 that the other side was to be shown (migration 12). */
  readonly caller_id: string | null;
  readonly started_at: number;
  readonly alerting_at: number | null;
  readonly answered_at: number | null;
  readonly ended_at: number | null;
  readonly wait_ms: number | null;
  readonly talk_ms: number | null;
  readonly time_source: TimeSource | null;
  readonly precision_ms: number | null;
  readonly end_cause: EndCause | null;
  readonly opener_id: string | null;
  readonly opener_name: string | null;
  readonly opener_text: string | null;
  readonly opener_duration_ms: number | null;
  readonly opener_state: OpenerInCall['state'] | null;
  readonly opener_started_at: number | null;
  readonly opener_heard_ms: number | null;
  readonly cut_in_ms: number | null;
  readonly outcome: Outcome | null;
  /** Which of the company's outcomes (migration 34); null = known by its meaning alone. */
  readonly outcome_id: string | null;
  readonly note: string;
  /** What is still to be filled in, by commas (migration 34); null = nothing ever was. */
  readonly missing: string | null;
  /** JSON of a Problem. */
  readonly problem: string | null;
  /** JSON of a CallQuality; null = nothing was measured. */
  readonly quality: string | null;
  /** JSON of `CallView.transferred`; null = not transferred. */
  readonly transferred: string | null;
}

const wallOf = (stamp: Stamp | null): number | null => stamp && Math.round(stamp.wall);

type Course =
  | ('state' | 'alerting_at' | 'answered_at' | 'ended_at' | 'wait_ms' | 'talk_ms')
  | ('time_source' | 'precision_ms' | 'end_cause');

/** The columns that tell how a call went, as its machine knows it. */
export function courseOf(call: Call): Pick<CallRow, Course> {
  const told = call.answered ?? call.ended;
  return {
    state: call.state,
    alerting_at: wallOf(call.alerting),
    answered_at: wallOf(call.answered),
    ended_at: wallOf(call.ended),
    wait_ms: waitMs(call),
    talk_ms: talkMs(call),
    time_source: told?.source ?? null,
    precision_ms: told ? Math.round(told.precisionMs) : null,
    end_cause: call.cause,
  };
}

/** What is known before the first byte goes to a phone. */
export interface NewCall {
  readonly id: string;
  readonly employee: { readonly id: string; readonly name: string };
  readonly channel: Channel;
  readonly number: string;
  readonly numberTyped: string;
  readonly dialString: string;
  readonly leadId: string | null;
  readonly customerName: string | null;
  readonly contactName: string | null;
  readonly slot: number | null;
  readonly operator: string | null;
  readonly slotReason: CallRow['slot_reason'];
  readonly iccid: CallRow['iccid'];
  /** Of a channel that has several; null elsewhere. */
  readonly line: LineRef | null;
  /** What the other side is to be shown of us; null = nothing is asked for, or it is hidden. */
  readonly callerId: string | null;
  /** What the dial gate looked at. */
  readonly evidence: ErrorDetails;
}

/** Who is at the other end, as far as a number tells. */
export type Caller = Pick<NewCall, 'number' | 'numberTyped' | 'dialString' | 'leadId' | 'customerName' | 'contactName'>;

/** Why a call was begun while another one was there, and which: whoever is called so is no customer who is to hear an opener. */
export interface Beside {
  readonly why: 'consultation' | 'transfer-request';
  readonly callId: string;
}

/** One line of the journal. */
export interface JournalEntry {
  readonly callId: string;
  readonly event: string;
  readonly state: CallState;
  readonly stamp: Stamp;
  readonly details?: JsonValue;
}

/** What the opener did in a call so far. */
export interface OpenerFacts extends OpenerInCall {
  readonly cutInMs: number | null;
}
