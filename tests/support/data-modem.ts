import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { Transport } from '#engine/devices/face.ts';

/** A modem with a data state: says CONNECT when the test does, then takes every byte as data up to the promised count. */
export class DataModem implements Transport {
  readonly name = 'data';
  readonly lines: string[] = [];
  data: number[] = [];
  echo = false;
  /** Said instead of CONNECT; null = CONNECT at once. */
  instead: readonly string[] | null = null;
  /** What it says of the other commands; OK alone where this knows nothing. */
  answer: (line: string) => readonly string[] = () => ['OK'];
  /** The line behind all bytes. */
  result: (bytes: Uint8Array) => string = (bytes) => `+QFUPL: ${bytes.length},0000`;
  mute = false;
  /** The port takes nothing (any more) until it is let. */
  stuck = false;
  private readonly out = new Emitter<Uint8Array>();
  private line = '';
  private promised = 0;
  private release: (() => void)[] = [];

  private readonly cut: () => number;

  /** @param cut gives the size of the next piece of what the modem says */
  constructor(cut: () => number = () => 1_000) {
    this.cut = cut;
  }

  say(...lines: readonly string[]): void {
    this.raw(lines.map((line) => `\r\n${line}\r\n`).join(''));
  }

  expect(bytes: number): void {
    this.promised = bytes;
    this.data = [];
    this.say('CONNECT');
  }

  /** What a modem does after its silence. */
  giveUp(): void {
    this.promised = 0;
    this.say('+CME ERROR: 421');
  }

  /** Power off and on: it knows of no data any more. */
  restart(): void {
    this.promised = 0;
    this.line = '';
  }

  letGo(): void {
    this.stuck = false;
    this.release.splice(0).forEach((resolve) => resolve());
  }

  write(bytes: Uint8Array): Promise<void> {
    for (const byte of bytes) {
      if (this.promised > 0) this.takeData(byte);
      else if (byte !== 13) this.line += String.fromCharCode(byte);
      else this.takeLine();
    }
    return this.stuck ? new Promise((resolve) => this.release.push(resolve)) : Promise.resolve();
  }

  onData(listener: (bytes: Uint8Array) => void): Disposable {
    return this.out.on(listener);
  }
  onLost(): Disposable {
    return { dispose: () => undefined };
  }
  open(): Promise<void> {
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }

  private takeData(byte: number): void {
    this.data.push(byte);
    this.promised -= 1;
    if (this.promised > 0) return;
    const bytes = Uint8Array.from(this.data);
    queueMicrotask(() => this.say(this.result(bytes), 'OK'));
  }

  private takeLine(): void {
    const { line } = this;
    this.line = '';
    this.lines.push(line);
    const size = Number(/^AT\+QFUPL="[^"]*",(\d+)/.exec(line)?.[1] ?? 0);
    queueMicrotask(() => {
      if (this.echo) this.raw(`${line}\r`);
      if (this.mute) return;
      if (size === 0) this.say(...this.answer(line));
      else if (this.instead) this.say(...this.instead);
      else this.expect(size);
    });
  }

  private raw(text: string): void {
    const bytes = Buffer.from(text, 'latin1');
    for (let at = 0; at < bytes.length;) {
      const size = this.cut();
      this.out.emit(bytes.subarray(at, at + size));
      at += size;
    }
  }
}
