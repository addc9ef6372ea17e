import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { frameMs, frameSamples } from '#shared/domain/call-channel.ts';
import { littleEndian } from './pcm-frame.ts';

/** The phone's buffer holds little; more frames ahead of time would still be heard after a cut-in. */
const aheadFrames = 1;
/** Later than that and the frames are skipped: a burst would only overflow the phone's buffer. */
const catchUpFrames = 2;
/** Writes that the port has not taken: more means that the port is stuck. */
const maxPendingWrites = 25;

export interface ClipPlayerDeps {
  readonly clock: Clock;
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Each frame as it leaves. */
  readonly sent: (frame: Int16Array) => void;
  readonly ended: (reason: 'finished' | 'failed') => void;
}

/**
 * Sends a clip in 20-ms frames on an absolute schedule (start + n · 20 ms): a serial port has no clock of its own, and
 * summed timer errors would drift. Never more than one frame ahead.
 */
export class ClipPlayer {
  /** Frames that came too late to be sent. */
  dropped = 0;
  private readonly clip: Int16Array;
  private readonly deps: ClipPlayerDeps;
  private readonly startedAt: number;
  private readonly total: number;
  private next = 0;
  private pendingWrites = 0;
  private timer: Disposable | null = null;
  private stopped = false;

  constructor(clip: Int16Array, deps: ClipPlayerDeps) {
    this.clip = clip;
    this.deps = deps;
    this.total = Math.ceil(clip.length / frameSamples);
    this.startedAt = deps.clock.mono();
    this.tick();
  }

  /** ms of the clip that were sent. */
  get heardMs(): number {
    return Math.min(this.next - this.dropped, this.total) * frameMs;
  }

  /** No frame leaves after this. Idempotent. */
  stop(): void {
    this.stopped = true;
    this.timer?.dispose();
  }

  private tick(): void {
    if (this.stopped) return;
    const now = Math.floor((this.deps.clock.mono() - this.startedAt) / frameMs);
    if (now - this.next > catchUpFrames) {
      const skip = Math.min(now - catchUpFrames, this.total) - this.next;
      this.dropped += skip;
      this.next += skip;
    }
    while (!this.stopped && this.next <= now + aheadFrames && this.next < this.total) this.sendNext();
    if (this.stopped) return;
    // The end is when the last frame has been heard, not when it was handed over.
    if (this.next >= this.total && now >= this.total) this.end('finished');
    else this.armTimer();
  }

  private armTimer(): void {
    const elapsed = this.deps.clock.mono() - this.startedAt;
    const at = (Math.floor(elapsed / frameMs) + 1) * frameMs;
    this.timer = this.deps.clock.after(at - elapsed, () => this.tick());
  }

  private sendNext(): void {
    const frame = new Int16Array(frameSamples);
    frame.set(this.clip.subarray(this.next * frameSamples, (this.next + 1) * frameSamples));
    this.next += 1;
    this.pendingWrites += 1;
    if (this.pendingWrites > maxPendingWrites) {
      this.end('failed');
      return;
    }
    this.deps.sent(frame);
    this.deps.write(littleEndian(frame)).then(
      () => (this.pendingWrites -= 1),
      () => this.end('failed'),
    );
  }

  private end(reason: 'finished' | 'failed'): void {
    if (this.stopped) return;
    this.stop();
    this.deps.ended(reason);
  }
}
