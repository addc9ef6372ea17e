import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { Transport } from '../face.ts';
import {
  answers,
  commandName,
  isAbortable,
  refusal,
  settleAnswer,
  takesCallFinals,
  timeoutOf,
  type AtCommand,
} from './at-command.ts';
import { CommandQueue, isMoreUrgent, pendingOf, type Pending } from './command-queue.ts';
import type { Charset } from './charset.ts';
import { DataState, giveUpMs, type RawData } from './data-state.ts';
import { isConnect, parseFinal, splitGluedFinal, type FinalResult } from './final-results.ts';
import { LineForm } from './line-form.ts';
import { LineFramer } from './line-framer.ts';
import { NoiseMeter } from './noise-meter.ts';
import { RawLog } from './raw-log.ts';
import { ReportGate } from './report-gate.ts';
import { ReportJoiner } from './report-joiner.ts';
import { parseUrc, type Urc } from './urc-router.ts';

export interface AtSessionOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Rest between a final result and the next command; some makes lose what comes sooner (research/hardware 1.1). */
  readonly minGapMs: number;
  /** By which marks modems tell the reports of a second SIM stack (urc-router.ts). Default: none. */
  readonly stackMarks?: readonly string[];
}

/** After a time-out the answer may still come; nothing is written meanwhile, or it would be taken for the next one's. */
const drainMs = 500;
/** After a call word as ATD's final an `OK` may follow (research/hardware case 16). */
const settleMs = 100;
const barrierMs = 300;
const barrierTries = 3;
const mutedAfter = 3; // commands in a row without an answer, and the port counts as dead
/** Longer answers are noise; what a driver asks fits into a tenth of this. */
const maxAnswerLines = 256;
/** RING under ATV0 (V.250 table 1). */
const numericRing = '2';

/**
 * One modem's command line: exactly one command in flight, ever. Makes answer out of order when commands are pipelined,
 * and a late answer would be credited to the wrong command (research/hardware 0.4).
 *
 *   idle ──write──▶ busy ──final──▶ idle (after the gap; after a call word: settling)
 *                    │  └──CONNECT──▶ data (data-state.ts) ──final──▶ idle; cut short: draining
 *                    └──time-out, restart──▶ draining ──500 ms──▶ barrier (AT … any final) ──▶ idle
 *                                                          └── three times mute ──▶ onMute
 *   closed: from anywhere, absorbing.
 */
export class AtSession {
  readonly rawLog = new RawLog();
  private readonly transport: Transport;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly framer: LineFramer;
  private readonly joiner: ReportJoiner;
  private readonly gate: ReportGate;
  private readonly noise = new NoiseMeter();
  private readonly urcs = new Emitter<Urc>();
  private readonly muted = new Emitter<void>();
  private readonly noises = new Emitter<void>();
  private readonly resets = new Emitter<AppError>();
  private readonly dataSubscription: Disposable;
  private minGapMs: number;
  private phase: 'idle' | 'busy' | 'resting' | 'draining' | 'barrier' | 'closed' = 'idle';
  private readonly queue = new CommandQueue();
  private current: Pending | null = null;
  private timer: Disposable | null = null;
  private onBarrier: ((alive: boolean) => void) | null = null;
  private barrierAsked = 0;
  private mutedInARow = 0;
  /** A setting that the session itself lives by is sent again; its refusal or loss shows at the next command as well. */
  private readonly form: LineForm;
  private data: DataState | null = null; // of the command in flight, which has the line for its raw bytes
  /** The command that timed out: its echo and its answer may still come. */
  private late: { readonly text: string; readonly data: RawData | null; answered: boolean } | null = null;

  constructor(options: AtSessionOptions) {
    this.transport = options.transport;
    this.clock = options.clock;
    this.logger = options.logger;
    this.minGapMs = options.minGapMs;
    const mend = (text: string): unknown => this.send({ text, priority: 'info' }).catch(() => undefined);
    this.form = new LineForm(mend, options.stackMarks ?? []);
    this.joiner = new ReportJoiner(
      (line) => this.route(line),
      () => this.clock.mono(),
    );
    this.gate = new ReportGate(options.clock, (urc) => this.urcs.emit(urc));
    this.framer = new LineFramer({ line: (text) => this.onLine(text), prompt: () => undefined });
    this.dataSubscription = options.transport.onData((bytes) => this.onBytes(bytes));
  }

  /** What AT+CSCS of this session has put in force; strings of answers and reports are decoded by it, never by a guess. */
  get charset(): Charset {
    return this.form.charset;
  }

  /** What has come so far on a port that did not prove to be a modem: another port, or another baud rate. */
  get heard(): 'nothing' | 'noise' | 'text' {
    return this.noise.heard;
  }

  /** Reports, also those that come in the middle of an answer. */
  onUrc(listener: (urc: Urc) => void): Disposable {
    return this.urcs.on(listener);
  }

  /** The modem takes bytes and says nothing: the owner should reopen the port. */
  onMute(listener: () => void): Disposable {
    return this.muted.on(listener);
  }

  /** What comes is no text: the baud rate has changed, or this is a port for other things. Told once. */
  onNoise(listener: () => void): Disposable {
    return this.noises.on(listener);
  }

  /** Whatever waited for this modem waits in vain: it has restarted, or the port is closed. */
  onReset(listener: (error: AppError) => void): Disposable {
    return this.resets.on(listener);
  }

  setMinGap(ms: number): void {
    this.minGapMs = ms;
  }

  /**
   * Queues a command and resolves with the lines of its answer. Rejects with `phone.refused` (details `result`, `cme`),
   * `phone.not-answering` after its time-out, `phone.lost` when the port goes or the modem restarts.
   */
  send(command: AtCommand): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      if (this.phase === 'closed') {
        reject(new AppError('phone.lost', { reason: 'closed' }));
        return;
      }
      this.queue.add(pendingOf({ command, resolve, reject }));
      if (this.current && isMoreUrgent(command, this.current.command)) this.data?.hurry();
      this.pump();
    });
  }

  /** Breaks off a dial or answer command by one CR, the only byte that may be written then. False = none in flight. */
  abortDial(): boolean {
    if (!this.current || !isAbortable(this.current.command.text)) return false;
    this.rawLog.add(this.clock.mono(), 'note', 'abort');
    this.writeBytes('\r');
    return true;
  }

  /** Says `AT` until anything final comes back: the first sign of a modem. Only for a fresh session. */
  probe(tries: number): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.phase === 'closed') resolve(false);
      else this.startBarrier(tries, resolve);
    });
  }

  /**
   * The modem has restarted: rejects everything that waits, and can be used on. A command in flight may have come to it
   * before that or after: its answer may still come, and must not be taken for the next one's.
   */
  restart(reason: string): void {
    const inFlight = this.current?.command;
    this.rejectAll(new AppError('phone.lost', { reason }));
    this.joiner.reset();
    this.gate.reset();
    this.form.restarted();
    if (inFlight) this.recoverFrom(inFlight);
    else if (this.phase === 'resting') this.setPhase('idle');
  }

  close(reason: string): void {
    if (this.phase === 'closed') return;
    const { onBarrier } = this;
    this.onBarrier = null;
    this.setPhase('closed');
    this.dataSubscription.dispose();
    this.gate.reset();
    this.rejectAll(new AppError('phone.lost', { reason }));
    onBarrier?.(false);
  }

  private pump(): void {
    if (this.phase !== 'idle') return;
    const next = this.queue.take();
    if (!next) return;
    if (next.command.wanted?.(true) === false) {
      next.reject(new AppError('cancelled'));
      this.pump();
      return;
    }
    this.current = next;
    this.setPhase('busy', timeoutOf(next.command), () => this.onTimeout(next));
    this.rawLog.add(this.clock.mono(), 'sent', next.command.text);
    this.writeBytes(`${next.command.text}\r`, next.command.onWritten, next.command.wanted !== undefined);
  }

  private writeBytes(text: string, onWritten?: () => void, atOnce = false): void {
    this.transport.write(Buffer.from(text, 'latin1'), atOnce).then(
      () => onWritten?.(),
      // The transport's onLost follows and closes this session; until then the command's own time-out holds.
      (error: unknown) => this.logger.log('debug', 'write-failed', { reason: describeError(error) }),
    );
  }

  private onBytes(bytes: Uint8Array): void {
    // What a modem echoes of raw bytes is no sign of a wrong baud rate.
    if (!this.data) this.noise.add(bytes);
    this.framer.feed(bytes);
    if (this.phase !== 'closed' && this.noise.streamsNow()) this.noises.emit();
  }

  private onLine(text: string): void {
    const log = this.joiner.awaitsMessage ? `(message, ${text.length} characters)` : text;
    this.rawLog.add(this.clock.mono(), 'received', log);
    if (this.isEcho(text)) return;
    const glued = splitGluedFinal(text);
    if (glued) glued.forEach((line) => this.joiner.push(line));
    else this.joiner.push(text);
  }

  /** Only what was written can be an echo: a line that begins with AT may be an answer. */
  private isEcho(text: string): boolean {
    const inFlight = this.current?.command.text ?? (this.phase === 'barrier' ? 'AT' : null);
    if (text !== inFlight) return text === this.late?.text;
    this.form.echoSeen(text);
    return true;
  }

  private route(raw: string): void {
    const current = this.current;
    const { numeric } = this.form;
    if (isConnect(raw, numeric) && this.takesConnect()) return;
    const final = parseFinal(raw, numeric);
    if (final && this.isFinalNow(final)) return this.onFinal(final, raw.trim().length > 1);
    const { line, stack } = this.form.read(raw);
    if (current && stack === 1 && answers(current.command, line)) return this.keep(current, line);
    const ring = numeric && raw.trim() === numericRing && current?.command.prefix !== undefined;
    const urc = parseUrc(ring ? 'RING' : line, stack);
    if (urc) {
      this.noise.understood();
      this.gate.push(urc);
    } else if (current && !current.command.prefix) this.keep(current, line);
    else this.rawLog.add(this.clock.mono(), 'note', 'line of nobody, ignored');
  }

  private keep(pending: Pending, line: string): void {
    if (pending.lines.length < maxAnswerLines) pending.lines.push(line);
  }

  private onFinal(final: FinalResult, inWords: boolean): void {
    this.noise.understood();
    this.form.resultSeen(inWords, this.current?.command.text);
    if (this.current) this.finish(this.current, final);
    else if (this.phase === 'barrier') this.endBarrier(true);
    else {
      if (this.late) this.late.answered = true;
      this.rawLog.add(this.clock.mono(), 'note', 'late final, ignored');
    }
  }

  /** CONNECT is no result where raw bytes follow it; too late, the modem waits for bytes that will not come. */
  private takesConnect(): boolean {
    const { current, late } = this;
    if (current?.command.data && !this.data) {
      const { data } = current.command;
      this.rawLog.add(this.clock.mono(), 'note', `${data.bytes.length} bytes of data`);
      this.data = new DataState(data, {
        clock: this.clock,
        write: (bytes) => this.transport.write(bytes),
        expectWithin: (ms) => this.setPhase('busy', ms, () => this.onTimeout(current)),
      });
      if (this.queue.holdsMoreUrgent(current.command)) this.data.hurry();
      return true;
    }
    if (current || !late?.data) return false;
    this.recover(giveUpMs(late.data));
    return true;
  }

  private isFinalNow(final: FinalResult): boolean {
    if (final.kind !== 'call') return true;
    return this.current !== null && takesCallFinals(this.current.command.text);
  }

  private finish(pending: Pending, final: FinalResult): void {
    const data = this.endData();
    this.current = null;
    this.mutedInARow = 0;
    this.late = null;
    const answer = settleAnswer(pending.command, pending.lines);
    const again = final.kind === 'ok' && !answer.certain && !pending.askedAgain;
    if (again) {
      this.queue.askAgain(pending);
      this.rawLog.add(this.clock.mono(), 'note', 'answer mixed with a report, asked again');
    }
    // Bytes that were still on their way are now half a line at the modem.
    if (data && !(data.whole && final.kind === 'ok')) this.recover(drainMs);
    else this.rest(final.kind === 'call' ? Math.max(settleMs, this.minGapMs) : this.minGapMs);
    if (data?.brokenOff) pending.reject(new AppError('cancelled'));
    else if (final.kind !== 'ok') pending.reject(refusal(pending.command, final));
    else if (!again) {
      this.form.acknowledged(pending.command.text);
      pending.resolve(answer.lines);
    }
    this.pump();
  }

  private endData(): DataState | null {
    const { data } = this;
    this.data = null;
    data?.end();
    return data;
  }

  private rest(ms: number): void {
    if (ms <= 0) return this.setPhase('idle');
    this.setPhase('resting', ms, () => {
      this.setPhase('idle');
      this.pump();
    });
  }

  private onTimeout(pending: Pending): void {
    const { command } = pending;
    this.endData();
    this.current = null;
    this.mutedInARow += 1;
    this.queue.forgetSelection();
    this.form.timedOut();
    this.joiner.flush();
    this.logger.log('warn', 'command-timeout', { command: commandName(command.text) });
    this.recoverFrom(command);
    pending.reject(new AppError('phone.not-answering', { command: commandName(command.text) }));
  }

  /** Nobody waits for its answer any more, but it may still come. */
  private recoverFrom({ text, data }: AtCommand): void {
    this.late = { text, data: data ?? null, answered: false };
    this.recover(data ? giveUpMs(data) : drainMs);
  }

  /** Nothing is written until whatever is still on its way has come, and the modem has answered anew. */
  private recover(ms: number): void {
    const told = (alive: boolean): void => {
      if (!alive || this.mutedInARow >= mutedAfter) this.muted.emit();
    };
    this.setPhase('draining', ms, () => this.startBarrier(barrierTries, told));
  }

  private startBarrier(tries: number, done: (alive: boolean) => void): void {
    this.onBarrier = done;
    this.barrierAsked += 1;
    this.setPhase('barrier', barrierMs, () => {
      if (tries > 1) this.startBarrier(tries - 1, done);
      else this.endBarrier(false);
    });
    this.rawLog.add(this.clock.mono(), 'sent', 'AT');
    this.writeBytes('AT\r');
  }

  private endBarrier(alive: boolean): void {
    const done = this.onBarrier;
    this.onBarrier = null;
    // While the late answer or that to another AT is still owed, this may have been it: rest until the other one has passed.
    const owed = this.barrierAsked > 1 || this.late?.answered === false;
    this.barrierAsked = 0;
    this.rest(Math.max(owed ? barrierMs : settleMs, this.minGapMs));
    done?.(alive);
  }

  private rejectAll(error: AppError): void {
    this.endData();
    const queued = this.queue.takeAll();
    const waiting = this.current ? [this.current, ...queued] : queued;
    this.current = null;
    for (const pending of waiting) pending.reject(error);
    this.resets.emit(error);
  }

  private setPhase(phase: typeof this.phase, ms?: number, onElapsed?: () => void): void {
    this.timer?.dispose();
    this.phase = phase;
    this.timer = ms !== undefined && onElapsed ? this.clock.after(ms, onElapsed) : null;
  }
}
