/** A sample of Web Audio (-1…1, clipped) as 16 bits. */
export const pcm16Of = (sample: number): number => Math.round(Math.max(-1, Math.min(1, sample)) * 32_767);

/** Samples of Web Audio (-1…1, clipped) to 16-bit little-endian PCM, as it goes over the wire. */
export function pcm16FromFloats(samples: Float32Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  samples.forEach((sample, at) => {
    view.setInt16(at * 2, pcm16Of(sample), true);
  });
  return bytes;
}

/** Samples of this machine's own order to little-endian bytes. */
export function bytesOfSamples(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  samples.forEach((sample, at) => view.setInt16(at * 2, sample, true));
  return bytes;
}

/** And back; an odd last byte is no sample. */
export function samplesOfBytes(bytes: Uint8Array): Int16Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: Math.floor(bytes.length / 2) }, (_, at) => view.getInt16(at * 2, true));
}
