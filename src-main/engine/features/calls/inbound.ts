import { AppError, describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { IncomingCall } from '#shared/domain/call-channel.ts';
import type { Channel } from '#shared/domain/vocabulary.ts';
import { incomingCall } from '#shared/domain/call-machine.ts';
import type { EngineContext } from '#engine/context.ts';
import type { DeskPhone } from '#engine/devices/face.ts';
import { unknownCard } from './card-facts.ts';
import type { CallLookups } from './call-lookups.ts';
import { callerOf } from './caller.ts';
import type { Employee } from './calls.ts';
import type { LiveCalls } from './live-calls.ts';
import type { FindLeadByNumber } from './ports.ts';
import type { CallRepository } from './repository.ts';

type IncomingOn = IncomingCall & { readonly channel: Channel };

export interface InboundDeps {
  readonly context: EngineContext;
  readonly phone: DeskPhone;
  readonly repository: CallRepository;
  readonly lookups: CallLookups;
  readonly live: LiveCalls;
  readonly employee: () => Employee | null;
  readonly leadByNumber: FindLeadByNumber;
}

/**
 * Somebody calls: the row is on disk before anybody is told, as with a dial, whatever state the agent is in. A missed
 * call is a record, and a customer who is known is named.
 */
export class Inbound {
  private readonly deps: InboundDeps;
  private readonly logger: Logger;
  /** What rings while a start-up does not know yet which calls it takes over; null = it knows. */
  private held: Map<string, IncomingOn> | null = new Map();

  constructor(deps: InboundDeps) {
    this.deps = deps;
    this.logger = deps.context.logger.child('calls');
  }

  /** Told again for a call whose number has become known. Never throws: the phone rings on, whatever the disk says. */
  ring(call: IncomingOn): void {
    if (this.held && !this.deps.live.get(call.callId)) {
      this.held.set(call.callId, call);
      return;
    }
    try {
      if (this.deps.live.get(call.callId)) this.name(call);
      else this.take(call);
    } catch (error) {
      this.logger.log('error', 'call.not-recorded', { callId: call.callId, problem: describeError(error) });
    }
  }

  /** An event of a call that is held back. @returns whether it was one */
  over(callId: string): boolean {
    return this.held?.delete(callId) ?? false;
  }

  /** The start-up knows what it took over: what rings besides is new. */
  open(): void {
    const waiting = [...(this.held?.values() ?? [])];
    this.held = null;
    for (const call of waiting) this.ring(call);
  }

  private take({ callId, channel, number, slot, line, waiting, stamp }: IncomingOn): void {
    const { phone, repository, live, employee } = this.deps;
    const me = employee();
    if (!me) throw new AppError('auth.required');
    const machine = incomingCall(stamp, waiting);
    const call = {
      id: callId,
      employee: { id: me.id, name: me.name },
      channel,
      ...callerOf(number, this.deps),
      slot,
      operator: phone.state.slots.find((other) => other.slot === slot)?.operator ?? null,
      iccid: slot === null ? null : (phone.card(slot)?.iccid ?? unknownCard(slot)),
      slotReason: null,
      line: line ?? null,
      callerId: null,
      evidence: { withheld: number === null },
    };
    repository.insert(call, machine);
    live.begin(callId, machine, { alive: true });
  }

  private name({ callId, number }: IncomingOn): void {
    const { live, repository } = this.deps;
    const state = live.get(callId)?.call.state;
    if (number === null || !state) return;
    repository.setCaller({ callId, event: 'caller-known', state, stamp: live.stamp() }, callerOf(number, this.deps));
    live.changed.emit(callId);
  }
}
