import type { ErrorDetails } from '#shared/base/errors.ts';
import type { Problem } from '#shared/desk-contract/areas/common.ts';
import type { Stamp } from '#shared/domain/call-channel.ts';
import type { Call, ClockReading } from '#shared/domain/call-machine.ts';
import type { CallQuality } from '#shared/domain/call-quality.ts';
import type { CallGap, ChosenOutcome } from '#shared/domain/outcome-set.ts';
import type { RowTouches } from '#engine/columns/touches.ts';
import type { WritableDb } from '#engine/database/handles.ts';
import {
  courseOf,
  type Beside,
  type Caller,
  type CallRow,
  type JournalEntry,
  type NewCall,
  type OpenerFacts,
} from './call-row.ts';
import { customerGaps, type CallCompletion } from './completion.ts';
import type { EnqueueChange, NoteLeadCall } from './ports.ts';

export interface RepositoryDeps {
  readonly db: WritableDb;
  /** This run of the engine: monotonic stamps compare within one run only. */
  readonly runId: string;
  readonly enqueueChange: EnqueueChange;
  readonly noteLeadCall: NoteLeadCall;
  readonly completion: Pick<CallCompletion, 'gaps'>;
  /** For lists of calls. */
  readonly touches: Pick<RowTouches, 'changed'>;
}

/** An open row as start-up finds it. */
export interface OpenCall {
  readonly row: CallRow;
  readonly call: Call;
  readonly proof: ClockReading;
  readonly beside: Beside | null;
}

/** Rows of `CallRow`. */
export const selectCall = `SELECT call.*, coalesce(call_employee.name, '') AS employee_name
  FROM call LEFT JOIN call_employee ON call_employee.id = call.employee_id`;

/** Calls of a person that lack something. `+`: by the index of the few that do, and not by that of all calls of the person. */
const incompleteSql = `${selectCall} WHERE missing <> '' AND +employee_id = :employeeId`;
const ofCustomer = customerGaps.map((gap) => `instr(missing, '${gap}') > 0`).join(' OR ');
export const incompleteOf = { customers: `${incompleteSql} AND (${ofCustomer})`, outcomes: incompleteSql } as const;

/** Writes of the table `call` and its journal. What the cloud must hear of is enqueued in the same transaction. */
export class CallRepository {
  private readonly deps: RepositoryDeps;
  private readonly db: WritableDb;

  constructor(deps: RepositoryDeps) {
    this.deps = deps;
    this.db = deps.db;
  }

  /**
   * The row, its first journal entry and its outbox entry, durable when this returns: only now may a phone hear of it.
   * @param alongside what else is true with it: written in the same transaction, and nothing is where it throws
   */
  insert(input: NewCall, call: Call, alongside?: () => void): void {
    const { started } = call;
    this.db.transaction(() => {
      this.putEmployee(input.employee);
      this.db.run(
        `INSERT INTO call (id, rev, made_here, employee_id, direction, channel, state, machine, proof_at, proof_mono,
           number, number_reversed, number_typed, dial_string, lead_id, customer_name, contact_name, slot, operator,
           slot_reason, iccid, line_id, line_name, caller_id, started_at)
         VALUES (:id, 0, 1, :employeeId, :direction, :channel, :state, :machine, :wall, :mono,
           :number, :reversed, :numberTyped, :dialString, :leadId, :customerName, :contactName, :slot, :operator,
           :slotReason, :iccid, :lineId, :lineName, :callerId, :wall)`,
        {
          id: input.id,
          employeeId: input.employee.id,
          direction: call.direction,
          channel: input.channel,
          state: call.state,
          machine: JSON.stringify(call),
          wall: Math.round(started.wall),
          mono: started.mono,
          number: input.number,
          reversed: reverse(input.number),
          numberTyped: input.numberTyped,
          dialString: input.dialString,
          leadId: input.leadId,
          customerName: input.customerName,
          contactName: input.contactName,
          slot: input.slot,
          operator: input.operator,
          slotReason: input.slotReason,
          iccid: input.iccid,
          lineId: input.line?.id ?? null,
          lineName: input.line?.name ?? null,
          callerId: input.callerId,
        },
      );
      this.append({
        callId: input.id,
        event: call.direction === 'outbound' ? 'placed' : 'came-in',
        state: call.state,
        stamp: started,
        details: input.evidence,
      });
      this.announce(input.id);
      alongside?.();
    });
  }

  /**
   * A transition: the journal entry and everything that the machine knows, so that a write that failed (full disk) is
   * made good by the next one. The end is announced to the cloud.
   */
  transition(entry: JournalEntry, call: Call, opener: OpenerFacts | null, quality: CallQuality | null): void {
    const ended = call.state === 'ended';
    this.db.transaction(() => {
      this.append(entry);
      this.db.run(
        `UPDATE call SET state = :state, machine = :machine, proof_at = :wall, proof_mono = :mono,
           alerting_at = :alerting_at, answered_at = :answered_at, ended_at = :ended_at, wait_ms = :wait_ms,
           talk_ms = :talk_ms, time_source = :time_source, precision_ms = :precision_ms, end_cause = :end_cause
         WHERE id = :id`,
        {
          id: entry.callId,
          ...courseOf(call),
          machine: ended ? null : JSON.stringify(call),
          wall: Math.round(entry.stamp.wall),
          mono: entry.stamp.mono,
        },
      );
      this.deps.touches.changed(entry.callId);
      if (opener) this.writeOpener(entry.callId, opener);
      if (quality) this.writeQuality(entry.callId, quality);
      if (ended) {
        this.lookForGaps(entry.callId);
        this.announce(entry.callId);
      }
    });
  }

  /** The call was found alive after a restart: the journal says so and the machine's stamps are of this run now. */
  adopted(callId: string, call: Call, stamp: Stamp): void {
    this.db.transaction(() => {
      this.append({ callId, event: 'adopted', state: call.state, stamp });
      this.db.run('UPDATE call SET machine = ? WHERE id = ?', [JSON.stringify(call), callId]);
      this.proofOfLife(callId, stamp, null);
    });
  }

  note(entry: JournalEntry): void {
    this.db.transaction(() => this.append(entry));
  }

  /** The details are `CallView.transferred`, and the cloud's business too. */
  setTransferred(entry: JournalEntry): void {
    this.db.transaction(() => {
      this.append(entry);
      this.change(entry.callId, 'UPDATE call SET transferred = ? WHERE id = ?', JSON.stringify(entry.details));
    });
  }

  setOpener(entry: JournalEntry, opener: OpenerFacts): void {
    this.db.transaction(() => {
      this.append(entry);
      this.writeOpener(entry.callId, opener);
    });
  }

  /** With it goes how the call was heard so far. */
  proofOfLife(callId: string, { wall, mono }: ClockReading, quality: CallQuality | null): void {
    this.db.transaction(() => {
      this.db.run('UPDATE call SET proof_at = ?, proof_mono = ? WHERE id = ?', [wall, mono, callId]);
      if (quality) this.writeQuality(callId, quality);
    });
  }

  /** The number of a call that came in without one has become known, and with it who that is. */
  setCaller(entry: JournalEntry, caller: Caller): void {
    this.db.transaction(() => {
      this.append(entry);
      this.db.run(
        `UPDATE call SET number = :number, number_reversed = :reversed, number_typed = :numberTyped,
           dial_string = :dialString, lead_id = :leadId, customer_name = :customerName, contact_name = :contactName
         WHERE id = :id`,
        { id: entry.callId, ...caller, reversed: reverse(caller.number) },
      );
      this.announce(entry.callId);
    });
  }

  /** @param missing what the call lacks then */
  setOutcome(callId: string, { outcome, outcomeId }: ChosenOutcome, missing: readonly CallGap[]): void {
    this.db.transaction(() => {
      this.db.run('UPDATE call SET outcome = ?, outcome_id = ? WHERE id = ?', [outcome, outcomeId, callId]);
      this.writeGaps(callId, missing);
      this.announce(callId);
    });
  }

  setNote(callId: string, note: string, missing: readonly CallGap[]): void {
    this.db.transaction(() => {
      this.writeGaps(callId, missing);
      this.change(callId, 'UPDATE call SET note = ? WHERE id = ?', note);
    });
  }

  setMissing(callId: string, missing: readonly CallGap[]): void {
    this.db.transaction(() => {
      this.writeGaps(callId, missing);
      this.announce(callId);
    });
  }

  /** Calls of a person that lack something; with `customers`, of their customer. */
  incomplete(employeeId: string, of: keyof typeof incompleteOf): CallRow[] {
    return this.db.all<CallRow>(incompleteOf[of], { employeeId });
  }

  setProblem(callId: string, problem: Problem): void {
    this.change(callId, 'UPDATE call SET problem = ? WHERE id = ?', JSON.stringify(problem));
  }

  /** Something that travels with the call changed elsewhere (its recording was sealed). */
  touch(callId: string): void {
    this.db.transaction(() => this.announce(callId));
  }

  /** The name by which an employee's calls are shown. */
  private putEmployee({ id, name }: { readonly id: string; readonly name: string }): void {
    this.db.run(
      'INSERT INTO call_employee (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name',
      [id, name],
    );
  }

  get(callId: string): CallRow | undefined {
    return this.db.get<CallRow>(`${selectCall} WHERE call.id = ?`, [callId]);
  }

  /** Calls of this desk that nobody has closed, oldest first. */
  open(): OpenCall[] {
    return this.db
      .all<CallRow>(`${selectCall} WHERE call.state <> 'ended' AND call.made_here = 1 ORDER BY call.started_at`)
      .map((row) => ({
        row,
        call: JSON.parse(row.machine ?? 'null') as Call,
        proof: { wall: row.proof_at ?? row.started_at, mono: row.proof_mono ?? 0 },
        beside: this.besideOf(row.id),
      }));
  }

  private besideOf(callId: string): Beside | null {
    return (this.evidence(callId) as { beside?: Beside }).beside ?? null;
  }

  /** What let a call of this desk pass; empty where it came in, or was made at another desk. */
  evidence(callId: string): ErrorDetails {
    const placed = this.db.get<{ details: string | null }>(
      `SELECT details FROM call_event WHERE call_id = ? AND event = 'placed'`,
      [callId],
    );
    return JSON.parse(placed?.details ?? '{}') as ErrorDetails;
  }

  private change(callId: string, sql: string, value: string | null): void {
    this.db.transaction(() => {
      this.db.run(sql, [value, callId]);
      this.announce(callId);
    });
  }

  private announce(callId: string): void {
    this.db.run('UPDATE call SET rev = rev + 1 WHERE id = ?', [callId]);
    this.deps.touches.changed(callId);
    const row = this.get(callId);
    if (row?.lead_id)
      this.deps.noteLeadCall(this.db, row.lead_id, {
        at: row.started_at,
        answered: row.answered_at !== null,
        outcome: row.outcome,
      });
    this.deps.enqueueChange(this.db, callId);
  }

  /** At its end a call is asked for everything, also for what nobody could have filled in before. */
  private lookForGaps(callId: string): void {
    const row = this.get(callId);
    if (row) this.writeGaps(callId, this.deps.completion.gaps(row));
  }

  /** Of a call that never lacked anything nothing is said. */
  private writeGaps(callId: string, missing: readonly CallGap[]): void {
    const text = missing.join(',');
    this.db.run(`UPDATE call SET missing = :text WHERE id = :callId AND coalesce(missing, '') <> :text`, { callId, text }); // prettier-ignore
  }

  private writeOpener(callId: string, opener: OpenerFacts): void {
    this.db.run(
      `UPDATE call SET opener_id = :openerId, opener_name = :name, opener_text = :text,
         opener_duration_ms = :durationMs, opener_state = :state, opener_started_at = :startedAt,
         opener_heard_ms = :heardMs, cut_in_ms = :cutInMs WHERE id = :callId`,
      { ...opener, callId },
    );
  }

  private writeQuality(callId: string, quality: CallQuality): void {
    this.db.run('UPDATE call SET quality = ? WHERE id = ?', [JSON.stringify(quality), callId]);
  }

  private append({ callId, event, state, stamp, details }: JournalEntry): void {
    this.db.run(
      `INSERT INTO call_event (call_id, run_id, event, state, wall, mono, source, precision_ms, details)
       VALUES (:callId, :runId, :event, :state, :wall, :mono, :source, :precisionMs, :details)`,
      {
        callId,
        runId: this.deps.runId,
        event,
        state,
        wall: Math.round(stamp.wall),
        mono: stamp.mono,
        source: stamp.source,
        precisionMs: Math.round(stamp.precisionMs),
        details: details === undefined ? null : JSON.stringify(details),
      },
    );
  }
}

export const reverse = (text: string): string => [...text].reverse().join('');
