import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { LoopbackPhone } from '#engine/devices/face.ts';
import type { Behaviour } from './behaviours.ts';
import { SoundReader, type FarParty } from './far-party.ts';
import { SimHandset } from './handset.ts';
import { createLoopback } from './loopback.ts';
import type { ModemWorld } from './modem/core.ts';
import { Modem } from './modem/modem.ts';
import { Network } from './network.ts';
import { jh5, type ModemOptions } from './options.ts';
import type { CallRecord, SimCall } from './sim-call.ts';
import { sampleCards, type Coverage, type SimCard } from './sim-card.ts';
import { createPort, type SimPort } from './sim-port.ts';
import { concatSamples, silence } from './tones.ts';
import { loadVoices, type Voices } from './voices.ts';

const slotCount = 5;

export interface SimulatedPhoneOptions {
  readonly clock: Clock;
  /** Five modems with a card each, or one modem behind a 5:1 switch (AT+JHSLOT). */
  readonly shape: 'modemPerSim' | 'mux';
  /** Slot 1 first; null = empty slot. Default: five working cards. */
  readonly sims?: readonly (SimCard | null)[];
  /** Behaviour by full number; all others go by their last digits (behaviours.ts). */
  readonly farParties?: Readonly<Record<string, Behaviour>>;
  /** 0 ≤ n < 1; seeded = repeatable. */
  readonly random: () => number;
  /** Default: resources/sounds of this repository. */
  readonly voices?: Voices;
  /** How this make differs from the JH-5. */
  readonly modem?: Partial<ModemOptions>;
}

/** A five-SIM desk phone. Slots are 1…5. Its ports are byte pipes; ptys, TCP and the demo's loopback stand on them. */
export class SimulatedPhone {
  readonly shape: SimulatedPhoneOptions['shape'];
  /** modemPerSim: slot n is modems[n-1]. mux: one entry. */
  readonly modems: readonly { readonly at: SimPort; readonly pcm: SimPort }[];
  /** Its handset and keys; a test plugs them in. */
  readonly handset: SimHandset;
  private readonly cards: (SimCard | null)[];
  private readonly units: readonly Modem[];
  private readonly network: Network;
  private readonly plugChanges = new Emitter<boolean>();
  private currentSlot = 1;
  private switching: Disposable | null = null;
  private isPlugged = true;
  /** One for all callers: who has a port open must be known across them. */
  private inProcess: LoopbackPhone | null = null;

  constructor(options: SimulatedPhoneOptions) {
    const { clock, random, farParties = {}, voices = loadVoices() } = options;
    this.shape = options.shape;
    this.handset = new SimHandset(clock);
    const cards = options.sims ?? sampleCards();
    this.cards = Array.from({ length: slotCount }, (_, index) => cards[index] ?? null);
    this.network = new Network({ clock, random, voices, farParties });
    const modemOptions: ModemOptions = { ...jh5, ...options.modem };
    const mouth = concatSamples([voices.get('agent-talk') ?? new Int16Array(), silence(1500)]);
    this.units = Array.from({ length: this.shape === 'mux' ? 1 : slotCount }, (_, index) => {
      const handset = new SoundReader(mouth, true);
      const modem = new Modem(this.worldOf(index, clock, modemOptions), () => handset.next());
      modem.core.radio.wakeWith(this.cards[index] ?? null);
      return modem;
    });
    this.modems = this.units.map((modem, index) => {
      const at = createPort(`at${index + 1}`, (bytes) => modem.receiveAt(bytes));
      const pcm = createPort(`pcm${index + 1}`, (bytes) => modem.receivePcm(bytes));
      modem.onAt((bytes) => at.emit(bytes));
      modem.onPcm((bytes) => pcm.emit(bytes));
      return { at, pcm };
    });
  }

  /** Fresh in-process transports onto the ports; one open at a time per port, as with a serial port. */
  loopback(): LoopbackPhone {
    this.inProcess ??= { ...createLoopback(this), hid: this.handset.bus() };
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
    const modem = this.modemOf(slot);
    if (!modem?.core.radio.registered || modem.core.calls.ringing) return null;
    const busy = modem.core.calls.all.length > 0;
    if (busy && modem.core.level('+CCWA') !== 1) return null;
    const call = this.network.connect(slot, number, busy ? 'waiting' : 'incoming');
    modem.core.carry(call);
    return call;
  }

  pullSim(slot: number): void {
    this.cards[slot - 1] = null;
    this.modemOf(slot)?.core.radio.seat(null);
  }

  insertSim(slot: number, card: SimCard): void {
    this.cards[slot - 1] = card;
    this.modemOf(slot)?.core.radio.seat(card);
  }

  /** The card asks for this PIN from now on, also at once. */
  lockSim(slot: number, pin = '1234'): void {
    const card = this.cards[slot - 1];
    if (!card) return;
    card.pin = pin;
    this.modemOf(slot)?.core.radio.relock();
  }

  setCoverage(slot: number, coverage: Coverage): void {
    const card = this.cards[slot - 1];
    if (!card) return;
    card.coverage = coverage;
    this.modemOf(slot)?.core.radio.coverageChanged();
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
    this.modemOf(slot)?.reboot();
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

  /** The modem that has this slot's card now; null for the four others of a mux, and during a switch. */
  private modemOf(slot: number): Modem | null {
    if (this.shape === 'modemPerSim') return this.units[slot - 1] ?? null;
    return slot === this.currentSlot && !this.switching ? (this.units[0] ?? null) : null;
  }

  private worldOf(index: number, clock: Clock, options: ModemOptions): ModemWorld {
    const slot = (): number => (this.shape === 'mux' ? this.currentSlot : index + 1);
    return {
      clock,
      options,
      imei: imei(index + 1),
      place: (number) => this.network.connect(slot(), number, 'dialing'),
      slots: this.shape === 'mux' ? { current: slot, select: (wanted) => this.select(wanted) } : null,
    };
  }

  private select(slot: number): void {
    this.currentSlot = slot;
    this.switching?.dispose();
    const change = this.units[0]?.changeCard(() => {
      this.switching = null;
      return this.card(slot);
    });
    this.switching = change ?? null;
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
