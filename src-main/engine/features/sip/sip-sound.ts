import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import {
  frameMs,
  frameSamples,
  sampleRate,
  type CallSound,
  type Playback,
  type SoundFrame,
} from '#shared/domain/call-channel.ts';
import type { SipOrder } from '#shared/desk-contract/areas/sip.ts';
import { PcmReader } from '../../audio/pcm-reader.ts';

export interface SipSoundDeps {
  readonly clock: Clock;
  readonly callId: string;
  /** Resolves when the window has done it. */
  readonly order: (what: SipOrder) => Promise<void>;
}

/**
 * A page that is busy sends nothing meanwhile and all of it afterwards: what is late is not lost. One that is silent for
 * longer than this is as good as away.
 */
const goneMs = 5_000;
/** 20 ms of both sides, 16 bit. */
const frameBytes = frameSamples * 2 * 2;
/** An audio thread runs in bursts; a gap of its own is longer. */
const unevenMs = 200;
/**
 * An audio thread that had no time leaves sound out for good, and its clock may be slow: what comes is then late for ever.
 * Of so many parts in a row one at least would be in time, else the time that all of them lack is silence.
 */
const partsPerLook = 50;
const lateForGoodMs = 60;

/** The sound of one SIP call: the window plays and mixes, both sides come here to be recorded. */
export class SipSound implements CallSound {
  /** The agent speaks into a microphone at the PC; nothing of it passes through the engine on its way. */
  readonly route = 'headset';
  readonly recordable = true;
  readonly uplink = null;
  private readonly deps: SipSoundDeps;
  private readonly frames = new Emitter<SoundFrame>();
  private readonly reader: PcmReader;
  private playing: SipPlayback | null = null;
  private parts = 0;
  private leastLagMs = Infinity;

  constructor(deps: SipSoundDeps) {
    this.deps = deps;
    const emit = (frame: SoundFrame): void => this.frames.emit(frame);
    this.reader = new PcmReader(deps.clock, 'stereo-far-near', emit, undefined, goneMs);
  }

  openVoice(): Promise<void> {
    return this.deps.order({ do: 'open', callId: this.deps.callId });
  }

  onFrame(listener: (frame: SoundFrame) => void): Disposable {
    return this.frames.on(listener);
  }

  /** The window has the clip since `prepareClip`. */
  async play(clip: Int16Array): Promise<Playback> {
    await this.deps.order({ do: 'play', callId: this.deps.callId });
    this.playing = new SipPlayback(this.deps, (clip.length * 1000) / sampleRate);
    return this.playing;
  }

  /**
   * @param pcm left what the customer said, right what they were sent
   * @param lackMs what was not taken before it, by the window's clock, which may be set meanwhile: never more than is missing here
   */
  heard(pcm: Uint8Array, lackMs: number): void {
    if (lackMs > unevenMs) this.reader.pad(Math.min(lackMs, this.reader.lagMs - partMs(pcm)));
    this.reader.push(pcm);
    this.leastLagMs = Math.min(this.leastLagMs, this.reader.lagMs);
    this.parts += 1;
    if (this.parts < partsPerLook) return;
    if (this.leastLagMs >= lateForGoodMs) this.reader.pad(this.leastLagMs);
    this.lookAnew();
  }

  /** The window is away. Its sound is complete up to this moment; whether more of the call follows it says when it is back. */
  away(): void {
    this.reader.pause();
  }

  back(): void {
    this.reader.resume();
    this.lookAnew();
  }

  /** The call ends now, or ended as the window went: its last part is still there, and does not leave it any more. */
  finish(): void {
    this.reader.pause();
  }

  played(): void {
    this.playing?.end('finished');
  }

  /** The call is over, or nobody carries it. */
  close(): void {
    this.reader.dispose();
    this.playing?.end('failed');
  }

  private lookAnew(): void {
    this.parts = 0;
    this.leastLagMs = Infinity;
  }
}

const partMs = (pcm: Uint8Array): number => (pcm.length / frameBytes) * frameMs;

/** An opener in the window, as far as our clock knows it. */
class SipPlayback implements Playback {
  private readonly deps: SipSoundDeps;
  private readonly durationMs: number;
  private readonly begun: number;
  private readonly ends = new Emitter<'finished' | 'failed'>();
  private endedAt: number | null = null;

  constructor(deps: SipSoundDeps, durationMs: number) {
    this.deps = deps;
    this.durationMs = durationMs;
    this.begun = deps.clock.mono();
  }

  get heardMs(): number {
    return Math.min(this.durationMs, (this.endedAt ?? this.deps.clock.mono()) - this.begun);
  }

  onEnd(listener: (reason: 'finished' | 'failed') => void): Disposable {
    return this.ends.on(listener);
  }

  async cutIn(): Promise<void> {
    this.endedAt ??= this.deps.clock.mono();
    await this.deps.order({ do: 'open', callId: this.deps.callId });
  }

  stop(): void {
    if (this.endedAt !== null) return;
    this.endedAt = this.deps.clock.mono();
    // A window that is gone plays nothing any more.
    this.deps.order({ do: 'stop-clip', callId: this.deps.callId }).catch(() => undefined);
  }

  end(reason: 'finished' | 'failed'): void {
    if (this.endedAt !== null) return;
    this.endedAt = this.deps.clock.mono();
    this.ends.emit(reason);
  }
}
