import { expect, it } from 'vitest';
import { meterLevel } from './meter-level.ts';

it('the level meter shows silence as nothing, full scale as full, and -30 dB in the middle', () => {
  expect(meterLevel(new Float32Array(100))).toBe(0);
  expect(meterLevel(new Float32Array(0))).toBe(0);
  expect(meterLevel(new Float32Array(100).fill(1))).toBeCloseTo(1);
  expect(meterLevel(new Float32Array(100).fill(10 ** (-30 / 20)))).toBeCloseTo(0.5);
});
