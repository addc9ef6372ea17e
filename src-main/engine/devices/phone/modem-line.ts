import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { AppError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { DialRequest } from '#shared/domain/call-channel.ts';
import type { EndCause } from '#shared/domain/vocabulary.ts';
import type { CallRow } from '../at/answers.ts';
import { cmeOf } from '../at/at-command.ts';
import type { AtSession } from '../at/at-session.ts';
import { parseCallReport } from '../at/call-reports.ts';
import { callEndWord } from '../at/final-results.ts';
import type { StackNumber } from '../at/urc-router.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import { voiceCalls } from './call-rows.ts';
import { causeOfDialRefusal, causeOfReport, causeOfWord } from './end-cause.ts';
import { climbHangUpLadder, ladderFor } from './hang-up.ts';
import { nextLine } from './line-machine.ts';
import { nextLookMs } from './line-pace.ts';
import { sendRestart } from './send-restart.ts';
import { emptyLine, type Instant, type Line, type LineCall, type LineInput, type LineOutput } from './line-state.ts';

export interface ModemLineDeps {
  readonly session: AtSession;
  readonly profile: PhoneProfile;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What the machine tells, in the order in which it happened. */
  readonly tell: (output: Extract<LineOutput, { type: 'event' | 'incoming' }>) => void;
}

const reportTimeoutMs = 500;
const blockingDialTimeoutMs = 90_000;
/** Makes whose reports carry the call's number. */
const naming: readonly PhoneProfile['callReports'][] = ['dsci', 'ccinfo', 'huawei', 'clcc'];

/**
 * The hands of the line machine on one modem: writes the commands, looks at +CLCC when it is told to, and tells what the
 * machine concluded. Judges nothing itself.
 */
export class ModemLine {
  private readonly deps: ModemLineDeps;
  private line: Line;
  private readonly laddering = new Set<string>();
  private readonly stuckIds = new Set<string>();
  private over = false;
  /** The SIM stack whose caller was told of last. A modem has calls on one stack at a time. */
  private rung: StackNumber = 1;
  /** Whose ATA is in flight. */
  private answering: string | null = null;
  private looking: Promise<void> | null = null;
  private lookAgain = false;
  private lookTimer: Disposable | null = null;
  private lookTookMs = 0;

  constructor(deps: ModemLineDeps) {
    this.deps = deps;
    const { callReports, showsAnswers } = deps.profile;
    this.line = emptyLine({ reportsName: naming.includes(callReports), showsAnswers });
  }

  /** The SIM stack that an incoming call which is told of now came by. */
  get ringingStack(): StackNumber {
    return this.rung;
  }

  get calls(): readonly LineCall[] {
    return this.line.calls;
  }

  call(id: string): LineCall | null {
    return this.line.calls.find((call) => call.id === id) ?? null;
  }

  /** Every way to hang up was tried and the modem still lists the call (case 23). */
  isStuck(id: string): boolean {
    return this.stuckIds.has(id);
  }

  /** The call is ours from here on: hung up or lost before `dial`, it ends without a byte. */
  place(id: string, dialString: string): void {
    this.take({ type: 'dial', id, number: dialString, at: this.now() });
  }

  /** It will not be dialled, and whoever wanted it knows. */
  forget(id: string): void {
    this.take({ type: 'forget', id });
  }

  /** Resolves when ATD was written; rejects when it could not be. What becomes of it comes as events. */
  dial(
    id: string,
    dialString: string,
    options: Pick<DialRequest, 'mayLeave'> & { readonly hideNumber: boolean; readonly select?: string | undefined },
  ): Promise<void> {
    const { session, profile } = this.deps;
    return new Promise((resolve, reject) => {
      let written = false;
      const onWritten = (): void => {
        written = true;
        resolve();
      };
      const timeout = profile.atdBlocks ? { timeoutMs: blockingDialTimeoutMs } : {};
      // It may have ended before its turn came: hung up, or the modem restarted.
      const wanted = (now: boolean): boolean =>
        this.call(id)?.hangUpAsked === false && (!now || options.mayLeave?.() !== false);
      // TS 27.007 §6.2: I behind the number hides ours for this call alone.
      const text = `ATD${dialString}${options.hideNumber ? 'I' : ''};`;
      const by = options.select === undefined ? {} : { select: options.select };
      session.send({ text, priority: 'call', onWritten, wanted, ...timeout, ...by }).then(
        () => {
          onWritten();
          this.take({ type: 'dial-accepted', id, at: this.now() });
        },
        (thrown: unknown) => {
          const error = toAppError(thrown);
          if (!written && error.code === 'phone.lost') {
            this.forget(id);
            reject(error);
            return;
          }
          onWritten();
          this.dialFailed(id, error);
        },
      );
    });
  }

  /** Takes over a call that the modem carries already. */
  adopt(id: string, row: CallRow, number: string | null): void {
    this.take({ type: 'adopt', id, row, number, at: this.now() });
    this.planLook();
  }

  /** Idempotent: while a hang-up runs others join it. An incoming call is refused by the same way. */
  hangUp(id: string): void {
    const call = this.call(id);
    if (!call || this.laddering.has(id)) return;
    const { session, profile, clock, logger } = this.deps;
    this.take({ type: 'hang-up-asked', id });
    this.laddering.add(id);
    this.stuckIds.delete(id);
    if (call.phase === 'placing' || this.answering === id) session.abortDial();
    const commands = ladderFor(call, this.line.calls, profile.hangUp);
    climbHangUpLadder(commands, {
      session,
      clock,
      index: () => this.call(id)?.index ?? null,
      accepted: () => this.take({ type: 'hang-up-accepted', id, at: this.now() }),
      look: () => this.look(),
      over: () => this.over || !this.call(id) || this.call(id)?.closing !== null,
    })
      .then((gone) => {
        this.laddering.delete(id);
        if (gone) return;
        this.stuckIds.add(id);
        logger.log('error', 'hang-up-failed', { steps: commands.length });
        const stamp = { ...this.now(), source: 'assumed' as const, precisionMs: 0 };
        this.deps.tell({ type: 'event', id, event: { type: 'stuck' }, stamp });
      })
      .catch((error: unknown) => {
        this.laddering.delete(id);
        logger.log('warn', 'hang-up-broken-off', { code: toAppError(error).code });
      });
  }

  /**
   * Restarts the modem (TS 27.007 §8.2), which is the last means against a stuck call: that the calls are over is told by
   * the restart. Rejects with `call.ending` for a call that is not stuck, `call.no-restart`, the modem's refusal.
   */
  async forceEnd(id: string): Promise<void> {
    const { session, profile, logger } = this.deps;
    if (!this.isStuck(id)) throw new AppError('call.ending');
    if (profile.reset === null) throw new AppError('call.no-restart');
    logger.log('warn', 'restart-for-stuck-call');
    await sendRestart(session, { text: profile.reset, priority: 'hang-up' });
  }

  /** ATA, or where another call is active: hold it and take this one (TS 22.030 §6.5.5.1). Rejects with the refusal. */
  async answer(id: string): Promise<void> {
    const others = this.line.calls.filter((call) => call.id !== id && call.answered);
    const text = others.some((call) => call.phase === 'active') ? 'AT+CHLD=2' : 'ATA';
    this.answering = id;
    try {
      await this.deps.session.send({ text, priority: 'call' });
      this.take({ type: 'answer-accepted', id, at: this.now() });
    } finally {
      this.answering = null;
      await this.look();
    }
  }

  /** Active ones are held, held or waiting ones taken (TS 22.030 §6.5.5.1). Rejects with the modem's refusal. */
  async swap(): Promise<void> {
    try {
      await this.deps.session.send({ text: 'AT+CHLD=2', priority: 'call' });
    } finally {
      await this.look();
    }
  }

  /** The modem said something unasked about calls. */
  report(text: string, stack: StackNumber = 1): void {
    if (this.over) return;
    const report = parseCallReport(text, this.deps.profile.clccVoiceModes);
    const rings = report?.status === 'incoming' || report?.status === 'waiting';
    // A row of +CLCC is one of both stacks' list, marked or not.
    if (rings && !text.startsWith('+CLCC')) this.rung = stack;
    if (report) this.take({ type: 'report', report, at: this.now() });
  }

  /** The modem is gone or has restarted. */
  lost(cause: 'device-lost' | 'device-reset'): void {
    this.take({ type: 'lost', cause, at: this.now() });
    this.abandon();
  }

  /** Stops watching without a word: the modem may carry its calls on, and the next start of the program adopts them. */
  abandon(): void {
    this.over = true;
    this.lookTimer?.dispose();
  }

  private take(input: LineInput): void {
    if (this.over) return;
    const { line, outputs } = nextLine(this.line, input);
    this.line = line;
    for (const output of outputs) this.run(output);
  }

  private run(output: LineOutput): void {
    if (output.type === 'look') void this.look();
    else if (output.type === 'ask-cause') void this.askCause(output.id);
    else this.deps.tell(output);
  }

  private dialFailed(id: string, error: AppError): void {
    const at = this.now();
    if (error.code === 'cancelled') return this.take({ type: 'dial-cancelled', id, at });
    // The loss has ended it, or will.
    if (error.code === 'phone.lost') return;
    const word = callEndWord(String(error.details['result'] ?? ''));
    const cause = word ? causeOfWord(word) : causeOfDialRefusal(cmeOf(error));
    this.take({ type: 'dial-refused', id, cause, at });
  }

  /** One look at the list; several callers share one command, and a wish during a look makes another follow. */
  private look(): Promise<void> {
    if (this.over) return Promise.resolve();
    if (this.looking) {
      this.lookAgain = true;
      return this.looking;
    }
    this.lookTimer?.dispose();
    this.looking = this.lookOnce().finally(() => {
      this.looking = null;
      if (this.lookAgain) {
        this.lookAgain = false;
        void this.look();
      } else this.planLook();
    });
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    const asked = this.now();
    try {
      const priority = this.line.calls.some((call) => call.hangUpAsked) ? 'hang-up' : 'poll';
      const lines = await this.deps.session.send({ text: 'AT+CLCC', prefix: '+CLCC', priority });
      const answered = this.now();
      this.lookTookMs = answered.mono - asked.mono;
      const rows = voiceCalls(lines, this.deps.profile.clccVoiceModes);
      if (rows) this.take({ type: 'list', rows, asked, answered });
    } catch (thrown) {
      const { code } = toAppError(thrown);
      this.deps.logger.log('debug', 'poll-failed', { code });
      this.take({ type: 'list-failed', refused: code === 'phone.refused', at: this.now() });
    }
  }

  private planLook(): void {
    this.lookTimer?.dispose();
    const ms = this.over ? null : nextLookMs(this.line, this.now(), this.lookTookMs);
    this.lookTimer = ms === null ? null : this.deps.clock.after(ms, () => void this.look());
  }

  private async askCause(id: string): Promise<void> {
    let cause: EndCause | null = null;
    try {
      const lines = await this.deps.session.send({
        text: 'AT+CEER',
        prefix: '+CEER',
        priority: 'call',
        timeoutMs: reportTimeoutMs,
      });
      cause = causeOfReport(lines);
    } catch (error) {
      this.deps.logger.log('debug', 'no-release-report', { code: toAppError(error).code });
    }
    this.take({ type: 'cause-read', id, cause });
  }

  private now(): Instant {
    return { mono: this.deps.clock.mono(), wall: this.deps.clock.now() };
  }
}
