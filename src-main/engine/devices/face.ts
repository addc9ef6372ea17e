import type { Disposable } from '#shared/base/dispose.ts';
import type { AppError } from '#shared/base/errors.ts';
import type { CallChannel } from '#shared/domain/call-channel.ts';
import type { PhoneConnection, PhoneLogEntry, PhoneState } from '#shared/desk-contract/areas/phone.ts';

// With no driver behind it: whoever looks through calls on a thread of its own loads none.
export { noCalls, type CallSituation } from './hid/key-intent.ts';

/**
 * Bytes in, bytes out; knows nothing of AT or sound. `open` rejects with an AppError (`phone.port-busy`,
 * `phone.port-missing`, `phone.port-denied`). `onLost` fires once when the other side is gone without `close` having
 * been called; a pending `write` then rejects (serialport's own callback never fires on unplug: research/hardware 0.9).
 */
export interface Transport {
  /** For people: "/dev/ttyUSB2", "COM5", "10.0.0.5:4001", "演示话机 1". */
  readonly name: string;
  open(): Promise<void>;
  /** @param atOnce they leave before this returns, where the system can: a crash behind it finds them gone */
  write(bytes: Uint8Array, atOnce?: boolean): Promise<void>;
  onData(listener: (bytes: Uint8Array) => void): Disposable;
  onLost(listener: (reason: string) => void): Disposable;
  /** Whether a closed port could be opened now, by a look that costs next to nothing; absent where only opening tells. Never rejects. */
  present?(): Promise<boolean>;
  /** Of an open port that has a line behind it; absent elsewhere. Rejects with `phone.lost`. */
  setBaudRate?(baudRate: number): Promise<void>;
  /** Never rejects; leaves DTR alone, so that a call goes on (research/hardware case 25). */
  close(): Promise<void>;
}

/** One HID interface of this machine (a handset, a headset, the keys of a phone), found and not opened. */
export interface HidDevice {
  /** The system's own name of it; another one after the next plugging in. */
  readonly path: string;
  /** For people: "Jabra EVOLVE LINK". */
  readonly name: string;
  readonly vendorId: number;
  readonly productId: number;
  /** Its report descriptor; null where the system does not hand it out. */
  descriptor(): Promise<Uint8Array | null>;
  /**
   * A fresh transport of reports: each piece of data is one input report, each write one output report, both with the
   * id first (a write has id 0 where the device uses none). Its `open` rejects with `keys.busy`, `keys.denied`, `keys.missing`.
   */
  transport(): Transport;
}

/** Where telephony devices are found. */
export interface HidBus {
  /** Those that are for telephony. Rejects with `keys.unavailable` where this system cannot list them. */
  list(): Promise<readonly HidDevice[]>;
}

/** The in-process phone of the demo hands its ports over by this face (made by the simulator, called by the demo root). */
export interface LoopbackPhone {
  /** One entry per modem; slot n is modems[n-1]. Each call gives a fresh transport onto the same port. */
  readonly modems: readonly { at(): Transport; pcm(): Transport }[];
  /** SIM stacks of each modem; absent = one. */
  readonly stacks?: 1 | 2;
  /** The phone's handset and keys; absent = a phone without. */
  readonly hid?: HidBus;
}

/** What the engine remembers about phones and cards, and a phone has to obey. */
export interface PhoneRules {
  /** Wall clocks of this phone's changes of card in the last 24 hours, by whatever identity it has. */
  switches(device: string): readonly number[];
  /** On disk before the command goes out. */
  noteSwitch(device: string, at: number): void;
  /** Calls on this card while it roams cost more: somebody has said that they may. */
  roamingAllowed(iccid: string): boolean;
}

/** What was said at the phone's ports, masked; see PhoneTrace. */
export interface Trace {
  onLine(listener: (line: PhoneLogEntry) => void): Disposable;
  since(seq: number, most?: number): readonly PhoneLogEntry[];
}

/** The desk phone as the engine sees it: a call channel plus slots and health. */
export interface DeskPhone extends CallChannel, Disposable {
  readonly trace: Trace;
  /** What is shown; use and what people know of a card are filled in by the engine, the phone leaves them 0 and null. */
  readonly state: PhoneState;
  onState(listener: (state: PhoneState) => void): Disposable;
  /** Connects, and keeps trying (2, 4, 8 … 30 s; every 2 s while the port is missing) until told otherwise. Replaces an earlier connection. Never rejects: see `state`. */
  connect(connection: PhoneConnection): void;
  /** At once, not at the next retry. */
  reconnect(): void;
  selectSlot(slot: number): Promise<void>;
  enterPin(slot: number, pin: string): Promise<void>;
  /** A tone there and back over the sound port of the slot in use; null = this make cannot. Rejects with `call.busy`, `phone.no-sound`, `phone.sound-silent`. */
  testSound(): Promise<{ readonly delayMs: number; readonly card: string | null } | null>;
  /**
   * Sends a USSD code such as *100#, or the answer to the menu that came back, and resolves with what the network says.
   * Refused in a call; waits up to 150 s.
   */
  ussd(slot: number, text: string): Promise<{ readonly text: string; readonly expectsReply: boolean }>;
  /** Ends the slot's USSD dialog; whoever waits for it is told `cancelled`. */
  cancelUssd(slot: number): Promise<void>;
  /** Why this slot cannot dial now, as an AppError; null = it can. */
  obstacle(slot: number): AppError | null;
  /** The card in this slot as far as it is known; behind a slot switch also one that was seen before. Its number stays in the engine. */
  card(slot: number): { readonly iccid: string } | null;
  /** False only where every modem that has told what it is calls itself a simulator: who is dialled there is nobody. */
  reachesNetwork(): boolean;
}
