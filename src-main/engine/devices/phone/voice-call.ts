import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { toAppError, type AppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { ChannelEvent, Stamp } from '#shared/domain/call-channel.ts';
import type { EndCause, TimeSource } from '#shared/domain/vocabulary.ts';
import type { CallRow } from '../at/answers.ts';
import { cmeOf } from '../at/at-command.ts';
import type { AtSession } from '../at/at-session.ts';
import { callEndWord } from '../at/final-results.ts';
import type { Urc } from '../at/urc-router.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import { outgoingVoiceCalls, rowOf } from './call-rows.ts';
import { causeOfDialRefusal, causeOfReport, causeOfWord } from './end-cause.ts';
import { climbHangUpLadder } from './hang-up.ts';

export interface VoiceCallDeps {
  readonly session: AtSession;
  readonly profile: PhoneProfile;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly emit: (event: ChannelEvent, stamp: Stamp) => void;
}

interface Instant {
  readonly mono: number;
  readonly wall: number;
}

const unsettledPollMs = 500;
/**
 * While it rings: what the customer says before the answer is seen is in no recording, and waits for the opener. A modem
 * that is slow to answer gets as long a rest as it took (`pollTookMs`).
 */
const ringingPollMs = 200;
const settledPollMs = 1_500;
/** Two good polls without the call, at least so far apart, end it (research/hardware §5 rule 3). */
const absentConfirmMs = 300;
/** Some modems list a call only a while after ATD's OK. */
const firstSightMs = 2_000;
const reportTimeoutMs = 500;
const blockingDialTimeoutMs = 90_000;
/** From a report of the modem to our stamp: one event loop turn, generously. */
const urcPrecisionMs = 20;

/**
 * One outgoing voice call on one modem. +CLCC is the truth; reports and result words only make us look at once
 * (TS 27.007 §7.18; research/hardware §5). Emits each event at most once and `ended` exactly once.
 */
export class VoiceCall {
  readonly dialString: string;
  ended = false;
  answered = false;
  /** Every way to hang up was tried and the modem still lists the call. */
  stuck = false;
  private readonly deps: VoiceCallDeps;
  private phase: 'placing' | 'accepted' | 'dialing' | 'alerting' | 'active' | 'held' = 'placing';
  private index: number | null = null;
  private seen: Instant | null = null;
  private absentSince: Instant | null = null;
  private acceptedAt: Instant | null = null;
  private lastPoll: Instant;
  private pollTookMs = 0;
  private hintAt: Instant | null = null;
  /** A named end that the next poll may bind to this call. */
  private endHint: { cause: EndCause | null; at: Instant } | null = null;
  private hangUpAsked = false;
  private hangUpDone: Instant | null = null;
  private laddering = false;
  private closing = false;
  private polling: Promise<void> | null = null;
  private pollAgain = false;
  private pollTimer: Disposable | null = null;

  constructor(deps: VoiceCallDeps, dialString: string) {
    this.deps = deps;
    this.dialString = dialString;
    this.lastPoll = this.now();
  }

  /** Resolves when ATD was written; rejects when it could not be. What becomes of it comes as events. */
  dial(): Promise<void> {
    const { session, profile } = this.deps;
    return new Promise((resolve, reject) => {
      let written = false;
      const onWritten = (): void => {
        written = true;
        resolve();
      };
      const timeout = profile.atdBlocks ? { timeoutMs: blockingDialTimeoutMs } : {};
      // It may have ended before its turn came: hung up, or the modem restarted.
      const wanted = (): boolean => !this.hangUpAsked && !this.ended;
      session.send({ text: `ATD${this.dialString};`, priority: 'call', onWritten, wanted, ...timeout }).then(
        () => {
          onWritten();
          this.onAccepted();
        },
        (thrown: unknown) => {
          const error = toAppError(thrown);
          if (!written && error.code === 'phone.lost') {
            this.ended = true;
            reject(error);
            return;
          }
          onWritten();
          if (error.code === 'cancelled') this.finish('local-hang-up', this.stampAt(this.now(), 'device'));
          else this.onDialRefused(error);
        },
      );
    });
  }

  /** Takes over a call that the modem carries already; when it began is unknown. */
  adopt(row: CallRow): void {
    this.phase = 'accepted';
    this.acceptedAt = this.now();
    this.apply(row, { ...this.stampAt(this.now(), 'assumed'), precisionMs: 0 });
    this.schedulePoll();
  }

  /** Idempotent: while a hang-up runs others join it. */
  hangUp(): void {
    if (this.ended || this.laddering) return;
    this.hangUpAsked = true;
    this.laddering = true;
    this.stuck = false;
    this.deps.session.abortDial();
    const { session, profile, clock } = this.deps;
    const commands = profile.hangUp;
    climbHangUpLadder(commands, {
      session,
      clock,
      index: () => this.index,
      accepted: () => (this.hangUpDone ??= this.now()),
      look: () => this.pollNow(),
      over: () => this.ended,
    })
      .then((gone) => {
        this.laddering = false;
        this.stuck = !gone;
        if (!gone) this.deps.logger.log('error', 'hang-up-failed', { steps: commands.length });
      })
      .catch((error: unknown) => this.deps.logger.log('warn', 'hang-up-broken-off', { code: toAppError(error).code }));
  }

  /** The modem said something about calls: look now. */
  hint(urc: Extract<Urc, { kind: 'call' | 'ring' }>): void {
    if (this.ended || this.phase === 'placing') return;
    const at = this.now();
    this.hintAt ??= at;
    if (urc.kind === 'call' && urc.end) this.endHint = { cause: causeOfWord(urc.end), at };
    void this.pollNow();
  }

  /** The modem is gone or has restarted; the last proof of life bounds when. */
  lost(cause: 'device-lost' | 'device-reset'): void {
    const from = this.seen ?? this.acceptedAt ?? this.now();
    this.finish(this.hangUpAsked ? 'local-hang-up' : cause, this.between(from, this.now()));
  }

  /** Stops watching without a word: the modem may carry the call on, and the next start of the program adopts it. */
  abandon(): void {
    this.ended = true;
    this.pollTimer?.dispose();
  }

  private onAccepted(): void {
    if (this.ended) return;
    this.phase = 'accepted';
    this.acceptedAt = this.now();
    this.lastPoll = this.acceptedAt;
    this.deps.emit({ type: 'accepted' }, { ...this.stampAt(this.acceptedAt, 'device'), precisionMs: urcPrecisionMs });
    void this.pollNow();
  }

  /** Whatever the modem said, the list decides: a word may belong to the call before (research/hardware case 17). */
  private onDialRefused(error: AppError): void {
    if (this.ended || error.code === 'phone.lost') return;
    const word = callEndWord(String(error.details['result'] ?? ''));
    const cause = word ? causeOfWord(word) : causeOfDialRefusal(cmeOf(error));
    this.phase = 'accepted';
    this.acceptedAt = this.now();
    this.lastPoll = this.acceptedAt;
    this.endHint = { cause, at: this.acceptedAt };
    void this.pollNow();
  }

  /** One look at the list; several callers share one command, and a wish during a look makes another follow. */
  private pollNow(): Promise<void> {
    if (this.ended) return Promise.resolve();
    if (this.polling) {
      this.pollAgain = true;
      return this.polling;
    }
    this.pollTimer?.dispose();
    this.polling = this.pollOnce().finally(() => {
      this.polling = null;
      if (this.pollAgain) {
        this.pollAgain = false;
        void this.pollNow();
      } else this.schedulePoll();
    });
    return this.polling;
  }

  private async pollOnce(): Promise<void> {
    const asked = this.now();
    try {
      const priority = this.hangUpAsked ? 'hang-up' : 'poll';
      const lines = await this.deps.session.send({ text: 'AT+CLCC', prefix: '+CLCC', priority });
      this.pollTookMs = this.now().mono - asked.mono;
      const rows = outgoingVoiceCalls(lines, this.deps.profile.clccVoiceModes);
      if (rows && !this.ended) await this.judge(rowOf(rows, this.dialString), asked);
    } catch (error) {
      // A failed look is no information, neither "there" nor "gone" (rule 3).
      this.deps.logger.log('debug', 'poll-failed', { code: toAppError(error).code });
    }
  }

  private async judge(row: CallRow | null, asked: Instant): Promise<void> {
    if (!row) return this.onAbsent(asked);
    const now = this.now();
    const stamp = this.hintAt ? this.stampAt(this.hintAt, 'urc') : this.between(this.lastPoll, now);
    this.apply(row, stamp);
    this.lastPoll = now;
    this.hintAt = null;
    // An end that was named before we asked, and the call is still there: it was another call's.
    if (this.endHint && this.endHint.at.mono <= asked.mono) this.endHint = null;
  }

  private apply(row: CallRow, stamp: Stamp): void {
    this.seen = this.now();
    this.absentSince = null;
    this.index = row.index;
    if (row.status === 'dialing' && this.phase === 'accepted') this.enter('dialing', { type: 'dialing' }, stamp);
    if (row.status === 'alerting' && (this.phase === 'accepted' || this.phase === 'dialing'))
      this.enter('alerting', { type: 'alerting' }, stamp);
    if ((row.status === 'active' || row.status === 'held') && !this.answered) {
      this.answered = true;
      this.enter('active', { type: 'answered' }, stamp);
    }
    if (row.status === 'held' && this.phase === 'active') this.enter('held', { type: 'held' }, stamp);
    if (row.status === 'active' && this.phase === 'held') this.enter('active', { type: 'resumed' }, stamp);
  }

  private enter(phase: typeof this.phase, event: ChannelEvent, stamp: Stamp): void {
    this.phase = phase;
    this.deps.emit(event, stamp);
  }

  private async onAbsent(asked: Instant): Promise<void> {
    const now = this.now();
    if (this.endHint && this.endHint.at.mono <= asked.mono) return this.conclude();
    if (this.hangUpDone && this.hangUpDone.mono <= asked.mono) return this.conclude();
    const neverSeen = this.seen === null && now.mono - (this.acceptedAt?.mono ?? now.mono) < firstSightMs;
    if (neverSeen) return;
    this.absentSince ??= asked;
    if (asked.mono - this.absentSince.mono >= absentConfirmMs) await this.conclude();
  }

  /** The call is gone. Why: we, the modem's word, the network's report, or what the state suggests. */
  private async conclude(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    const stamp = this.endStamp();
    if (this.hangUpAsked) this.finish('local-hang-up', stamp);
    else if (this.answered) this.finish('remote-hang-up', stamp);
    else this.finish(this.endHint?.cause ?? (await this.askCause()) ?? 'rejected', stamp);
  }

  private endStamp(): Stamp {
    if (this.hangUpDone) return this.stampAt(this.hangUpDone, 'device');
    if (this.endHint) return this.stampAt(this.endHint.at, 'urc');
    if (this.hintAt) return this.stampAt(this.hintAt, 'urc');
    return this.between(this.seen ?? this.lastPoll, this.absentSince ?? this.now());
  }

  private async askCause(): Promise<EndCause | null> {
    try {
      const lines = await this.deps.session.send({
        text: 'AT+CEER',
        prefix: '+CEER',
        priority: 'call',
        timeoutMs: reportTimeoutMs,
      });
      return causeOfReport(lines);
    } catch (error) {
      this.deps.logger.log('debug', 'no-release-report', { code: toAppError(error).code });
      return null;
    }
  }

  private finish(cause: EndCause, stamp: Stamp): void {
    if (this.ended) return;
    this.ended = true;
    this.pollTimer?.dispose();
    this.deps.emit({ type: 'ended', cause }, stamp);
  }

  private schedulePoll(): void {
    if (this.ended || this.closing) return;
    this.pollTimer?.dispose();
    this.pollTimer = this.deps.clock.after(this.pollDelayMs(), () => void this.pollNow());
  }

  private pollDelayMs(): number {
    if (this.absentSince) return absentConfirmMs;
    if (this.hangUpAsked) return unsettledPollMs;
    if (this.phase === 'active' || this.phase === 'held') return settledPollMs;
    if (this.phase === 'alerting') return Math.min(unsettledPollMs, Math.max(ringingPollMs, this.pollTookMs));
    return unsettledPollMs;
  }

  private now(): Instant {
    return { mono: this.deps.clock.mono(), wall: this.deps.clock.now() };
  }

  private stampAt(at: Instant, source: TimeSource): Stamp {
    return { ...at, source, precisionMs: urcPrecisionMs };
  }

  /** It happened between two looks: the middle, give or take half (research/hardware case 22). */
  private between(from: Instant, to: Instant): Stamp {
    const half = Math.max(0, to.mono - from.mono) / 2;
    return { mono: to.mono - half, wall: Math.round(to.wall - half), source: 'clcc', precisionMs: Math.ceil(half) };
  }
}
