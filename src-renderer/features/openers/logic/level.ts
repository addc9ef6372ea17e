/** Blocks as they came from the microphone, joined into one, and cut at `most` samples. */
export function joinBlocks(blocks: readonly Float32Array[], most: number): Float32Array {
  const length = Math.min(
    most,
    blocks.reduce((sum, block) => sum + block.length, 0),
  );
  const joined = new Float32Array(length);
  let at = 0;
  for (const block of blocks) {
    if (at >= length) break;
    joined.set(block.subarray(0, length - at), at);
    at += block.length;
  }
  return joined;
}

/** The loudest sample of each block of `block` samples, 0…1: the drawing of a fresh recording. */
export function loudness(samples: Float32Array, block: number): number[] {
  const peaks: number[] = [];
  for (let at = 0; at < samples.length; at += block) {
    let loudest = 0;
    for (const sample of samples.subarray(at, at + block)) loudest = Math.max(loudest, Math.abs(sample));
    peaks.push(Math.min(1, loudest));
  }
  return peaks;
}

/** Samples as the peaks that a waveform draws: one byte per 20 ms. */
export function peaksOf(samples: Float32Array, sampleRate: number): { peakMs: number; values: Uint8Array } {
  const peakMs = 20;
  const block = Math.max(1, Math.round((sampleRate * peakMs) / 1000));
  return { peakMs, values: Uint8Array.from(loudness(samples, block), (value) => Math.round(value * 255)) };
}
