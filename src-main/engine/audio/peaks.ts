/** One byte (0…255) per window: the loudest sample in it, on a square-root scale so that quiet speech can be seen. */
export const peakMs = 50;
/** Room for a minute; it doubles when it is full. */
const firstRoom = (60 * 1000) / peakMs;

export function peakByte(loudest: number): number {
  return Math.min(255, Math.round(Math.sqrt(Math.min(1, loudest / 32_767)) * 255));
}

/** Makes the peak bytes of one side while its samples come. */
export class PeakMeter {
  private readonly window: number;
  private count = 0;
  private loudest = 0;
  private bytes = new Uint8Array(firstRoom);
  private length = 0;

  constructor(sampleRate: number) {
    this.window = (sampleRate * peakMs) / 1000;
  }

  /** Every finished window so far: a view, not a copy, because an hour has 72,000 of them. */
  get peaks(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  push(samples: Int16Array): void {
    for (const sample of samples) {
      const size = Math.abs(sample);
      if (size > this.loudest) this.loudest = size;
      this.count += 1;
      if (this.count === this.window) this.close();
    }
  }

  /** The same as pushing so many zeros. */
  pushSilence(samples: number): void {
    const windows = Math.floor((this.count + samples) / this.window);
    const rest = this.count + samples - windows * this.window;
    for (let n = 0; n < windows; n += 1) this.close();
    this.count = rest;
  }

  /** Closes the unfinished window too. */
  finish(): Uint8Array {
    if (this.count > 0) this.close();
    return this.peaks;
  }

  private close(): void {
    if (this.length === this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.length] = peakByte(this.loudest);
    this.length += 1;
    this.count = 0;
    this.loudest = 0;
  }
}

export function peaksOf(samples: Int16Array, sampleRate: number): Uint8Array {
  const meter = new PeakMeter(sampleRate);
  meter.push(samples);
  return meter.finish().slice();
}

/** The same picture in at most `most` bytes: neighbours are joined by their louder one. `factor` = how many became one. */
export function coarser(peaks: Uint8Array, most: number): { values: Uint8Array; factor: number } {
  const factor = Math.max(1, Math.ceil(peaks.length / most));
  const values = Uint8Array.from({ length: Math.ceil(peaks.length / factor) }, (_, i) =>
    Math.max(...peaks.subarray(i * factor, (i + 1) * factor)),
  );
  return { values, factor };
}
