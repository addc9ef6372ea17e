import { tonePower } from '#tests/support/tone-power.ts';

/** 8 ms: long enough to tell the two tones apart, and the same for both, so that it moves both edges alike. */
const window = 64;
const step = 4;

/**
 * Where one tone ends and another begins, in samples: the middle of the window in which each has half of its own power.
 * @throws Error where one of them is not there
 */
export function handOver(
  samples: Int16Array,
  beforeHz: number,
  afterHz: number,
): { openerEnd: number; agentBegin: number } {
  const powers = (hz: number): number[] =>
    Array.from({ length: Math.max(0, Math.floor((samples.length - window) / step)) }, (_, n) =>
      tonePower(samples.subarray(n * step, n * step + window), hz),
    );
  const [before, after] = [powers(beforeHz), powers(afterHz)];
  const half = (power: readonly number[]): number =>
    [...power].sort((a, b) => a - b)[Math.floor(power.length * 0.9)] ?? 0;
  const end = before.findLastIndex((power) => power > half(before) / 4);
  // An amplitude of a half is a quarter of the power.
  const begin = after.findIndex((power, n) => n > end - 10 * (window / step) && power > half(after) / 4);
  if (end < 0 || begin < 0) throw new Error('no hand-over');
  return { openerEnd: end * step + window / 2, agentBegin: begin * step + window / 2 };
}
