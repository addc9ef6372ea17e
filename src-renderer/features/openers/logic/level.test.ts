import { describe, expect, it } from 'vitest';
import { joinBlocks, loudness, peaksOf } from './level.ts';

describe('blocks of a recording', () => {
  it('are joined in order and cut at the limit', () => {
    const blocks = [new Float32Array([1, 2]), new Float32Array([3, 4]), new Float32Array([5])];
    expect([...joinBlocks(blocks, 10)]).toEqual([1, 2, 3, 4, 5]);
    expect([...joinBlocks(blocks, 3)]).toEqual([1, 2, 3]);
    expect([...joinBlocks([], 3)]).toEqual([]);
  });

  it('become a drawing with the loudest sample of each block', () => {
    expect(loudness(new Float32Array([0, -0.5, 0.25, 0.25, 2]), 2)).toEqual([0.5, 0.25, 1]);
  });
});

describe('the waveform of a fresh recording', () => {
  it('has one byte per 20 ms', () => {
    const samples = new Float32Array(48_000).fill(0.5, 0, 24_000);
    const peaks = peaksOf(samples, 48_000);
    expect(peaks.values).toHaveLength(50);
    expect([peaks.values[0], peaks.values[49]]).toEqual([128, 0]);
  });
});
