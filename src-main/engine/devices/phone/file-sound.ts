import type { Clock } from '#shared/base/clock.ts';
import { disposable, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { CallSound, Playback } from '#shared/domain/call-channel.ts';
import type { AtSession } from '../at/at-session.ts';
import type { ClipsProfile } from '../profiles/profile.ts';
import { clipFileOf } from './clip-file.ts';

export interface FileSoundDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly session: AtSession;
  readonly clips: ClipsProfile;
  /** The phone's own name of an opener. @throws AppError `opener.not-in-phone`, `opener.phone-full` */
  readonly nameOf: (clip: Int16Array) => string;
}

/** The report of an end may be late or lost: without it a clip is over so long behind its length. */
const reportSlackMs = 3_000;
const noReportSlackMs = 300;
/** An end so much before its time is no end: the phone could not play it. */
const earlyMs = 1_000;

/**
 * The sound of a call whose agent speaks into the handset of a phone that gives us no sound, but plays files of its own
 * (decision 7): the opener is one of them, and nothing can be recorded. The handset's microphone is shut from before the
 * clip to the cut-in, since the phone would open it by itself at the clip's end.
 */
export class FileCallSound implements CallSound, Disposable {
  readonly route = 'handset';
  readonly recordable = false;
  readonly uplink = null;
  private readonly deps: FileSoundDeps;
  private playback: FilePlayback | null = null;
  private voice: 'unknown' | 'shut' | 'open' = 'unknown';
  /** As the agent wishes it. */
  private muted = false;
  private over = false;

  constructor(deps: FileSoundDeps) {
    this.deps = deps;
  }

  onFrame(): Disposable {
    return disposable(() => undefined);
  }

  async openVoice(): Promise<void> {
    if (this.playback) return this.playback.cutIn();
    if (this.voice === 'open') return;
    // A clip of an earlier run of the program may still be playing.
    await this.stopClip();
    await this.openMicrophone();
  }

  /** Rejects where the phone does not have the opener or refuses it; then the agent waits for `openVoice`. */
  async play(clip: Int16Array): Promise<Playback> {
    const { clips, nameOf, logger } = this.deps;
    if (this.over) throw new AppError('call.gone');
    const name = nameOf(clip);
    this.playback?.stop();
    this.playback = null;
    this.voice = 'shut';
    await this.send(clips.microphone.shut).catch((error: unknown) => {
      logger.log('warn', 'microphone-not-shut', { reason: describeError(error) });
    });
    await this.send(clips.play.replace('{name}', name));
    const playback = new FilePlayback(clipFileOf(clip).lengthMs, this.deps, {
      cutIn: (playing) => this.cutIn(playing),
      quiet: () => this.quiet(),
    });
    this.playback = playback;
    if (this.over) playback.dispose();
    return playback;
  }

  /** @returns whether the opener has the microphone shut now: the wish then holds from the cut-in on, and needs no command */
  noteMuted(muted: boolean): boolean {
    this.muted = muted;
    return this.voice === 'shut';
  }

  dispose(): void {
    this.over = true;
    this.playback?.dispose();
  }

  private async cutIn(playing: boolean): Promise<void> {
    const { clips, logger } = this.deps;
    try {
      if (playing && !this.muted) {
        await this.send(clips.cutIn);
        this.voice = 'open';
        return;
      }
    } catch (error) {
      // Not one line, then: each for itself.
      logger.log('warn', 'cut-in-in-one-refused', { reason: describeError(error) });
      if (toAppError(error).code !== 'phone.refused') throw error;
    }
    try {
      if (playing) await this.stopClip();
      await this.openMicrophone();
    } catch (error) {
      logger.log('error', 'cut-in-failed', { reason: describeError(error) });
      throw error;
    }
  }

  /** Behind the hang-up that is asked for in the same moment, which it must not hold up. */
  private quiet(): void {
    const { session, clips, clock } = this.deps;
    clock.after(0, () => {
      if (this.over) return;
      // Whatever refuses: the end of the call stops the clip as well.
      session.send({ text: clips.stop, priority: 'poll', wanted: () => !this.over }).catch(() => undefined);
    });
  }

  /** Some makes refuse where nothing plays. */
  private async stopClip(): Promise<void> {
    await this.send(this.deps.clips.stop).catch((error: unknown) => {
      if (toAppError(error).code !== 'phone.refused') throw error;
    });
  }

  private async openMicrophone(): Promise<void> {
    if (!this.muted) await this.send(this.deps.clips.microphone.open);
    this.voice = 'open';
  }

  private async send(text: string): Promise<void> {
    await this.deps.session.send({ text, priority: 'audio' });
  }
}

interface Hands {
  cutIn(playing: boolean): Promise<void>;
  quiet(): void;
}

class FilePlayback implements Playback, Disposable {
  private readonly lengthMs: number;
  private readonly clock: Clock;
  private readonly hands: Hands;
  private readonly startedAt: number;
  private readonly ends = new Emitter<'finished' | 'failed'>();
  private readonly report: Disposable;
  private readonly timer: Disposable;
  private state: 'playing' | 'finished' | 'failed' | 'stopped' = 'playing';
  private finalMs: number | null = null;
  private opening: Promise<void> | null = null;

  constructor(lengthMs: number, { clock, session, clips }: FileSoundDeps, hands: Hands) {
    this.lengthMs = lengthMs;
    this.clock = clock;
    this.hands = hands;
    this.startedAt = clock.mono();
    this.report = session.onUrc(({ line }) => {
      if (line === clips.finished) this.end(this.heardMs < lengthMs - earlyMs ? 'failed' : 'finished');
    });
    const slackMs = clips.finished === null ? noReportSlackMs : reportSlackMs;
    this.timer = clock.after(lengthMs + slackMs, () => this.end('finished'));
  }

  /** By our clock from the phone's OK on: the phone does not tell. */
  get heardMs(): number {
    return this.finalMs ?? Math.min(this.lengthMs, this.clock.mono() - this.startedAt);
  }

  onEnd(listener: (reason: 'finished' | 'failed') => void): Disposable {
    const { state } = this;
    // It may have ended before anybody could listen.
    if (state === 'finished' || state === 'failed') this.clock.after(0, () => listener(state));
    return this.ends.on(listener);
  }

  cutIn(): Promise<void> {
    this.opening ??= this.cutInOnce();
    return this.opening;
  }

  stop(): void {
    if (this.state === 'playing') this.hands.quiet();
    this.freeze('stopped');
  }

  dispose(): void {
    this.freeze('stopped');
  }

  private async cutInOnce(): Promise<void> {
    try {
      await this.hands.cutIn(this.state === 'playing' || this.state === 'failed');
      this.freeze('stopped');
    } catch (error) {
      // The agent would talk to nobody: a second try is allowed.
      this.opening = null;
      throw error;
    }
  }

  private end(reason: 'finished' | 'failed'): void {
    if (this.state !== 'playing') return;
    if (reason === 'finished') this.finalMs = this.lengthMs;
    this.freeze(reason);
    this.ends.emit(reason);
  }

  private freeze(state: 'finished' | 'failed' | 'stopped'): void {
    this.finalMs = this.heardMs;
    this.report.dispose();
    this.timer.dispose();
    if (this.state === 'playing') this.state = state;
  }
}
