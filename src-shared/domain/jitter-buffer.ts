/** 20 ms of a voice on its way, and when its first sample was spoken (monotonic clock; null = not known). */
export interface VoiceFrame {
  readonly seq: number;
  readonly capturedAt: number | null;
  readonly samples: Int16Array;
}

/** Frames of 20 ms that lie ready at the best of times: 40 ms, and 60 ms on a line that stutters. */
const leastTarget = 2;
const mostTarget = 3;
/** So many more than wanted come at once only after a stall: the oldest are too late to be said. */
const mostExcess = 4;
/** Frames between two looks at what never gets used: two seconds. */
const window = 100;
/** Two gaps within so many frames are a stutter; one is two clocks that differ. */
const stutterFrames = 100;
/** A minute without a gap, and the line has calmed down. */
const calmFrames = 3000;

/**
 * Evens out what comes in bursts (a window, a browser's audio thread) for a phone that wants 20 ms every 20 ms. Its two
 * clocks differ: what piles up over two seconds is dropped by one frame, what runs dry gets one frame of silence. Before
 * anybody takes from it, it keeps the newest frames, so that the first to be taken is as fresh as the last.
 */
export class JitterBuffer {
  /** Came behind their time, or too many at once, or were left over by a faster clock. */
  late = 0;
  /** Were not there when their time came. */
  missing = 0;
  private target = leastTarget;
  private queue: VoiceFrame[] = [];
  private nextSeq = 0;
  private flowing = false;
  private taking = false;
  private sinceGap = Infinity;
  private leastDepth = Infinity;
  private taken = 0;

  push(frame: VoiceFrame): void {
    if (frame.seq < this.nextSeq) {
      this.late += 1;
      return;
    }
    this.nextSeq = frame.seq + 1;
    this.queue.push(frame);
    if (!this.taking) this.trim(this.target, false);
    else if (this.queue.length > this.target + mostExcess) this.trim(this.target, true);
  }

  /** What is to be said now; null = nothing (silence). */
  next(): VoiceFrame | null {
    this.taking = true;
    if (!this.flowing && this.queue.length < this.target) return null;
    const first = this.flowing ? this.sinceGap : Infinity;
    this.flowing = true;
    this.watch();
    const frame = this.queue.shift();
    if (frame) {
      this.sinceGap += 1;
      return frame;
    }
    this.missing += 1;
    // One frame of silence is what a slower clock needs. A stutter needs more in store.
    if (first < stutterFrames) {
      this.target = Math.min(this.target + 1, mostTarget);
      this.flowing = false;
    }
    this.sinceGap = 0;
    return null;
  }

  private watch(): void {
    this.leastDepth = Math.min(this.leastDepth, this.queue.length);
    this.taken += 1;
    if (this.taken < window) return;
    if (this.leastDepth > this.target) this.trim(this.queue.length - 1, true);
    if (this.sinceGap > calmFrames) this.target = leastTarget;
    this.leastDepth = Infinity;
    this.taken = 0;
  }

  private trim(to: number, counts: boolean): void {
    const surplus = this.queue.length - to;
    if (surplus <= 0) return;
    this.queue.splice(0, surplus);
    if (counts) this.late += surplus;
  }
}
