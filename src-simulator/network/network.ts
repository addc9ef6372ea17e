import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { behaviourOf, type Behaviour } from './behaviours.ts';
import { FarParty } from './far-party.ts';
import { SimCall, type CallRecord, type Quirks } from './sim-call.ts';
import type { Voices } from './voices.ts';

/** What far parties heard is kept for this many numbers; a simulator that runs for a day must not grow. */
const keptParties = 64;
const keptCalls = 1000;

export interface NetworkOptions {
  readonly clock: Clock;
  /** 0 ≤ n < 1; a seeded one makes runs repeatable. */
  readonly random: () => number;
  readonly voices: Voices;
  readonly quirks?: Quirks;
  /** Behaviour by full number, before the table of last digits. */
  readonly farParties: Readonly<Record<string, Behaviour>>;
}

/** The world behind the radio: who is at which number, and which calls there were. */
export class Network {
  private readonly options: NetworkOptions;
  private readonly parties = new Map<string, FarParty>();
  private readonly records: CallRecord[] = [];
  private readonly changes = new Emitter<CallRecord>();

  constructor(options: NetworkOptions) {
    this.options = options;
  }

  /** Live calls and the latest ended ones, oldest first. */
  get calls(): readonly CallRecord[] {
    return this.records;
  }

  onCall(listener: (call: CallRecord) => void): Disposable {
    return this.changes.on(listener);
  }

  farParty(number: string): FarParty {
    const known = this.parties.get(number);
    const behaviour = this.options.farParties[number] ?? behaviourOf(number);
    const party = known ?? new FarParty(number, behaviour, this.options.voices);
    // Latest use goes to the end, so that the first of the map is the one to forget.
    this.parties.delete(number);
    this.parties.set(number, party);
    const oldest = this.parties.keys().next();
    if (this.parties.size > keptParties && !oldest.done) this.parties.delete(oldest.value);
    return party;
  }

  connect(slot: number, number: string, state: 'dialing' | 'incoming' | 'waiting'): SimCall {
    const call = new SimCall(this.options, slot, this.farParty(number), state);
    this.records.push(call);
    if (this.records.length > keptCalls) this.records.shift();
    call.onChange(() => this.changed(call));
    this.changes.emit(call);
    return call;
  }

  private changed(call: SimCall): void {
    // An ended call stays as a plain record, so that it does not keep its far party's memory alive.
    const at = this.records.indexOf(call);
    if (call.state === 'ended' && at >= 0) this.records[at] = recordOf(call);
    this.changes.emit(call);
  }
}

const recordOf = ({
  slot,
  number,
  direction,
  state,
  startedAt,
  alertedAt,
  answeredAt,
  ...rest
}: SimCall): CallRecord => {
  const { endedAt, endedBy, cause } = rest;
  return { slot, number, direction, state, startedAt, alertedAt, answeredAt, endedAt, endedBy, cause };
};
