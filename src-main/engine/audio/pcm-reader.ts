import { every, type Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { frameMs, frameSamples, type SoundFrame } from '#shared/domain/call-channel.ts';

export type Downlink = 'mono-far' | 'stereo-far-near';

/** No bytes for longer than this is a gap: the sound is there every 20 ms or the port has lost some. */
const portGapMs = 40;
/** The stream may run this far ahead of the clock before frames that were replaced by silence are thrown away. */
const aheadFrames = 2;

/**
 * Bytes of a phone's sound port, or of a window, to 20-ms frames, 16-bit little-endian. Keeps the beat: a gap becomes silence, and what
 * comes late after it is dropped, so that a recording is as long as the call. A gap also drops a broken frame, since an
 * odd byte count would turn all that follows into noise.
 */
export class PcmReader implements Disposable {
  private readonly clock: Clock;
  private readonly channels: 1 | 2;
  private readonly onFrame: (frame: SoundFrame) => void;
  private readonly near: () => Int16Array | null;
  private readonly gapMs: number;
  private beat: Disposable | null;
  private readonly startedAt: number;
  private readonly buffer: Uint8Array;
  private filled = 0;
  private frames = 0;
  private silences = 0;
  private lastBytesAt: number;
  private quietBeats = 0;

  /** @param near what was sent meanwhile, for makes that give back the far side only */
  constructor(
    clock: Clock,
    downlink: Downlink,
    onFrame: (frame: SoundFrame) => void,
    near: () => Int16Array | null = () => null,
    gapMs: number = portGapMs,
  ) {
    this.clock = clock;
    this.channels = downlink === 'mono-far' ? 1 : 2;
    this.onFrame = onFrame;
    this.near = near;
    this.gapMs = gapMs;
    this.buffer = new Uint8Array(frameSamples * 2 * this.channels);
    this.startedAt = clock.mono();
    this.lastBytesAt = this.startedAt;
    this.beat = every(clock, frameMs, () => this.onBeat());
  }

  push(bytes: Uint8Array): void {
    this.lastBytesAt = this.clock.mono();
    this.quietBeats = 0;
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + this.buffer.length - this.filled);
      this.buffer.set(part, this.filled);
      this.filled += part.length;
      at += part.length;
      if (this.filled === this.buffer.length) {
        this.filled = 0;
        this.onWholeFrame();
      }
    }
  }

  /** How much less has come than time has passed, in whole frames; below 0 = more. */
  get lagMs(): number {
    return (this.due() - this.frames) * frameMs;
  }

  /** Silence in the place of sound that will not come: the rest of a broken frame with it. @param ms counted in whole frames */
  pad(ms: number): void {
    if (ms < frameMs) return;
    this.filled = 0;
    for (let n = 0; n < Math.floor(ms / frameMs); n += 1) this.emitSilence();
  }

  /** Whoever sends is gone, perhaps for good: complete up to now, and not one frame more before `resume`. */
  pause(): void {
    if (!this.beat) return;
    this.pad(this.lagMs);
    this.beat.dispose();
    this.beat = null;
  }

  /** They are back: the time between becomes silence. */
  resume(): void {
    if (this.beat) return;
    this.pad(this.lagMs);
    this.lastBytesAt = this.clock.mono();
    this.quietBeats = 0;
    this.beat = every(this.clock, frameMs, () => this.onBeat());
  }

  dispose(): void {
    this.beat?.dispose();
    this.beat = null;
  }

  private onWholeFrame(): void {
    if (this.silences > 0 && this.frames >= this.due() + aheadFrames) {
      this.silences -= 1;
      return;
    }
    const customer = new Int16Array(frameSamples);
    const agent = new Int16Array(frameSamples);
    const view = new DataView(this.buffer.buffer);
    for (let i = 0; i < frameSamples; i += 1) {
      customer[i] = view.getInt16(2 * i * this.channels, true);
      if (this.channels === 2) agent[i] = view.getInt16(4 * i + 2, true);
    }
    this.emit({ customer, agent: this.channels === 2 ? agent : (this.near() ?? agent) });
  }

  /**
   * A beat alone proves no gap: after a stall of this process timers run before the bytes that wait in the kernel are
   * read. Two beats in a row without bytes do.
   */
  private onBeat(): void {
    if (this.clock.mono() - this.lastBytesAt <= this.gapMs) return;
    this.quietBeats += 1;
    if (this.quietBeats < 2) return;
    this.filled = 0;
    this.pad(this.lagMs);
  }

  private emitSilence(): void {
    this.silences += 1;
    this.emit({ customer: new Int16Array(frameSamples), agent: this.near() ?? new Int16Array(frameSamples) });
  }

  private emit(frame: SoundFrame): void {
    this.frames += 1;
    this.onFrame(frame);
  }

  private due(): number {
    return Math.floor((this.clock.mono() - this.startedAt) / frameMs);
  }
}
