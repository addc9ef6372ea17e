/** ITU-T G.711: 16-bit linear to 8-bit µ-law or A-law and back, as line cards do it (13 and 14 bits, no dither). */

const bias = 0x84;
const clip = 32_635;

/** µ-law, sign and magnitude, all bits inverted (G.711 table 2a). */
function muLawOf(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const level = Math.min(clip, Math.abs(sample)) + bias;
  const exponent = 31 - Math.clz32(level) - 7;
  return ~(sign | (exponent << 4) | ((level >> (exponent + 3)) & 0x0f)) & 0xff;
}

function linearOfMuLaw(code: number): number {
  const inverted = ~code & 0xff;
  const exponent = (inverted >> 4) & 7;
  const level = ((((inverted & 0x0f) << 3) + bias) << exponent) - bias;
  return inverted & 0x80 ? -level : level;
}

/** A-law, even bits inverted (G.711 table 1a). */
function linearOfALaw(code: number): number {
  const even = code ^ 0x55;
  const exponent = (even >> 4) & 7;
  const mantissa = ((even & 0x0f) << 4) + 8;
  const level = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return even & 0x80 ? level : -level;
}

/** By the nearest code: A-law is only ever chosen when the other side has no µ-law. */
function aLawTable(): Uint8Array {
  const table = new Uint8Array(65_536);
  const codes = Array.from({ length: 256 }, (_, code) => ({ code, level: linearOfALaw(code) })).sort(
    (a, b) => a.level - b.level,
  );
  let at = 0;
  for (let sample = -32_768; sample < 32_768; sample += 1) {
    const level = (n: number): number => codes[n]?.level ?? Infinity;
    while (Math.abs(level(at + 1) - sample) <= Math.abs(level(at) - sample)) at += 1;
    table[sample & 0xffff] = codes[at]?.code ?? 0;
  }
  return table;
}

const toMu = Uint8Array.from({ length: 65_536 }, (_, n) => muLawOf((n << 16) >> 16));
const fromMu = Int16Array.from({ length: 256 }, (_, code) => linearOfMuLaw(code));
const fromA = Int16Array.from({ length: 256 }, (_, code) => linearOfALaw(code));
const toA = aLawTable();

export interface Codec {
  readonly name: 'PCMU' | 'PCMA';
  /** RFC 3551 §6. */
  readonly payloadType: number;
  encode(samples: Int16Array): Uint8Array;
  decode(bytes: Uint8Array): Int16Array;
}

const codec = (name: Codec['name'], payloadType: number, to: Uint8Array, from: Int16Array): Codec => ({
  name,
  payloadType,
  encode: (samples) => Uint8Array.from(samples, (sample) => to[sample & 0xffff] ?? 0),
  decode: (bytes) => Int16Array.from(bytes, (byte) => from[byte] ?? 0),
});

export const pcmu = codec('PCMU', 0, toMu, fromMu);
export const pcma = codec('PCMA', 8, toA, fromA);
