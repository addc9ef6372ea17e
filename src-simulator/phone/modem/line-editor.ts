const CR = 13;
const LF = 10;
const BS = 8;
const ESC = 27;
const NUL = 0;

/** Longer lines are answered with ERROR, as modems with a fixed buffer do. */
const maxLine = 1024;

/**
 * V.250 §5.2: bytes → command lines. Backspace edits, CR ends, LF and NUL are ignored, ESC throws the line away (gammu
 * opens with ESC CR), what stands before "AT" is noise, "A/" repeats the last line at once, without CR.
 */
export class LineEditor {
  private line = '';
  private last = '';
  private tooLong = false;

  /** @returns what a finished line holds behind "AT", `too-long`, or null while nothing is finished */
  push(byte: number): { body: string } | 'too-long' | null {
    if (byte === CR) return this.end();
    if (byte === LF || byte === NUL) return null;
    if (byte === ESC) this.line = '';
    else if (byte === BS) this.line = this.line.slice(0, -1);
    else if (this.line.length < maxLine) this.line += String.fromCharCode(byte);
    else this.tooLong = true;
    if (/^a\/$/i.test(this.line)) {
      this.line = '';
      return { body: this.last };
    }
    return null;
  }

  /** What a terminal must be sent back for this byte. */
  static echoOf(byte: number): string {
    return byte === BS ? '\b \b' : String.fromCharCode(byte);
  }

  private end(): { body: string } | 'too-long' | null {
    const line = this.line;
    const tooLong = this.tooLong;
    this.line = '';
    this.tooLong = false;
    if (tooLong) return 'too-long';
    const at = line.search(/at/i);
    if (at < 0) return null;
    this.last = line.slice(at + 2);
    return { body: this.last };
  }
}
