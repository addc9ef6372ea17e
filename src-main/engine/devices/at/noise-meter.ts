/** Fewer bytes than this say nothing about a port on which nobody answered. */
const aFew = 12;
/** A power-up glitch is shorter, and so is the longest USSD text in UTF-8: this much without one line is no modem. */
const many = 1_024;

/**
 * Is this text at all? A wrong baud rate, or a port for other things (diagnostics, sound), gives mostly bytes that no AT
 * line holds (research/hardware cases 3 and 6). Counts since the last line that was understood.
 */
export class NoiseMeter {
  private total = 0;
  private unprintable = 0;
  private understoodBefore = false;
  private told = false;

  add(bytes: Uint8Array): void {
    this.total += bytes.length;
    for (const byte of bytes) if (unprintable(byte)) this.unprintable += 1;
  }

  understood(): void {
    this.total = 0;
    this.unprintable = 0;
    this.understoodBefore = true;
  }

  /** For a port that was asked and has not answered in any word; one that was opened anew owes nobody anything. */
  get heard(): 'nothing' | 'noise' | 'text' {
    if (this.total === 0 && !this.understoodBefore) return 'nothing';
    return this.total >= aFew && this.mostlyUnprintable ? 'noise' : 'text';
  }

  /** For a port at any time; true once. */
  streamsNow(): boolean {
    if (this.told || this.total < many || !this.mostlyUnprintable) return false;
    this.told = true;
    return true;
  }

  private get mostlyUnprintable(): boolean {
    return this.unprintable * 2 > this.total;
  }
}

const tab = 0x09;
const escape = 0x1b;
const unprintable = (byte: number): boolean =>
  byte >= 0x7f || (byte < 0x20 && byte !== 0x0d && byte !== 0x0a && byte !== tab && byte !== escape);
