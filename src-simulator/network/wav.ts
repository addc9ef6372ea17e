/** The only sound the simulated phone knows: 16-bit mono at 8 kHz, as on a telephone line. */
export const sampleRate = 8000;
export const frameMs = 20;
export const frameSamples = 160;

/**
 * Reads a RIFF/WAVE file of that one format.
 * @throws Error naming what is wrong: these files are our own resources, so a wrong one is a fault of ours
 */
export function readWav(bytes: Uint8Array): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') throw new Error('not a WAV file');
  let formatSeen = false;
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    if (tag(at) === 'fmt ' && at + 24 <= bytes.length) {
      const [coding, channels] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
      const [rate, bits] = [view.getUint32(at + 12, true), view.getUint16(at + 22, true)];
      if (coding !== 1 || channels !== 1 || rate !== sampleRate || bits !== 16)
        throw new Error(`WAV is ${rate} Hz, ${channels} channels, ${bits} bits, coding ${coding}: need 8000, 1, 16, 1`);
      formatSeen = true;
    }
    if (tag(at) === 'data') {
      if (!formatSeen) throw new Error('WAV data comes before its format');
      const count = Math.floor(Math.min(size, bytes.length - at - 8) / 2);
      return Int16Array.from({ length: count }, (_, index) => view.getInt16(at + 8 + 2 * index, true));
    }
    at += 8 + size + (size % 2);
  }
  throw new Error('WAV has no data');
}

/** A RIFF/WAVE file of the same format. */
export function wavFile(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(44 + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const tag = (at: number, text: string): void => bytes.set(Buffer.from(text, 'latin1'), at);
  tag(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  tag(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  tag(36, 'data');
  view.setUint32(40, samples.length * 2, true);
  for (const [index, sample] of samples.entries()) view.setInt16(44 + index * 2, sample, true);
  return bytes;
}
