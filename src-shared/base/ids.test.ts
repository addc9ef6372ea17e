import { describe, expect, it } from 'vitest';
import { randomFraction } from './ids.ts';

describe('a random fraction', () => {
  it.each([
    [[0, 0, 0, 0], 0],
    [[255, 255, 255, 255], 1 - 2 ** -32],
    [[0, 0, 0, 128], 0.5],
  ])('of the bytes %j is %d: never 1, so that it may pick from a list', (bytes, fraction) =>
    expect(randomFraction(() => Uint8Array.from(bytes))).toBe(fraction),
  );
});
