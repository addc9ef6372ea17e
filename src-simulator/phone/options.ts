export type MakeName = 'jh5' | 'jh5u' | 'quectel' | 'simcom' | 'huawei' | 'cuttlefish' | 'phonesim';

/** How this make of modem behaves. The defaults are the JH-5; the others exist because real ones do so (see the guide). */
export interface ModemOptions {
  /** Decides which commands there are (modem/commands). */
  readonly make: MakeName;
  readonly identity: { readonly maker: string; readonly model: string; readonly revision: string };
  /** The answer to a command that it does not know: by +CMEE, always +CME ERROR, or Huawei's words. */
  readonly unknownCommand: 'by-cmee' | 'always-cme' | 'command-not-support';
  /** False: bare "AT" is refused as an unknown command (Cuttlefish, phonesim). */
  readonly bareAt: boolean;
  /** Several commands on a line, parted by ";". */
  readonly chains: boolean;
  /** `follow` = ATE0/ATE1 as V.250 §6.2.4 asks; three emulators never echo, whatever they are told. */
  readonly echo: 'follow' | 'never' | 'always';
  /** What stands around a line: V.250, a bare CR behind it (Cuttlefish), or CR CR LF on both sides. */
  readonly framing: 'v250' | 'cr' | 'cr-cr-lf';
  /** ms from the end of the line to the result, by command ("D", "+CLCC", "&D"). */
  readonly latencyMs: (command: string) => number;
  /** Also between the lines of an answer, as some modems do. Default: only between answers. */
  readonly urcsInsideAnswers: boolean;
  /** ATD answers only when the call is answered or over. */
  readonly atdBlocks: boolean;
  /** With AT+COLP=1 ATD answers only at the connection (QEC); phonesim does not wait. */
  readonly colpBlocks: boolean;
  /** AT+CVHU at power-up: 1 = ATH says OK and does nothing (QEC, A76). */
  readonly voiceHangUpControl: 0 | 1;
  /** `^DSCI` URCs at power-up without being asked for. */
  readonly dsci: boolean;
  /** `+QIND: "ccinfo"` URCs at power-up without being asked for. */
  readonly ccinfo: boolean;
  /** Other call reports that are on at power-up, by the setting that switches them ("^CURC", "VOICE CALL", "*ECAM"). */
  readonly reports: readonly string[];
  /** `any-change` = RING at every change of any call's state (Cuttlefish). */
  readonly ringOn: 'incoming' | 'any-change';
  /** Which calls get NO CARRIER at a remote hang-up; phonesim leaves incoming ones out, Cuttlefish says RING instead. */
  readonly noCarrierFor: 'all' | 'outbound' | 'none';
  /** +CLCC's mode of an outgoing voice call; Cuttlefish says 1. */
  readonly outgoingMode: 0 | 1;
  readonly quotedNumbers: boolean;
  /** Unasked lines after a start, before and after the card's +CPIN. */
  readonly bootLines: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** What AT+QPCMV=1 opens: a serial port of PCM (1,0), or the phone's USB sound card (1,2); the frames are the same. */
  readonly soundOver: 'port' | 'usb-audio';
  /**
   * When the PCM port may be opened: `any-time` before or in a call; `before-call` = opened later it is dead, and dead again
   * after each call until it was closed and opened (Quectel); `connected` = refused until 100 ms after the answer (SIMCom).
   */
  readonly pcmOpening: 'any-time' | 'before-call' | 'connected';
  /** `switch` = AT+JHUPL; `port` = an open PCM port is all that the far party is sent, so the host must mix. */
  readonly uplink: 'switch' | 'port';
  /** PCM towards the host: left = far party, right = what is really sent; or the far party alone. */
  readonly pcmLayout: 'stereo' | 'mono-far';
  /** PCM flows already while it rings (ring-back, announcements). */
  readonly earlyMedia: boolean;
  /** +CLCC also lists the LTE data bearer, as call 1 with mode 1. */
  readonly packetBearer: boolean;
  /** Bytes for files that the host puts into the modem (Quectel). */
  readonly fileSpace: number;
  readonly registerMs: number;
  /** Radio restart of a slot switch or reboot. */
  readonly restartMs: number;
  readonly ringEveryMs: number;
}

const latencies: Readonly<Record<string, number>> = { D: 60, A: 40, '+CHUP': 30, H: 30, '+COPS': 20, '+CPIN': 10 };

export const jh5: ModemOptions = {
  make: 'jh5',
  /** By SIMULATED a desk knows that nobody real is reached: a JH-5 of metal would tell the same maker and model. */
  identity: { maker: 'Jinhu', model: 'JH-5 SIM', revision: 'JH5-1.0.0 SIMULATED' },
  unknownCommand: 'by-cmee',
  bareAt: true,
  chains: true,
  echo: 'follow',
  framing: 'v250',
  latencyMs: (command) => latencies[command] ?? 1,
  urcsInsideAnswers: false,
  atdBlocks: false,
  colpBlocks: true,
  voiceHangUpControl: 0,
  dsci: false,
  ccinfo: false,
  reports: [],
  ringOn: 'incoming',
  noCarrierFor: 'all',
  outgoingMode: 0,
  quotedNumbers: true,
  bootLines: { before: ['RDY', '+CFUN: 1'], after: [] },
  soundOver: 'port',
  pcmOpening: 'any-time',
  uplink: 'switch',
  pcmLayout: 'stereo',
  earlyMedia: false,
  packetBearer: false,
  fileSpace: 10 * 1024 * 1024,
  registerMs: 1500,
  restartMs: 2000,
  ringEveryMs: 4000,
};
