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
  priorities,
  refusal,
  takesCallFinals,
  timeoutOf,
  type AtCommand,
} from './at-command.ts';
import { parseFinal, type FinalResult } from './final-results.ts';
import { LineFramer } from './line-framer.ts';
import { RawLog } from './raw-log.ts';
import { parseUrc, ReportJoiner, type Urc } from './urc-router.ts';

interface Pending {
  readonly command: AtCommand;
  readonly lines: string[];
  readonly resolve: (lines: readonly string[]) => void;
  readonly reject: (error: AppError) => void;
}

export interface AtSessionOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Rest between a final result and the next command; some makes lose what comes sooner (research/hardware 1.1). */
  readonly minGapMs: number;
}

/** After a time-out the answer may still come; nothing is written meanwhile, or it would be taken for the next one's. */
const drainMs = 500;
/** After a call word as ATD's final an `OK` may follow (research/hardware case 16). */
const settleMs = 100;
const barrierMs = 300;
const barrierTries = 3;
/** So many commands in a row without an answer, and the port counts as dead. */
const mutedAfter = 3;

/**
 * One modem's command line: exactly one command in flight, ever. Makes answer out of order when commands are pipelined,
 * and a late answer would be credited to the wrong command (research/hardware 0.4).
 *
 *   idle ──write──▶ busy ──final──▶ idle (after the gap; after a call word: settling)
 *                    └──time-out──▶ draining ──500 ms──▶ barrier (AT … any final) ──▶ idle
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
  private readonly urcs = new Emitter<Urc>();
  private readonly muted = new Emitter<void>();
  private readonly dataSubscription: Disposable;
  private minGapMs: number;
  private phase: 'idle' | 'busy' | 'resting' | 'draining' | 'barrier' | 'closed' = 'idle';
  private queue: Pending[] = [];
  private current: Pending | null = null;
  private timer: Disposable | null = null;
  private onBarrier: ((alive: boolean) => void) | null = null;
  private mutedInARow = 0;
  /** Lone digits count as results until the modem has once answered in words. */
  private wordsSeen = false;

  constructor(options: AtSessionOptions) {
    this.transport = options.transport;
    this.clock = options.clock;
    this.logger = options.logger;
    this.minGapMs = options.minGapMs;
    this.joiner = new ReportJoiner((line) => this.route(line));
    this.framer = new LineFramer({ line: (text) => this.onLine(text), prompt: () => undefined });
    this.dataSubscription = options.transport.onData((bytes) => this.framer.feed(bytes));
  }

  /** Reports, also those that come in the middle of an answer. */
  onUrc(listener: (urc: Urc) => void): Disposable {
    return this.urcs.on(listener);
  }

  /** The modem takes bytes and says nothing: the owner should reopen the port. */
  onMute(listener: () => void): Disposable {
    return this.muted.on(listener);
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
      const rank = priorities.indexOf(command.priority);
      const at = this.queue.findIndex((other) => priorities.indexOf(other.command.priority) > rank);
      this.queue.splice(at < 0 ? this.queue.length : at, 0, { command, lines: [], resolve, reject });
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

  /** Rejects everything that waits; the session can be used on. Call it when the modem has restarted. */
  restart(reason: string): void {
    this.rejectAll(new AppError('phone.lost', { reason }));
    this.joiner.reset();
    if (this.phase === 'busy' || this.phase === 'resting') this.setPhase('idle');
  }

  close(reason: string): void {
    if (this.phase === 'closed') return;
    const onBarrier = this.onBarrier;
    this.onBarrier = null;
    this.setPhase('closed');
    this.dataSubscription.dispose();
    this.rejectAll(new AppError('phone.lost', { reason }));
    onBarrier?.(false);
  }

  private pump(): void {
    if (this.phase !== 'idle') return;
    const next = this.queue.shift();
    if (!next) return;
    if (next.command.wanted?.() === false) {
      next.reject(new AppError('cancelled'));
      this.pump();
      return;
    }
    this.current = next;
    this.setPhase('busy', timeoutOf(next.command), () => this.onTimeout(next));
    this.rawLog.add(this.clock.mono(), 'sent', next.command.text);
    this.writeBytes(`${next.command.text}\r`, next.command.onWritten);
  }

  private writeBytes(text: string, onWritten?: () => void): void {
    this.transport.write(Buffer.from(text, 'latin1')).then(
      () => onWritten?.(),
      // The transport's onLost follows and closes this session; until then the command's own time-out holds.
      (error: unknown) => this.logger.log('debug', 'write-failed', { reason: describeError(error) }),
    );
  }

  private onLine(text: string): void {
    this.rawLog.add(this.clock.mono(), 'received', text);
    const inFlight = this.current?.command.text ?? (this.phase === 'barrier' ? 'AT' : null);
    if (text === inFlight) return;
    this.joiner.push(text);
  }

  private route(line: string): void {
    const current = this.current;
    const final = parseFinal(line, !this.wordsSeen);
    if (final && this.isFinalNow(final)) {
      if (line.length > 1) this.wordsSeen = true;
      if (current) this.finish(current, final);
      else if (this.phase === 'barrier') this.endBarrier(true);
      else this.rawLog.add(this.clock.mono(), 'note', 'late final, ignored');
      return;
    }
    if (current && answers(current.command, line)) {
      current.lines.push(line);
      return;
    }
    const urc = parseUrc(line);
    if (urc) this.urcs.emit(urc);
    else if (current && !current.command.prefix) current.lines.push(line);
    else this.rawLog.add(this.clock.mono(), 'note', 'line of nobody, ignored');
  }

  private isFinalNow(final: FinalResult): boolean {
    if (final.kind !== 'call') return true;
    return this.current !== null && takesCallFinals(this.current.command.text);
  }

  private finish(pending: Pending, final: FinalResult): void {
    this.current = null;
    this.mutedInARow = 0;
    this.rest(final.kind === 'call' ? Math.max(settleMs, this.minGapMs) : this.minGapMs);
    if (final.kind === 'ok') pending.resolve(pending.lines);
    else pending.reject(refusal(pending.command, final));
    this.pump();
  }

  private rest(ms: number): void {
    if (ms <= 0) this.setPhase('idle');
    else
      this.setPhase('resting', ms, () => {
        this.setPhase('idle');
        this.pump();
      });
  }

  private onTimeout(pending: Pending): void {
    this.current = null;
    this.mutedInARow += 1;
    this.logger.log('warn', 'command-timeout', { command: commandName(pending.command.text) });
    this.setPhase('draining', drainMs, () => {
      this.startBarrier(barrierTries, (alive) => {
        if (!alive || this.mutedInARow >= mutedAfter) this.muted.emit();
      });
    });
    pending.reject(new AppError('phone.not-answering', { command: commandName(pending.command.text) }));
  }

  private startBarrier(tries: number, done: (alive: boolean) => void): void {
    this.onBarrier = done;
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
    // The barrier's own OK may still follow a late one: rest long enough to let it pass.
    this.rest(Math.max(settleMs, this.minGapMs));
    done?.(alive);
  }

  private rejectAll(error: AppError): void {
    const waiting = this.current ? [this.current, ...this.queue] : this.queue;
    this.current = null;
    this.queue = [];
    for (const pending of waiting) pending.reject(error);
  }

  private setPhase(phase: typeof this.phase, ms?: number, onElapsed?: () => void): void {
    this.timer?.dispose();
    this.phase = phase;
    this.timer = ms !== undefined && onElapsed ? this.clock.after(ms, onElapsed) : null;
  }
}
