/** A modem that sends more without a line end is not a modem, or its baud rate is wrong. */
const maxLineLength = 8 * 1024;
const nul = 0x00;
const lf = 0x0a;
const cr = 0x0d;
const prompt = '> ';

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

  constructor(sink: LineSink) {
    this.sink = sink;
  }

  feed(bytes: Uint8Array): void {
    // A view of the same bytes: latin1 by the runtime's own decoder, a run at a time, is what makes a storm cheap.
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let start = 0;
    for (let at = 0; at < buffer.length; at += 1) {
      const byte = buffer[at];
      if (byte !== cr && byte !== lf && byte !== nul) continue;
      if (at > start) this.addRun(buffer.toString('latin1', start, at));
      if (byte !== nul) this.endLine();
      start = at + 1;
    }
    if (start < buffer.length) this.addRun(buffer.toString('latin1', start));
  }

  /** Forgets a half line: after a reopen the rest of it will never come. */
  reset(): void {
    this.partial = '';
  }

  private addRun(run: string): void {
    const room = maxLineLength - this.partial.length;
    if (room > 0) this.partial += run.length > room ? run.slice(0, room) : run;
    while (this.expectPrompt && this.partial.startsWith(prompt)) {
      this.partial = this.partial.slice(prompt.length);
      this.sink.prompt();
    }
  }

  private endLine(): void {
    if (this.partial === '') return;
    const text = this.partial;
    this.partial = '';
    this.sink.line(text);
  }
}
