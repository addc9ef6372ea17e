/** A modem that sends more without a line end is not a modem, or its baud rate is wrong. */
const maxLineLength = 8 * 1024;

export interface LineSink {
  /** One line without its end, never empty. */
  line(text: string): void;
  /** "> " where a text or PDU is expected (TS 27.005 §3.5); only when `expectPrompt` is on. */
  prompt(): void;
}

/**
 * Bytes to lines (V.250 §5.7). CR, LF and any mix of them end a line, because makes differ (`\r\n`, bare `\r`,
 * `\r\r\n`); empty lines and NULs (power-up glitches) vanish; bytes are latin1 so that a split never breaks a character.
 * The result does not depend on how the bytes were chunked.
 */
export class LineFramer {
  expectPrompt = false;
  private readonly sink: LineSink;
  private partial = '';
  private overflowing = false;

  constructor(sink: LineSink) {
    this.sink = sink;
  }

  feed(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === 0) continue;
      if (byte === 0x0d || byte === 0x0a) this.endLine();
      else this.addByte(byte);
    }
  }

  /** Forgets a half line: after a reopen the rest of it will never come. */
  reset(): void {
    this.partial = '';
    this.overflowing = false;
  }

  private addByte(byte: number): void {
    if (this.overflowing) return;
    this.partial += String.fromCharCode(byte);
    if (this.expectPrompt && this.partial === '> ') {
      this.partial = '';
      this.sink.prompt();
    } else if (this.partial.length >= maxLineLength) {
      this.overflowing = true;
    }
  }

  private endLine(): void {
    const text = this.partial;
    this.reset();
    if (text !== '') this.sink.line(text);
  }
}
