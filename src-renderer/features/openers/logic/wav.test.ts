import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeWav } from './wav.ts';

const text = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

describe('a recording as a WAV file', () => {
  it('has the header that players look for', () => {
    const wav = encodeWav(new Float32Array(480), 48_000);
    const view = new DataView(wav.buffer);
    expect([text(wav, 0), text(wav, 8), text(wav, 12), text(wav, 36)]).toEqual(['RIFF', 'WAVE', 'fmt ', 'data']);
    expect(wav).toHaveLength(44 + 960);
    expect(view.getUint32(4, true)).toBe(wav.length - 8);
    expect(view.getUint32(40, true)).toBe(960);
    expect(view.getUint16(20, true)).toBe(1);
    expect(view.getUint16(22, true)).toBe(1);
    expect(view.getUint32(24, true)).toBe(48_000);
    expect(view.getUint32(28, true)).toBe(96_000);
    expect(view.getUint16(34, true)).toBe(16);
  });

  it('clips instead of wrapping round', () => {
    const view = new DataView(encodeWav(new Float32Array([0, 1, -1, 3, -3, 0.5]), 8000).buffer);
    expect([0, 1, 2, 3, 4, 5].map((i) => view.getInt16(44 + i * 2, true))).toEqual([
      0, 32_767, -32_768, 32_767, -32_768, 16_384,
    ]);
  });

  it('gives every sample back within one step', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { maxLength: 300 }), (samples) => {
        const view = new DataView(encodeWav(Float32Array.from(samples), 16_000).buffer);
        samples.forEach((sample, i) => {
          expect(Math.abs(view.getInt16(44 + i * 2, true) / 32_768 - sample)).toBeLessThan(1.6 / 32_768);
        });
      }),
    );
  });
});
