import { AppError } from '#shared/base/errors.ts';

/** Decoded sound: one Float32Array (−1…1) per channel, all of the same length. */
export interface Sound {
  readonly sampleRate: number;
  readonly channels: readonly Float32Array[];
}

export const wavHeaderBytes = 44;

/** The 44-byte header of a 16-bit PCM WAV file (Microsoft "Multimedia Programming Interface", RIFF WAVE, format tag 1). */
export function wavHeader(sampleRate: number, channels: number, dataBytes: number): Uint8Array {
  const header = new DataView(new ArrayBuffer(wavHeaderBytes));
  const text = (at: number, value: string): void =>
    [...value].forEach((letter, i) => header.setUint8(at + i, letter.charCodeAt(0)));
  text(0, 'RIFF');
  header.setUint32(4, 36 + dataBytes, true);
  text(8, 'WAVEfmt ');
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, channels, true);
  header.setUint32(24, sampleRate, true);
  header.setUint32(28, sampleRate * channels * 2, true);
  header.setUint16(32, channels * 2, true);
  header.setUint16(34, 16, true);
  text(36, 'data');
  header.setUint32(40, dataBytes, true);
  return new Uint8Array(header.buffer);
}

interface Format {
  tag: number;
  channels: number;
  sampleRate: number;
  bits: number;
}

/**
 * Reads a WAV file as people really have them: 8/16/24/32-bit PCM, 32/64-bit float, A-law and µ-law (phone recorders),
 * extensible headers, odd chunks in front, and a data chunk whose size was never filled in (the recorder died).
 * @throws AppError `opener.not-audio`
 */
export function readWav(bytes: Uint8Array): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tagAt = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || tagAt(0) !== 'RIFF' || tagAt(8) !== 'WAVE') throw new AppError('opener.not-audio');
  let format: Format | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (tagAt(at) === 'fmt ' && body + 16 <= bytes.length) format = readFormat(view, body, size);
    if (tagAt(at) === 'data' && format) {
      const end = Math.min(bytes.length, size === 0 ? bytes.length : body + size);
      return decodeSamples(view, body, end, format);
    }
    at = body + size + (size % 2);
  }
  throw new AppError('opener.not-audio');
}

function readFormat(view: DataView, at: number, size: number): Format {
  const tag = view.getUint16(at, true);
  // WAVE_FORMAT_EXTENSIBLE keeps the real tag in the first two bytes of its sub-format GUID.
  const realTag = tag === 0xfffe && size >= 40 && at + 26 <= view.byteLength ? view.getUint16(at + 24, true) : tag;
  return {
    tag: realTag,
    channels: view.getUint16(at + 2, true),
    sampleRate: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  };
}

type ReadSample = (at: number) => number;

function sampleReader(view: DataView, { tag, bits }: Format): ReadSample | null {
  if (tag === 1 && bits === 8) return (at) => (view.getUint8(at) - 128) / 128;
  if (tag === 1 && bits === 16) return (at) => view.getInt16(at, true) / 32_768;
  if (tag === 1 && bits === 24)
    return (at) => (view.getUint8(at) | (view.getUint8(at + 1) << 8) | (view.getInt8(at + 2) << 16)) / 8_388_608;
  if (tag === 1 && bits === 32) return (at) => view.getInt32(at, true) / 2_147_483_648;
  if (tag === 3 && bits === 32) return (at) => view.getFloat32(at, true);
  if (tag === 3 && bits === 64) return (at) => view.getFloat64(at, true);
  if (tag === 6 && bits === 8) return (at) => fromALaw(view.getUint8(at));
  if (tag === 7 && bits === 8) return (at) => fromMuLaw(view.getUint8(at));
  return null;
}

function decodeSamples(view: DataView, from: number, to: number, format: Format): Sound {
  const read = sampleReader(view, format);
  const { channels, sampleRate, bits } = format;
  if (!read || channels < 1 || channels > 8 || sampleRate < 4000 || sampleRate > 384_000)
    throw new AppError('opener.not-audio');
  const width = bits / 8;
  const frames = Math.floor((to - from) / (width * channels));
  const sound = Array.from({ length: channels }, () => new Float32Array(frames));
  for (let frame = 0, at = from; frame < frames; frame += 1)
    for (const channel of sound) {
      const value = read(at);
      channel[frame] = Number.isFinite(value) ? value : 0;
      at += width;
    }
  return { sampleRate, channels: sound };
}

/** ITU-T G.711 §3.1, A-law: even bits are inverted on the line. */
function fromALaw(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const step = ((bits & 15) << 4) + 8;
  const magnitude = exponent === 0 ? step : (step + 0x100) << (exponent - 1);
  return (bits & 0x80 ? magnitude : -magnitude) / 32_768;
}

/** ITU-T G.711 §3.2, µ-law: all bits are inverted on the line, bias 33 (×4 in 16-bit terms). */
function fromMuLaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 15) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
  return (bits & 0x80 ? -magnitude : magnitude) / 32_768;
}
