import { AppError, describeError, toAppError } from '#shared/base/errors.ts';
import type { Clock } from '#shared/base/clock.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { CallSound, Playback } from '#shared/domain/call-channel.ts';
import type { OpenerFacts } from './call-row.ts';
import type { OpenerForCall, RecordingMark } from './ports.ts';

export interface OpenerRunDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sound: CallSound;
  readonly opener: OpenerForCall;
  /** ms since the answer. */
  readonly sinceAnswer: () => number;
  /** Something is to be stored: the event's name for the journal, and the mark for the recording. */
  readonly onChange: (event: 'opener-started' | 'opener-ended' | 'cut-in', mark: RecordingMark) => void;
  /** It could not be played at all; the agent is let in. */
  readonly onRefused: (error: AppError) => void;
  /** The clip came to its end and nobody had cut in. */
  readonly onFinished: () => void;
}

/**
 * One opener in one call:
 *
 *   waiting ──▶ playing ──▶ finished (the agent stays shut and may still cut in once)
 *      │           ├──────▶ cut-in   (the agent is live)
 *      └───────────┴──────▶ failed   (the sound broke: the agent is let in at once, nobody talks to a silent line)
 *
 * A call that ends in the middle leaves `playing` with what was heard.
 */
export class OpenerRun {
  private readonly deps: OpenerRunDeps;
  private readonly ready: Promise<Playback | null>;
  private playback: Playback | null = null;
  private state: OpenerFacts['state'] = 'waiting';
  private startedAt: number | null = null;
  private cutInMs: number | null = null;
  private cutInAsked = false;
  private over = false;
  private finalHeardMs: number | null = null;

  constructor(deps: OpenerRunDeps) {
    this.deps = deps;
    this.ready = this.start();
  }

  get facts(): OpenerFacts {
    const { id, name, text, durationMs } = this.deps.opener;
    const heardMs = Math.min(durationMs, Math.round(this.finalHeardMs ?? this.playback?.heardMs ?? 0));
    const { startedAt, state, cutInMs } = this;
    return { openerId: id, name, text, durationMs, startedAt, heardMs, state, cutInMs };
  }

  get playing(): boolean {
    return this.state === 'playing' && !this.over;
  }

  /** The agent goes live. @throws AppError `call.opener-not-playing` the second time, or where the opener failed */
  async cutIn(): Promise<void> {
    if (this.cutInAsked || this.over || this.state === 'failed') throw new AppError('call.opener-not-playing');
    this.cutInAsked = true;
    const playback = await this.ready;
    if (!playback || this.over) throw new AppError('call.opener-not-playing');
    try {
      await playback.cutIn();
    } catch (error) {
      this.cutInAsked = false;
      throw error;
    }
    if (!this.over) this.agentIsLive();
  }

  /** The call is over: what was heard is final. */
  end(): void {
    if (this.over) return;
    this.over = true;
    this.finalHeardMs ??= this.playback?.heardMs ?? 0;
    this.playback?.stop();
  }

  private async start(): Promise<Playback | null> {
    await null; // whoever makes a run holds it before the first change is told
    try {
      const playback = await this.deps.sound.play(this.deps.opener.clip());
      if (this.over) {
        playback.stop();
        return null;
      }
      this.playback = playback;
      this.state = 'playing';
      this.startedAt = this.deps.clock.now();
      this.deps.onChange('opener-started', { kind: 'opener-start', atMs: this.deps.sinceAnswer() });
      playback.onEnd((reason) => this.clipEnded(reason));
      return playback;
    } catch (error) {
      // Whoever hangs up at once leaves nobody to play it to.
      if (this.over) return null;
      this.deps.logger.log('error', 'opener.not-played', { problem: describeError(error) });
      this.fail();
      this.deps.onRefused(toAppError(error));
      this.letIn();
      return null;
    }
  }

  private clipEnded(reason: 'finished' | 'failed'): void {
    if (this.over || this.cutInAsked || this.state !== 'playing') return;
    this.finalHeardMs = this.playback?.heardMs ?? 0;
    if (reason === 'failed') {
      this.letIn();
      return this.fail();
    }
    this.state = 'finished';
    this.deps.onChange('opener-ended', { kind: 'opener-end', atMs: this.deps.sinceAnswer() });
    this.deps.onFinished();
  }

  /** Nobody talks to a silent line because a clip could not be played. */
  private letIn(): void {
    const opened = this.playback ? this.playback.cutIn() : this.deps.sound.openVoice();
    opened.catch((error: unknown) => {
      if (this.over) return;
      this.deps.logger.log('error', 'opener.agent-not-let-in', { problem: describeError(error) });
    });
  }

  private fail(): void {
    this.state = 'failed';
    this.cutInMs = this.deps.sinceAnswer();
    this.deps.onChange('opener-ended', { kind: 'opener-end', atMs: this.cutInMs });
  }

  private agentIsLive(): void {
    this.cutInMs = this.deps.sinceAnswer();
    this.finalHeardMs ??= this.playback?.heardMs ?? 0;
    if (this.state === 'playing') this.state = 'cut-in';
    this.deps.onChange('cut-in', { kind: 'cut-in', atMs: this.cutInMs });
  }
}
