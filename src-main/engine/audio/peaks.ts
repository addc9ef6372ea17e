/** One byte (0…255) per window: the loudest sample in it, on a square-root scale so that quiet speech can be seen. */
export const peakMs = 50;

export function peakByte(loudest: number): number {
  return Math.min(255, Math.round(Math.sqrt(Math.min(1, loudest / 32_767)) * 255));
}

/** Collects samples of one side and hands out finished peak bytes. */
export class PeakMeter {
  private readonly window: number;
  private count = 0;
  private loudest = 0;
  private bytes: number[] = [];

  constructor(sampleRate: number) {
    this.window = (sampleRate * peakMs) / 1000;
  }

  push(samples: Int16Array): void {
    for (const sample of samples) {
      const size = Math.abs(sample);
      if (size > this.loudest) this.loudest = size;
      this.count += 1;
      if (this.count === this.window) this.close();
    }
  }

  /** What was finished since the last call; with `flush` the unfinished window too. */
  take(flush = false): Uint8Array {
    if (flush && this.count > 0) this.close();
    return Uint8Array.from(this.bytes.splice(0));
  }

  private close(): void {
    this.bytes.push(peakByte(this.loudest));
    this.count = 0;
    this.loudest = 0;
  }
}

export function peaksOf(samples: Int16Array, sampleRate: number): Uint8Array {
  const meter = new PeakMeter(sampleRate);
  meter.push(samples);
  return meter.take(true);
}

/** The same picture in at most `most` bytes: neighbours are joined by their louder one. `factor` = how many became one. */
export function coarser(peaks: Uint8Array, most: number): { values: Uint8Array; factor: number } {
  const factor = Math.max(1, Math.ceil(peaks.length / most));
  const values = Uint8Array.from({ length: Math.ceil(peaks.length / factor) }, (_, i) =>
    Math.max(...peaks.subarray(i * factor, (i + 1) * factor)),
  );
  return { values, factor };
}
