/** Fewer bytes than this say nothing: a power-up glitch is short. */
const firstWords = 12;
/** Between two lines that were understood a modem may send this much that is not ASCII, e.g. a USSD text in UTF-8. */
const betweenLines = 1_024;

/**
 * Is this text at all? A wrong baud rate, or a port for other things (diagnostics, sound), gives mostly bytes that no AT
 * line holds (research/hardware cases 3 and 6). Counts since the last line that was understood.
 */
export class NoiseMeter {
  private total = 0;
  private unprintable = 0;
  private understoodBefore = false;

  add(bytes: Uint8Array): void {
    this.total += bytes.length;
    for (const byte of bytes) if (unprintable(byte)) this.unprintable += 1;
  }

  understood(): void {
    this.total = 0;
    this.unprintable = 0;
    this.understoodBefore = true;
  }

  /** A port that was opened anew owes nobody anything. */
  get silent(): boolean {
    return this.total === 0 && !this.understoodBefore;
  }

  get noisy(): boolean {
    const enough = this.understoodBefore ? betweenLines : firstWords;
    return this.total >= enough && this.unprintable * 2 > this.total;
  }
}

const tab = 0x09;
const escape = 0x1b;
const unprintable = (byte: number): boolean =>
  byte >= 0x7f || (byte < 0x20 && byte !== 0x0d && byte !== 0x0a && byte !== tab && byte !== escape);
