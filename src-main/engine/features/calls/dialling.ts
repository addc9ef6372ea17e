import { AppError } from '#shared/base/errors.ts';
import type { Employee } from './calls.ts';
import { placeCall, type Call } from '#shared/domain/call-machine.ts';
import type { DialRequest, LineRef } from '#shared/domain/call-channel.ts';
import type { PhoneNumber } from '#shared/domain/phone-number.ts';
import type { Channel } from '#shared/domain/vocabulary.ts';
import type { Beside, NewCall } from './call-row.ts';
import { toCardCall } from './card-facts.ts';
import { askGate, type GateDeps } from './gate.ts';
import type { Lines } from './lines.ts';
import type { LiveCalls } from './live-calls.ts';
import { contactAt, type LeadFacts } from './ports.ts';
import type { CallRepository } from './repository.ts';
import { checkPhone, takeSlot, type SlotDeps, type TakenSlot } from './take-slot.ts';

export interface DialInput {
  readonly number: string;
  readonly leadId: string | null;
  readonly channel: Channel | null;
  readonly slot: number | null;
  /** SIP account of this call; null, or one that is no more = the default one. */
  readonly lineId: string | null;
  readonly hideNumber: boolean;
  readonly callerId: string | null;
  /** Dialled although that call is there, which is held for it; null = only while there is none. */
  readonly beside: Beside | null;
}

/** Whoever dials for a list keeps its own account of it: a crash must not part the two. */
export interface DialWitness {
  /** Within the transaction that writes the call's row; what it throws takes the dial back. */
  placed(callId: string): void;
  /** Right before the command leaves, at most once; false = it must not (call-channel.ts). Must not throw. */
  mayLeave(callId: string): boolean;
}

/** A line of SIP, as a dial must know it beforehand. */
export interface SipWay {
  /** @param id null, or one that is no more = the default one */
  dialLine(id: string | null): {
    /** Null = there is none. */
    readonly line: LineRef | null;
    /** Why nobody can be called over it now; null = they can. */
    readonly obstacle: AppError | null;
    /** 主叫号码 that may be shown, the usual one first. */
    readonly callerIds: readonly string[];
  };
}

/** How the callee sees it, which the record keeps as evidence and the channel is told. */
type Shown = Pick<DialRequest, 'hideNumber' | 'callerId'>;

export interface DiallingDeps extends SlotDeps, Omit<GateDeps, 'context' | 'lookups'> {
  readonly repository: CallRepository;
  readonly live: LiveCalls;
  readonly lines: Lines;
  /** SIP, where this desk has it. */
  readonly sip?: { readonly channel: SipWay };
  readonly lead: (leadId: string) => LeadFacts | null;
}

type TakenLine = { readonly [K in keyof TakenSlot]: TakenSlot[K] | null } & Pick<TakenSlot, 'evidence'> & {
    readonly line: LineRef | null;
  };

/** Where a dial goes out, as far as somebody has chosen. */
type Where = Pick<DialInput, 'slot' | 'lineId'> & { readonly channel: Channel };

/** From what a person typed to a call on its way. Checks are synchronous up to the durable row, so that two dials cannot cross. */
export class Dialling {
  private readonly deps: DiallingDeps;

  constructor(deps: DiallingDeps) {
    this.deps = deps;
  }

  /**
   * Resolves when the row is on disk and the phone has the dial command. A phone that refuses leaves a closed record and
   * rejects with its AppError; a hang-up in between is no error.
   */
  async dial(input: DialInput, employee: Employee, witness?: DialWitness): Promise<{ callId: string }> {
    const call = this.prepare(input, employee);
    const { id: callId, channel, dialString, slot, line, shown } = call;
    const watched = witness ? { mayLeave: () => witness.mayLeave(callId) } : {};
    const request = { callId, dialString, slot, ...(line ? { lineId: line.id } : {}), ...shown, ...watched };
    return this.place(call, input.beside, () => this.deps.lines.dial(channel, request), witness);
  }

  /**
   * Journalled, then sent: as `dial` does, for a call that somebody else has chosen.
   * @param send rejects when the call cannot even be tried
   */
  async place(
    call: NewCall,
    beside: Beside | null,
    send: () => Promise<void>,
    witness?: Pick<DialWitness, 'placed'>,
  ): Promise<{ callId: string }> {
    const { live } = this.deps;
    const machine = placeCall(live.stamp());
    const told = beside ? { ...call, evidence: { ...call.evidence, beside: { ...beside } } } : call;
    this.record(told, machine, () => witness?.placed(call.id));
    live.begin(call.id, machine, { alive: true, beside });
    try {
      await send();
    } catch (error) {
      this.refused(call.id, error);
    }
    return { callId: call.id };
  }

  /**
   * What a person typed, for somebody else to dial over that channel and line. @throws AppError `number.…`, `gate.…`
   */
  check(typed: string, channel: Channel, lineId: string | null): PhoneNumber {
    return this.passGate(typed, null, { channel, lineId, slot: null }).number;
  }

  /** Charged to its card first: a crash between the two counts one dial too many, never one too few. */
  private record(call: NewCall, machine: Call, alongside: () => void): void {
    const { dials, repository } = this.deps;
    const { id: callId, iccid: card } = call;
    if (card !== null) dials.placed({ callId, card, at: Math.round(machine.started.wall), ...toCardCall(machine) });
    try {
      repository.insert(call, machine, alongside);
    } catch (error) {
      if (card !== null) dials.withdraw(callId);
      throw error;
    }
  }

  private prepare(input: DialInput, employee: Employee): NewCall & { readonly shown: Shown } {
    const { context, settings, live } = this.deps;
    const lead = input.leadId === null ? null : this.deps.lead(input.leadId);
    if (input.leadId !== null && !lead) throw new AppError('not-found');
    const typed = input.number || (lead?.phone ?? '');
    const channel = input.channel ?? settings().channel;
    const where = { channel, slot: input.slot, lineId: channel === 'sip' ? input.lineId : null };
    const { number, evidence } = this.passGate(typed, lead, where);
    const busy = live.all.find(({ id }) => id !== input.beside?.callId);
    if (busy) throw new AppError(busy.call.state === 'ending' ? 'call.ending' : 'call.busy');
    const { slot, reason, card, line, evidence: ofSim } = this.takeLine(where, number);
    const shown = this.shown(input, channel, number);
    return {
      id: context.newId(),
      employee,
      channel,
      number: number.e164,
      numberTyped: typed,
      dialString: number.dialString,
      leadId: input.leadId,
      customerName: lead?.companyName ?? null,
      contactName: lead && contactAt(lead, number.e164),
      slot,
      operator: this.deps.phone.state.slots.find((other) => other.slot === slot)?.operator ?? null,
      slotReason: reason,
      iccid: card,
      line,
      callerId: shown.hideNumber ? null : (shown.callerId ?? null),
      evidence: { ...evidence, ...ofSim, ...evidenceOf(shown) },
      shown,
    };
  }

  /** @throws AppError `sip.caller-id-unknown` */
  private shown(input: DialInput, channel: Channel, number: PhoneNumber): Shown {
    // Who answers an emergency must be able to call back.
    const hidden = input.hideNumber && number.kind !== 'emergency' ? { hideNumber: true } : {};
    const callerIds = channel === 'sip' ? (this.deps.sip?.channel.dialLine(input.lineId).callerIds ?? []) : [];
    if (channel === 'sip' && input.callerId !== null && !callerIds.includes(input.callerId)) {
      throw new AppError('sip.caller-id-unknown', { number: input.callerId });
    }
    const callerId = input.callerId ?? callerIds[0];
    return { ...hidden, ...(channel === 'sip' && callerId !== undefined ? { callerId } : {}) };
  }

  private passGate(
    typed: string,
    lead: LeadFacts | null,
    where: Where,
  ): { number: PhoneNumber; evidence: NewCall['evidence'] } {
    const { channel, slot, lineId } = where;
    const { number, answer } = askGate(this.deps, { typed, channel, lineId, sample: lead?.sample === true });
    // Only a phone that is there can tell whether it reaches people; until then its own trouble is the answer.
    if (!answer.pass && answer.code === 'gate.sample-data') {
      if (channel === 'desk-phone') checkPhone(this.deps, number, slot);
      else this.takeLine({ ...where, slot: null }, number);
    }
    if (!answer.pass) throw new AppError(answer.code, answer.details);
    return { number, evidence: answer.evidence };
  }

  /**
   * What carries it: a card of the phone by the governor's leave, or a line without cards.
   * @throws AppError why it cannot
   */
  private takeLine({ channel, slot, lineId }: Where, number: PhoneNumber): TakenLine {
    if (channel === 'desk-phone') return { ...takeSlot(this.deps, number, slot), line: null };
    const sip = channel === 'sip' ? this.deps.sip?.channel : undefined;
    if (!sip) throw new AppError('channel.not-available', { channel });
    const { line, obstacle } = sip.dialLine(lineId);
    if (obstacle) throw obstacle;
    return { slot: null, reason: null, card: null, line, evidence: {} };
  }

  private refused(callId: string, error: unknown): void {
    const { live, repository } = this.deps;
    const call = live.get(callId)?.call;
    const code = error instanceof AppError ? error.code : 'internal';
    const gone = code === 'phone.lost' || code === 'phone.port-missing' || code === 'sip.window-lost';
    live.apply(callId, { type: 'ended', cause: gone ? 'device-lost' : 'refused-by-device' });
    // Whoever hung up before the phone could dial asked for just this.
    if (call?.state === 'ending') return;
    repository.setProblem(callId, { code, details: error instanceof AppError ? error.details : {} });
    throw error;
  }
}

function evidenceOf({ hideNumber, callerId }: Shown): NewCall['evidence'] {
  return { ...(hideNumber ? { numberHidden: true } : {}), ...(callerId === undefined ? {} : { callerId }) };
}
