/** How this make of modem behaves. The defaults are the JH-5; the others exist because real ones do so (see the guide). */
export interface ModemOptions {
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
  /** AT+CVHU at power-up: 1 = ATH says OK and does nothing (QEC, A76). */
  readonly voiceHangUpControl: 0 | 1;
  /** `^DSCI` URCs at power-up without being asked for. */
  readonly dsci: boolean;
  /** `+QIND: "ccinfo"` URCs at power-up without being asked for. */
  readonly ccinfo: boolean;
  /** PCM towards the host: left = far party, right = what is really sent; or the far party alone. */
  readonly pcmLayout: 'stereo' | 'mono-far';
  /** Who speaks to the customer: what AT+JHUPL chose, or the PCM port whenever it is on (plain AT+QPCMV makes). */
  readonly pcmUplink: 'switched' | 'port';
  /** PCM flows already while it rings (ring-back, announcements). */
  readonly earlyMedia: boolean;
  /** +CLCC also lists the LTE data bearer, as call 1 with mode 1. */
  readonly packetBearer: boolean;
  readonly registerMs: number;
  /** Radio restart of a slot switch or reboot. */
  readonly restartMs: number;
  readonly ringEveryMs: number;
}

const latencies: Readonly<Record<string, number>> = { D: 60, A: 40, '+CHUP': 30, H: 30, '+COPS': 20, '+CPIN': 10 };

export const jh5: ModemOptions = {
  echo: 'follow',
  framing: 'v250',
  latencyMs: (command) => latencies[command] ?? 1,
  urcsInsideAnswers: false,
  atdBlocks: false,
  voiceHangUpControl: 0,
  dsci: false,
  ccinfo: false,
  pcmLayout: 'stereo',
  pcmUplink: 'switched',
  earlyMedia: false,
  packetBearer: false,
  registerMs: 1500,
  restartMs: 2000,
  ringEveryMs: 4000,
};
