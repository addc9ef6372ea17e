import { expect, it } from 'vitest';
import { pcm16FromFloats } from './pcm16.ts';

it('turns floats into 16-bit little-endian samples and clips what is too loud', () => {
  const bytes = pcm16FromFloats(new Float32Array([0, 1, -1, 2, 0.5]));
  const view = new DataView(bytes.buffer);
  expect([0, 1, 2, 3, 4].map((n) => view.getInt16(n * 2, true))).toEqual([0, 32_767, -32_767, 32_767, 16_384]);
});
