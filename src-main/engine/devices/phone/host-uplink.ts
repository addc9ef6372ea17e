import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import {
  frameMs,
  frameSamples,
  type AgentVoice,
  type Playback,
  type UplinkCounts,
} from '#shared/domain/call-channel.ts';
import { littleEndian } from './pcm-frame.ts';

/** A phone that says nothing yet: its first sound sets the beat, or this much patience does. */
const firstBeatWithinMs = 60;
/** What lies ready in the phone while we are busy for a moment; each frame more would be heard after a cut-in. */
const aheadFrames = 1;
/** Writes that the port has not taken: a frame more would only be heard late. */
const maxPendingWrites = 3;
/** So many frames in a row that found no way: the port is stuck. */
const stuckAfter = 50;
/** Frames between two looks at how far the two clocks have parted. */
const driftWindow = 50;
/** More than clocks can part in a window: the phone's own sound had a gap, which says nothing of its clock. */
const maxDriftFrames = 3;

/** One source of the uplink: 20 ms at a time. */
interface Source {
  next(): Int16Array;
  /** What was taken is not sent: its time is over. */
  missed?(): void;
}

export interface HostUplinkDeps {
  readonly clock: Clock;
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Each frame in the order in which the customer gets it; silence for one that was dropped. */
  readonly sent: (frame: Int16Array) => void;
  /** The port takes nothing any more. Told once. */
  readonly failed: () => void;
  /** Null where the agent speaks into the handset: then the microphone here is always shut. */
  readonly voice: AgentVoice | null;
}

/**
 * All that a customer hears, where the host owns the uplink: opener, agent, or nobody, one frame every 20 ms without a
 * pause from the answer on. A switch of source takes effect with the next frame, so that two sources never overlap and
 * nothing lies between them.
 *
 * The beat is an absolute grid that begins when the phone's own sound begins: each frame leaves just after the phone has
 * taken one, and one lies ready there. A frame whose time is over is dropped, never sent behind its time, since the phone
 * would queue it for the rest of the call. Serial PCM carries no
 * clock (research/hardware 1.9): the phone's is read off the number of frames that it sends.
 */
export class HostUplink implements Disposable, UplinkCounts {
  sent = 0;
  dropped = 0;
  adjusted = 0;
  private readonly deps: HostUplinkDeps;
  private readonly shut: Source;
  private source: Source;
  private clip: ClipSource | null = null;
  private timer: Disposable | null;
  private startedAt: number | null = null;
  /** The number of the frame on the grid that leaves next. */
  private next = 0;
  private takenBytes = 0;
  private readonly bytesPerFrame: number;
  private pendingWrites = 0;
  private refusedInARow = 0;
  private leastAhead = Infinity;
  private usualAhead: number | null = null;
  private windowFrames = 0;
  private over = false;

  /** @param channels of the phone's own sound, by which its frames are counted */
  constructor(deps: HostUplinkDeps, channels: 1 | 2) {
    this.deps = deps;
    this.bytesPerFrame = frameSamples * 2 * channels;
    const { voice } = deps;
    this.shut = {
      next() {
        voice?.next(false);
        return new Int16Array(frameSamples);
      },
    };
    this.source = this.shut;
    this.timer = deps.clock.after(firstBeatWithinMs, () => this.begin());
  }

  /** The phone sent this much of its own sound: it has taken as many frames of ours. */
  phoneSent(bytes: number): void {
    if (this.over) return;
    this.takenBytes += bytes;
    if (this.startedAt === null) this.begin();
  }

  /** The clip speaks from the next frame on; one that plays stops. */
  play(clip: Int16Array): Pick<Playback, 'heardMs' | 'onEnd' | 'stop'> {
    this.clip?.stop();
    const source: ClipSource = new ClipSource(clip, this.deps, () => {
      if (this.clip !== source) return;
      this.clip = null;
      this.source = this.shut;
    });
    this.clip = source;
    const { voice } = this.deps;
    this.source = {
      next() {
        // The microphone goes on in time, so that the first frame after a cut-in is as fresh as any.
        voice?.next(false);
        return source.next();
      },
      missed: () => source.missed(),
    };
    return source;
  }

  /** The agent speaks from the next frame on; a clip that plays stops. */
  openVoice(): void {
    this.clip?.stop();
    const { voice } = this.deps;
    if (voice) this.source = { next: () => voice.next(true) };
  }

  dispose(): void {
    this.over = true;
    this.timer?.dispose();
    this.clip?.stop();
  }

  private begin(): void {
    if (this.over || this.startedAt !== null) return;
    this.timer?.dispose();
    this.startedAt = this.deps.clock.mono();
    this.tick();
  }

  private tick(): void {
    if (this.over) return;
    while (this.next < this.due() && !this.over) this.drop();
    // At the very first tick nothing of ours has left yet: that is no measure of how far we usually are ahead.
    if (this.next > 0) this.watchDrift();
    while (this.next <= this.due() + aheadFrames && !this.over) this.send();
    this.arm();
  }

  private arm(): void {
    if (this.over) return;
    const { clock } = this.deps;
    const at = (this.startedAt ?? 0) + (this.next - aheadFrames) * frameMs;
    this.timer = clock.after(Math.max(0, at - clock.mono()), () => this.tick());
  }

  private due(): number {
    return Math.floor((this.deps.clock.mono() - (this.startedAt ?? 0)) / frameMs);
  }

  private drop(): void {
    this.next += 1;
    // Nobody misses a frame of silence.
    if (this.source !== this.shut) this.dropped += 1;
    this.source.next();
    this.source.missed?.();
    this.deps.sent(new Int16Array(frameSamples));
  }

  private send(): void {
    if (this.pendingWrites >= maxPendingWrites) {
      this.refusedInARow += 1;
      if (this.refusedInARow >= stuckAfter) this.fail();
      else this.drop();
      return;
    }
    this.refusedInARow = 0;
    this.next += 1;
    this.sent += 1;
    const frame = this.source.next();
    this.deps.sent(frame);
    this.pendingWrites += 1;
    this.deps.write(littleEndian(frame)).then(
      () => (this.pendingWrites -= 1),
      () => this.fail(),
    );
  }

  private fail(): void {
    if (this.over) return;
    this.over = true;
    this.timer?.dispose();
    this.clip?.fail();
    this.deps.failed();
  }

  /** Once a second: has the phone taken a frame more or less than we sent? Then the grid moves by one. */
  private watchDrift(): void {
    const ahead = this.next - Math.floor(this.takenBytes / this.bytesPerFrame);
    this.leastAhead = Math.min(this.leastAhead, ahead);
    this.windowFrames += 1;
    if (this.windowFrames < driftWindow || this.startedAt === null) return;
    const parted = this.usualAhead === null ? 0 : this.leastAhead - this.usualAhead;
    if (this.usualAhead === null || Math.abs(parted) > maxDriftFrames) this.usualAhead = this.leastAhead;
    else if (parted !== 0) {
      this.adjusted += 1;
      // A faster phone gets one frame more now, a slower one waits for its next.
      this.startedAt += Math.sign(parted) * frameMs;
    }
    this.leastAhead = Infinity;
    this.windowFrames = 0;
  }
}

/** A clip on its way. It ends when its last frame has been heard, not when that was handed over. */
class ClipSource implements Source {
  private readonly clip: Int16Array;
  private readonly clock: Clock;
  private readonly done: () => void;
  private readonly ends = new Emitter<'finished' | 'failed'>();
  private outcome: 'finished' | 'failed' | null = null;
  private stopped = false;
  private at = 0;
  private missedFrames = 0;

  constructor(clip: Int16Array, { clock }: { readonly clock: Clock }, done: () => void) {
    this.clip = clip;
    this.clock = clock;
    this.done = done;
  }

  get heardMs(): number {
    const frames = Math.min(this.at, Math.ceil(this.clip.length / frameSamples));
    return Math.max(0, frames - this.missedFrames) * frameMs;
  }

  next(): Int16Array {
    const frame = new Int16Array(frameSamples);
    if (this.stopped) return frame;
    const from = this.at * frameSamples;
    if (from >= this.clip.length) {
      this.end('finished');
      return frame;
    }
    frame.set(this.clip.subarray(from, from + frameSamples));
    this.at += 1;
    return frame;
  }

  missed(): void {
    if (!this.stopped && !this.outcome) this.missedFrames += 1;
  }

  onEnd(listener: (reason: 'finished' | 'failed') => void): Disposable {
    if (this.outcome) this.clock.after(0, () => listener(this.outcome ?? 'finished'));
    return this.ends.on(listener);
  }

  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.done();
  }

  fail(): void {
    this.end('failed');
  }

  private end(reason: 'finished' | 'failed'): void {
    if (this.stopped) return;
    this.outcome = reason;
    this.stop();
    this.ends.emit(reason);
  }
}
