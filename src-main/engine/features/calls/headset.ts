import { frameMs, frameSamples, type AgentVoice } from '#shared/domain/call-channel.ts';
import { RecentDelays } from '#engine/audio/recent-delays.ts';
import { JitterBuffer } from '#shared/domain/jitter-buffer.ts';
import type { EngineContext } from '#engine/context.ts';

export interface SpokenPart {
  readonly seq: number;
  /** On the engine's monotonic clock, at the first sample. */
  readonly capturedAt: number | null;
  /** 16-bit little-endian mono at 8 kHz. */
  readonly pcm: Uint8Array;
}

/** A window that has said nothing for so long has gone; another may speak. */
const ownerQuietMs = 1_000;
const framesPerPart = 3;
/** Parts overtake each other by less: a window that was loaded anew counts from the beginning. */
const startsAnewBehind = 50;

/**
 * The headset at the PC: takes in what a window's microphone hears, and gives it to the uplink 20 ms at a time. One call,
 * and one window, at a time. Muted or shut it goes on taking frames in time, so that the first one that is heard again is
 * as fresh as any.
 */
export class Headset implements AgentVoice {
  muted = false;
  private readonly context: Pick<EngineContext, 'clock' | 'logger'>;
  private callId: string | null = null;
  private buffer = new JitterBuffer();
  private owner: { readonly peer: string; readonly at: number } | null = null;
  private delays = new RecentDelays();
  private lastSeq = 0;

  constructor(context: Pick<EngineContext, 'clock' | 'logger'>) {
    this.context = context;
  }

  /** Another call: nothing of the one before is left. */
  begin(callId: string): void {
    if (this.callId === callId) return;
    this.callId = callId;
    this.buffer = new JitterBuffer();
    this.owner = null;
    this.delays = new RecentDelays();
    this.lastSeq = 0;
    this.muted = false;
  }

  /** @returns false when another window speaks in this call */
  speak(callId: string, peer: string, part: SpokenPart): boolean {
    this.begin(callId);
    const now = this.context.clock.mono();
    if (this.owner && this.owner.peer !== peer && now - this.owner.at < ownerQuietMs) return false;
    const anew = part.seq < this.lastSeq - startsAnewBehind;
    if (this.owner && (this.owner.peer !== peer || anew)) this.buffer = new JitterBuffer();
    this.owner = { peer, at: now };
    this.lastSeq = part.seq;
    framesOf(part.pcm).forEach((samples, index) => {
      const capturedAt = part.capturedAt === null ? null : part.capturedAt + index * frameMs;
      this.buffer.push({ seq: part.seq * framesPerPart + index, capturedAt, samples });
    });
    return true;
  }

  next(open: boolean): Int16Array {
    const frame = this.buffer.next();
    if (!frame || !open) return new Int16Array(frameSamples);
    if (frame.capturedAt !== null) this.delays.note(this.context.clock.mono() - frame.capturedAt);
    return this.muted ? new Int16Array(frameSamples) : frame.samples;
  }

  get late(): number {
    return this.buffer.late;
  }

  get missing(): number {
    return this.buffer.missing;
  }

  /** One way, from the first sample of a frame to the phone's sound port; null = none was measured. */
  delayMs(): { p50: number; p95: number } | null {
    return this.delays.middle();
  }
}

function framesOf(pcm: Uint8Array): Int16Array[] {
  const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  return Array.from({ length: Math.floor(pcm.length / (frameSamples * 2)) }, (_, frame) =>
    Int16Array.from({ length: frameSamples }, (_sample, at) => view.getInt16((frame * frameSamples + at) * 2, true)),
  );
}
