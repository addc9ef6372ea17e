import type { ManualClock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { Transport } from '#engine/devices/face.ts';

/** Lines to send back, final result included; null = the modem stays mute. */
export type Reply = readonly string[] | null;

/**
 * A modem of which every answer is written down by the test: for what a real or simulated one does not do on demand
 * (late answers, wrong order, lost results). Knows no state of its own.
 */
export class ScriptedModem implements Transport {
  readonly name = 'scripted';
  /** Every command line as it was written, in order, without CR. */
  readonly sent: string[] = [];
  echo = false;
  private readonly data = new Emitter<Uint8Array>();
  private readonly lost = new Emitter<string>();
  private readonly rules: { match: RegExp; reply: (line: string) => Reply }[] = [];
  private line = '';

  /** Later rules win. Unmatched commands get OK. */
  on(match: RegExp, reply: Reply | ((line: string) => Reply)): this {
    this.rules.unshift({ match, reply: typeof reply === 'function' ? reply : () => reply });
    return this;
  }

  /** Sends lines as V.250 frames them. */
  say(...lines: readonly string[]): void {
    for (const line of lines) this.raw(`\r\n${line}\r\n`);
  }

  raw(text: string): void {
    this.bytes(Buffer.from(text, 'latin1'));
  }

  bytes(bytes: Uint8Array): void {
    this.data.emit(bytes);
  }

  unplug(): void {
    this.lost.emit('unplugged');
  }

  open(): Promise<void> {
    return Promise.resolve();
  }

  write(bytes: Uint8Array): Promise<void> {
    for (const char of Buffer.from(bytes).toString('latin1')) {
      if (char !== '\r') this.line += char;
      else this.take();
    }
    return Promise.resolve();
  }

  onData(listener: (bytes: Uint8Array) => void): Disposable {
    return this.data.on(listener);
  }

  onLost(listener: (reason: string) => void): Disposable {
    return this.lost.on(listener);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private take(): void {
    const line = this.line;
    this.line = '';
    this.sent.push(line);
    const rule = this.rules.find(({ match }) => match.test(line));
    const reply = rule ? rule.reply(line) : ['OK'];
    queueMicrotask(() => {
      if (this.echo) this.raw(`${line}\r`);
      if (reply) this.say(...reply);
    });
  }
}

/** Lets everything run that waits on promises only. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Moves time in small steps, and lets promises run between them, as they would in real time. */
export async function pass(clock: ManualClock, ms: number, stepMs = 10): Promise<void> {
  for (let done = 0; done < ms; done += stepMs) {
    clock.advance(Math.min(stepMs, ms - done));
    await settle();
  }
}

/** The error of a promise that must fail. */
export async function failure(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw new Error(`expected an AppError, got ${String(error)}`);
}
