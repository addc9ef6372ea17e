import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { LoopbackPhone } from '#engine/devices/face.ts';
import type { Behaviour } from '../network/behaviours.ts';
import { Faults } from './faults.ts';
import { SoundReader, type FarParty } from '../network/far-party.ts';
import { SimHandset } from './handset.ts';
import { createLoopback } from './loopback.ts';
import type { ModemCore, ModemWorld } from './modem/core.ts';
import type { Radio } from './modem/radio.ts';
import { FaultyWire } from './modem/faulty-wire.ts';
import type { FileStore } from './modem/file-store.ts';
import { Modem } from './modem/modem.ts';
import { Network } from '../network/network.ts';
import { makes } from './makes.ts';
import type { MakeName, ModemOptions } from './options.ts';
import type { CallRecord, SimCall } from '../network/sim-call.ts';
import { SlotSwitch } from './slot-switch.ts';
import { sampleCards, type Coverage, type SimCard } from './sim-card.ts';
import { createPort, type SimPort } from './sim-port.ts';
import { concatSamples, silence } from '../network/tones.ts';
import { loadVoices, type Voices } from '../network/voices.ts';

const slotCount = 5;

export interface SimulatedPhoneOptions {
  readonly clock: Clock;
  /**
   * Five modems with a card each, one modem behind a 5:1 switch (AT+JHSLOT), or one with two SIM stacks behind that switch,
   * both registered, one of them in a call at a time (JH-5D, AT+JHSIM).
   */
  readonly shape: 'modemPerSim' | 'mux' | 'dsds';
  /** Slot 1 first; null = empty slot. Default: five working cards. */
  readonly sims?: readonly (SimCard | null)[];
  /** Behaviour by full number; all others go by their last digits (behaviours.ts). */
  readonly farParties?: Readonly<Record<string, Behaviour>>;
  /** 0 ≤ n < 1; seeded = repeatable. */
  readonly random: () => number;
  /** Default: resources/sounds of this repository. */
  readonly voices?: Voices;
  /** Whose modem is inside (makes.ts). Default: the JH-5's own. */
  readonly make?: MakeName;
  /** How this phone differs from its make. */
  readonly modem?: Partial<ModemOptions>;
}

/** A five-SIM desk phone. Slots are 1…5. Its ports are byte pipes; ptys, TCP and the demo's loopback stand on them. */
export class SimulatedPhone {
  readonly shape: SimulatedPhoneOptions['shape'];
  /** modemPerSim: slot n is modems[n-1]. mux and dsds: one entry. */
  /** With `soundOver: 'usb-audio'` `pcm` is what goes in and out of the phone's sound card: 8 kHz, 16 bits, mono. */
  readonly modems: readonly { readonly at: SimPort; readonly pcm: SimPort; readonly files: FileStore }[];
  /** Misbehaviour of the whole phone, at run time too. */
  readonly faults = new Faults();
  /** Its handset and keys; a test plugs them in. */
  readonly handset: SimHandset;
  private readonly cards: (SimCard | null)[];
  private readonly units: readonly Modem[];
  private readonly network: Network;
  private readonly plugChanges = new Emitter<boolean>();
  /** Null where each SIM has its modem. */
  private readonly slotSwitch: SlotSwitch | null;
  private isPlugged = true;
  /** One for all callers: who has a port open must be known across them. */
  private inProcess: LoopbackPhone | null = null;

  constructor(options: SimulatedPhoneOptions) {
    const { clock, random, farParties = {}, voices = loadVoices() } = options;
    this.shape = options.shape;
    this.handset = new SimHandset(clock);
    const cards = options.sims ?? sampleCards();
    this.cards = Array.from({ length: slotCount }, (_, index) => cards[index] ?? null);
    const stackCount = this.shape === 'dsds' ? 2 : 1;
    this.slotSwitch =
      this.shape === 'modemPerSim'
        ? null
        : new SlotSwitch(stackCount, {
            clock,
            faults: this.faults,
            slotCount,
            card: (slot) => this.card(slot),
            setPlugged: (plugged) => this.setPlugged(plugged),
          });
    const quirks = {
      neverAlerts: () => this.faults.on('no-alerting'),
      patienceMs: () => this.faults.amount('impatient') || null,
    };
    this.network = new Network({ clock, random, voices, farParties, quirks });
    const modemOptions: ModemOptions = { ...makes[options.make ?? 'jh5'], ...options.modem };
    const mouth = concatSamples([voices.get('agent-talk') ?? new Int16Array(), silence(1500)]);
    this.units = Array.from({ length: this.slotSwitch ? 1 : slotCount }, (_, index) => {
      const handset = new SoundReader(mouth, true);
      const modem = new Modem(this.worldOf(index, stackCount, clock, modemOptions), () => handset.next());
      for (const [stack, radio] of modem.core.radios.entries()) radio.wakeWith(this.cards[index + stack] ?? null);
      this.slotSwitch?.attach(modem);
      return modem;
    });
    this.modems = this.units.map((modem, index) => {
      const at = createPort(`at${index + 1}`, (bytes) => wire.receive(bytes));
      const wire = new FaultyWire({ clock, random, faults: this.faults, modem, emit: (bytes) => at.emit(bytes) });
      const pcm = createPort(`${modemOptions.soundOver === 'port' ? 'pcm' : 'card'}${index + 1}`, (bytes) =>
        modem.receivePcm(bytes),
      );
      modem.onAt((bytes) => wire.send(bytes));
      modem.onPcm((bytes) => pcm.emit(bytes));
      return { at, pcm, files: modem.core.files };
    });
  }

  /** Fresh in-process transports onto the ports; one open at a time per port, as with a serial port. */
  loopback(): LoopbackPhone {
    const stacks = this.shape === 'dsds' ? 2 : 1;
    this.inProcess ??= { ...createLoopback(this), stacks, hid: this.handset.bus() };
    return this.inProcess;
  }

  /** Who is at that number: what was heard, how it behaves. The same object for every call to it. */
  farParty(number: string): FarParty {
    return this.network.farParty(number);
  }

  get calls(): readonly CallRecord[] {
    return this.network.calls;
  }

  /** After every change of a call's state. */
  onCall(listener: (call: CallRecord) => void): Disposable {
    return this.network.onCall(listener);
  }

  /** Somebody rings this slot; "" = number withheld. @returns null when the slot cannot be reached */
  incomingCall(slot: number, number: string): Pick<SimCall, 'end'> | null {
    const holder = this.holderOf(slot);
    const core = holder?.core;
    if (!core || !holder.radio.registered || core.calls.ringing) return null;
    const busy = core.calls.all.length > 0;
    // With two stacks, a call on one takes the other off the air.
    if (busy && (core.level('+CCWA') !== 1 || core.callStack !== holder.stack)) return null;
    const call = this.network.connect(slot, number, busy ? 'waiting' : 'incoming');
    core.carry(call, holder.stack);
    return call;
  }

  pullSim(slot: number): void {
    this.cards[slot - 1] = null;
    this.holderOf(slot)?.radio.seat(null);
  }

  insertSim(slot: number, card: SimCard): void {
    this.cards[slot - 1] = card;
    this.holderOf(slot)?.radio.seat(card);
  }

  /** The card asks for this PIN from now on, also at once. */
  lockSim(slot: number, pin = '1234'): void {
    const card = this.cards[slot - 1];
    if (!card) return;
    card.pin = pin;
    this.holderOf(slot)?.radio.relock();
  }

  /** PIN tries are spent: the card asks for its PUK, at once. */
  blockSim(slot: number): void {
    const card = this.cards[slot - 1];
    if (!card) return;
    card.pin ??= '1234';
    card.pinTries = 0;
    this.holderOf(slot)?.radio.relock();
  }

  /** The other side of every call hangs up. @returns how many there were */
  endCalls(): number {
    const live = this.units.flatMap((modem) => modem.core.calls.all.map(({ call }) => call));
    for (const call of live) call.end('remote');
    return live.length;
  }

  setCoverage(slot: number, coverage: Coverage): void {
    const card = this.cards[slot - 1];
    if (!card) return;
    card.coverage = coverage;
    this.holderOf(slot)?.radio.coverageChanged();
  }

  /** @param signal 0…31, 99 = unknown (27.007 §8.5) */
  setSignal(slot: number, signal: number): void {
    const card = this.cards[slot - 1];
    if (card) card.signal = signal;
  }

  card(slot: number): SimCard | null {
    return this.cards[slot - 1] ?? null;
  }

  /** Brown-out: calls drop, settings are forgotten, RDY after a while. */
  reboot(slot: number): void {
    this.holderOf(slot)?.modem.reboot();
  }

  /** The cable; the phone has its own power, so calls go on without it. */
  get plugged(): boolean {
    return this.isPlugged;
  }

  unplug(): void {
    this.setPlugged(false);
  }

  plug(): void {
    this.setPlugged(true);
  }

  onPlugged(listener: (plugged: boolean) => void): Disposable {
    return this.plugChanges.on(listener);
  }

  private setPlugged(plugged: boolean): void {
    if (plugged === this.isPlugged) return;
    this.isPlugged = plugged;
    this.plugChanges.emit(plugged);
  }

  /** Who has this slot's card now; null where no stack has it, and during a switch. */
  private holderOf(slot: number): { modem: Modem; core: ModemCore; radio: Radio; stack: number } | null {
    const stack = this.slotSwitch ? this.slotSwitch.stackOf(slot) : 0;
    const modem = this.units[this.slotSwitch ? 0 : slot - 1];
    const radio = stack === null ? undefined : modem?.core.radios[stack];
    return modem && radio && stack !== null ? { modem, core: modem.core, radio, stack } : null;
  }

  private worldOf(index: number, stackCount: number, clock: Clock, options: ModemOptions): ModemWorld {
    const { slotSwitch } = this;
    return {
      clock,
      options,
      stackCount,
      faults: this.faults,
      imei: imei(index + 1),
      place: (number, stack) => this.network.connect(slotSwitch?.slotOf(stack) ?? index + 1, number, 'dialing'),
      slots: slotSwitch && {
        current: (stack) => slotSwitch.slotOf(stack),
        select: (stack, slot) => slotSwitch.select(stack, slot),
        occupied: (slot) => this.card(slot) !== null,
      },
    };
  }
}

export function createSimulatedPhone(options: SimulatedPhoneOptions): SimulatedPhone {
  return new SimulatedPhone(options);
}

/** Fifteen digits with the check digit of TS 23.003 annex B (Luhn); the type code is not given to any real make. */
function imei(unit: number): string {
  const body = `86000000${String(unit).padStart(6, '0')}`;
  let sum = 0;
  for (const [index, digit] of [...body].entries()) {
    const doubled = index % 2 === 1 ? Number(digit) * 2 : Number(digit);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return `${body}${(10 - (sum % 10)) % 10}`;
}
