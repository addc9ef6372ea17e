import type { Clock } from '#shared/base/clock.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import {
  frameMs,
  type CallSound,
  type Playback,
  type SoundFrame,
  type UplinkCounts,
} from '#shared/domain/call-channel.ts';
import type { AtSession } from '../at/at-session.ts';
import type { Transport } from '../face.ts';
import type { PcmProfile } from '../profiles/profile.ts';
import { ClipPlayer } from './clip-player.ts';
import { PcmReader } from '../../audio/pcm-reader.ts';

export type SwitchProfile = Extract<PcmProfile, { kind: 'pcm-switch' }>;

export interface CallSoundDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly session: AtSession;
  readonly pcm: Transport;
  readonly profile: SwitchProfile;
}

/**
 * The sound of one answered call whose agent speaks into the handset of a phone that switches its uplink itself: frames
 * in, one clip at a time out. Dispose it when the call ends.
 */
export class SwitchedCallSound implements CallSound, Disposable {
  readonly route = 'handset';
  readonly recordable = true;
  private readonly deps: CallSoundDeps;
  private readonly frames = new Emitter<SoundFrame>();
  private readonly bag = new DisposeBag();
  /** What we sent and the reader has not paired yet; only for makes that give back the far side alone. */
  private sentFrames: Int16Array[] = [];
  private playback: SwitchedPlayback | null = null;
  private over = false;

  constructor(deps: CallSoundDeps) {
    this.deps = deps;
    const reader = new PcmReader(
      deps.clock,
      deps.profile.downlink,
      (frame) => this.frames.emit(frame),
      () => this.sentFrames.shift() ?? null,
    );
    this.bag.add(reader);
    this.bag.add(deps.pcm.onData((bytes) => reader.push(bytes)));
  }

  onFrame(listener: (frame: SoundFrame) => void): Disposable {
    return this.frames.on(listener);
  }

  get uplink(): UplinkCounts | null {
    return this.playback?.counts ?? null;
  }

  /** A call begins with the handset open. */
  openVoice(): Promise<void> {
    return this.playback?.cutIn() ?? Promise.resolve();
  }

  /** Rejects with the modem's error when the customer's ear cannot be switched to us; then the handset stays open. */
  async play(clip: Int16Array): Promise<Playback> {
    const { session, profile } = this.deps;
    if (this.over) throw new AppError('call.gone');
    this.playback?.stop();
    await session.send({ text: profile.uplinkPort, priority: 'audio' });
    const playback = new SwitchedPlayback(clip, this.deps, (frame) => this.remember(frame));
    this.playback = playback;
    if (this.over) playback.stop();
    return playback;
  }

  dispose(): void {
    this.over = true;
    this.playback?.stop();
    this.bag.dispose();
  }

  private remember(frame: Int16Array): void {
    if (this.deps.profile.downlink === 'mono-far') this.sentFrames.push(frame);
  }
}

class SwitchedPlayback implements Playback {
  private readonly deps: CallSoundDeps;
  private readonly player: ClipPlayer;
  private readonly ends = new Emitter<'finished' | 'failed'>();
  private outcome: 'finished' | 'failed' | null = null;
  private openingMicrophone: Promise<void> | null = null;

  constructor(clip: Int16Array, deps: CallSoundDeps, sent: (frame: Int16Array) => void) {
    this.deps = deps;
    this.player = new ClipPlayer(clip, {
      clock: deps.clock,
      write: (bytes) => deps.pcm.write(bytes),
      sent,
      ended: (reason) => this.onPlayerEnd(reason),
    });
  }

  get heardMs(): number {
    return this.player.heardMs;
  }

  get counts(): UplinkCounts {
    const { dropped, heardMs } = this.player;
    return { sent: heardMs / frameMs, dropped, adjusted: 0 };
  }

  onEnd(listener: (reason: 'finished' | 'failed') => void): Disposable {
    // A clip of no length, or a port that refuses at once, ends before anybody can listen.
    if (this.outcome) this.deps.clock.after(0, () => listener(this.outcome ?? 'finished'));
    return this.ends.on(listener);
  }

  cutIn(): Promise<void> {
    this.player.stop();
    this.openingMicrophone ??= this.openMicrophone();
    return this.openingMicrophone;
  }

  stop(): void {
    this.player.stop();
  }

  private async openMicrophone(): Promise<void> {
    const { session, profile, logger } = this.deps;
    if (this.player.dropped > 0) logger.log('warn', 'clip-frames-dropped', { frames: this.player.dropped });
    try {
      await session.send({ text: profile.uplinkHandset, priority: 'audio' });
    } catch (error) {
      // The agent would talk to nobody: a second try is allowed.
      this.openingMicrophone = null;
      logger.log('error', 'cut-in-failed', { reason: describeError(error) });
      throw error;
    }
  }

  private onPlayerEnd(reason: 'finished' | 'failed'): void {
    this.outcome = reason;
    this.ends.emit(reason);
  }
}
