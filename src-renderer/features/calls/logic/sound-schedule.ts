/**
 * When each slice of live sound is to be played: a small jitter buffer on the window's audio clock. The first slice
 * waits `leadSeconds`; the next follow without a gap. When slices came too late (the window was busy) the line starts
 * anew from now; when they pile up (the clocks of engine and sound card differ) slices are dropped until the lead is
 * small again, because an agent must hear the customer now and not two seconds ago.
 */
export class SoundSchedule {
  private readonly leadSeconds: number;
  private readonly mostSeconds: number;
  private next: number | null = null;

  constructor(leadSeconds = 0.08, mostSeconds = 0.4) {
    this.leadSeconds = leadSeconds;
    this.mostSeconds = mostSeconds;
  }

  /** The start time for a slice of `seconds`, or null when it is to be dropped. `now` is AudioContext.currentTime. */
  place(seconds: number, now: number): number | null {
    if (this.next === null || this.next < now) this.next = now + this.leadSeconds;
    if (this.next - now > this.mostSeconds) return null;
    const at = this.next;
    this.next += seconds;
    return at;
  }

  /** Forget the line: the sound was off. */
  clear(): void {
    this.next = null;
  }
}

/** 16-bit little-endian PCM as it comes over the wire to the floats that Web Audio takes. An odd last byte is no sample. */
export function floatsFromPcm16(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const floats = new Float32Array(Math.floor(bytes.length / 2));
  for (let i = 0; i < floats.length; i += 1) floats[i] = view.getInt16(i * 2, true) / 32_768;
  return floats;
}
