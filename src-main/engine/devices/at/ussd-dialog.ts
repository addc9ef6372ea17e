import type { Clock } from '#shared/base/clock.ts';
import { type Disposable } from '#shared/base/dispose.ts';
import { AppError, toAppError } from '#shared/base/errors.ts';
import { cmeOf } from './at-command.ts';
import type { AtSession } from './at-session.ts';
import { encodeUcs2 } from './charset.ts';
import { parseUssd, type UssdReport } from './ussd.ts';

/** What the network said, and whether it waits for an answer in the same dialog (a menu). */
export interface UssdReply {
  readonly text: string;
  readonly expectsReply: boolean;
}

/** All that a dialog needs of a session. */
export type UssdSession = Pick<AtSession, 'send' | 'onUrc' | 'onReset' | 'charset'>;

/** What mature clients wait for the network (research/hardware 1.6); then the dialog is ended from our side. */
const replyWithinMs = 150_000;
/** The first words of a dialog: a code such as *100#, or a short one of the operator's. */
const code = /^[0-9*#]{1,160}$/;
/** Letters that stand for themselves in GSM 03.38 as in ASCII, without the quote that would end the string. */
const plain = /^[A-Za-z0-9 *#+,.:;!?()/&%<=>'-]{1,160}$/;
const gsmDcs = 15;
const ucs2Dcs = 72;

interface Waiting {
  readonly resolve: (reply: UssdReply) => void;
  readonly reject: (error: AppError) => void;
  readonly timer: Disposable;
}

/**
 * One card's USSD (TS 27.007 §7.15): at most one dialog, since the network knows no more.
 *
 *   idle ──send code──▶ waiting ──+CUSD: 1──▶ open ──send reply──▶ waiting
 *    ▲                     │                    │
 *    └──+CUSD: 0, 2…5, refusal, 150 s, cancel───┘
 *
 * The reply is a report and may come before the command's own OK. While a dialog runs UCS2 is in force, where the modem
 * knows it: in any other set Chinese arrives as question marks.
 */
export class UssdDialog {
  private readonly session: UssdSession;
  private readonly clock: Clock;
  private state: 'idle' | 'waiting' | 'open' = 'idle';
  private waiting: Waiting | null = null;
  private restoreCharset = false;

  constructor(session: UssdSession, clock: Clock) {
    this.session = session;
    this.clock = clock;
    // Both end with the session, which this dialog does not outlive.
    session.onUrc((urc) => {
      if (urc.kind === 'ussd') this.onReport(urc.line);
    });
    session.onReset((error) => this.fail(error));
  }

  /** Nothing is asked, and no menu waits for its answer. */
  get isOver(): boolean {
    return this.state === 'idle';
  }

  /**
   * A code, or the answer to a menu. Rejects with `ussd.busy`, `ussd.invalid`, `ussd.not-supported`, `ussd.no-reply`,
   * `ussd.ended`, `cancelled`, or the session's own errors.
   */
  send(text: string): Promise<UssdReply> {
    if (this.state === 'waiting') return Promise.reject(new AppError('ussd.busy'));
    if (!(this.state === 'open' ? text.length <= 160 : code.test(text)))
      return Promise.reject(new AppError('ussd.invalid'));
    return new Promise((resolve, reject) => {
      const timer = this.clock.after(replyWithinMs, () => void this.giveUp(new AppError('ussd.no-reply')));
      this.state = 'waiting';
      const mine = { resolve, reject, timer };
      this.waiting = mine;
      this.write(text).catch((error: unknown) => {
        if (this.waiting === mine) this.fail(refused(error));
      });
    });
  }

  /** Ends the dialog on both sides; whoever waits is told `cancelled`. Nothing to end is fine. */
  async cancel(): Promise<void> {
    if (this.state !== 'idle') await this.giveUp(new AppError('cancelled'));
  }

  private async write(text: string): Promise<void> {
    await this.useUcs2();
    // Somebody may have cancelled meanwhile: a code must not go out after that.
    if (this.state !== 'waiting') return;
    const hex = this.session.charset === 'UCS2';
    if (!hex && !plain.test(text)) throw new AppError('ussd.invalid');
    const dcs = plain.test(text) ? gsmDcs : ucs2Dcs;
    const string = hex ? encodeUcs2(text) : text;
    const wanted = (): boolean => this.state === 'waiting';
    await this.session.send({ text: `AT+CUSD=1,"${string}",${dcs}`, priority: 'call', wanted });
  }

  private async useUcs2(): Promise<void> {
    if (this.session.charset === 'UCS2') return;
    try {
      await this.session.send({ text: 'AT+CSCS="UCS2"', priority: 'call' });
      this.restoreCharset = true;
    } catch (error) {
      if (toAppError(error).code !== 'phone.refused') throw error;
    }
  }

  private onReport(line: string): void {
    const report = parseUssd(line, this.session.charset);
    // What the network says unasked (an advertisement, the echo of an ended dialog) is nobody's answer.
    if (!report || !this.waiting) {
      if (report && this.state === 'open' && report.mode !== 'reply-wanted') this.end();
      return;
    }
    const failure = failureOf(report);
    if (failure) this.fail(failure);
    else this.answer({ text: report.text, expectsReply: report.mode === 'reply-wanted' });
  }

  private answer(reply: UssdReply): void {
    const { waiting } = this;
    this.waiting = null;
    waiting?.timer.dispose();
    if (reply.expectsReply) this.state = 'open';
    else this.end();
    waiting?.resolve(reply);
  }

  private fail(error: AppError): void {
    const { waiting } = this;
    this.waiting = null;
    waiting?.timer.dispose();
    if (this.state !== 'idle') this.end();
    waiting?.reject(error);
  }

  private async giveUp(error: AppError): Promise<void> {
    this.fail(error);
    // The modem may have ended it already, or be gone: then there is nothing left to end.
    await this.session.send({ text: 'AT+CUSD=2', priority: 'call' }).catch(() => undefined);
  }

  private end(): void {
    this.state = 'idle';
    if (!this.restoreCharset) return;
    this.restoreCharset = false;
    this.session
      .send({ text: 'AT+CSCS="GSM"', priority: 'info', wanted: () => this.state === 'idle' })
      .catch(() => undefined);
  }
}

/** The network may end a dialog with its last words: those are an answer. */
function failureOf({ mode, text }: UssdReport): AppError | null {
  switch (mode) {
    case 'done':
    case 'reply-wanted':
      return null;
    case 'ended':
      return text ? null : new AppError('ussd.ended');
    case 'other-client':
      return new AppError('ussd.ended');
    case 'not-supported':
      return new AppError('ussd.not-supported');
    case 'timed-out':
      return new AppError('ussd.no-reply');
  }
}

/** CME numbers that say something about the card or the network and not about USSD (TS 27.007 §9.2). */
const otherTroubles = new Set([10, 11, 12, 13, 14, 15, 30, 31, 32]);

function refused(thrown: unknown): AppError {
  const error = toAppError(thrown);
  if (error.code !== 'phone.refused' || otherTroubles.has(cmeOf(error) ?? -1)) return error;
  return new AppError('ussd.not-supported', {}, error);
}
