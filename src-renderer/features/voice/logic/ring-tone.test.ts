import { expect, it } from 'vitest';
import { knockTone, ringTone, roundOf, type RingTone } from './ring-tone.ts';

const rate = 48_000;
const loudest = (samples: Float32Array): number => samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);

it.each([
  ['rings', ringTone],
  ['knocks', knockTone],
] satisfies [string, RingTone][])('%s in rounds that join without a click, and never clips', (_name, tone) => {
  const samples = roundOf(tone, rate);
  expect(samples).toHaveLength(tone.seconds * rate);
  expect(loudest(samples)).toBeLessThan(1);
  expect(samples[0]).toBe(0);
  expect(loudest(samples.subarray(-rate / 10))).toBe(0);
  const steps = samples.map((sample, n) => sample - (samples[n - 1] ?? 0));
  expect(loudest(steps)).toBeLessThan(0.25);
});

it('a ring is heard across a room, a knock does not drown a customer', () => {
  expect(loudest(roundOf(ringTone, rate))).toBeGreaterThan(0.3);
  expect(loudest(roundOf(knockTone, rate))).toBeLessThan(0.1);
});
