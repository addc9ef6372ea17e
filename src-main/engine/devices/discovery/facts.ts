/** Where something is plugged in, as its system tells it. Everything but the vendor and product may be missing. */
export interface UsbPlace {
  /** "vvvv:pppp" in lower case. */
  readonly usbId: string;
  /** The maker's; null where it has none (or the system made one up). */
  readonly serialNumber: string | null;
  /**
   * The USB socket of the device, the same for all of its parts: "1-2.3" on Linux, an instance or location id elsewhere.
   * Another socket is another place; null = the system does not tell.
   */
  readonly location: string | null;
}

export interface SerialFacts extends UsbPlace {
  readonly path: string;
  /** bInterfaceNumber: which of a composite device's functions this port is. */
  readonly usbInterface: number | null;
  readonly manufacturer: string | null;
  readonly product: string | null;
}
export interface HidFacts extends UsbPlace {
  readonly path: string;
}
export interface AudioFacts extends UsbPlace {
  /** The system's name of the sound card: "card1". */
  readonly card: string;
  /** What it calls itself, which is what systems and browsers call its microphone and speaker; null = nothing. */
  readonly name: string | null;
}

/** What is plugged in now, part by part. */
export interface DeviceFacts {
  readonly serial: readonly SerialFacts[];
  readonly hid: readonly HidFacts[];
  readonly audio: readonly AudioFacts[];
}

/** Reads what is plugged in. Rejects with the system's error. */
export type ReadFacts = () => Promise<DeviceFacts>;
