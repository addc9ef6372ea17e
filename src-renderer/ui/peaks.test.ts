import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64FromBytes, bytesFromBase64 } from './base64.ts';
import { barsOf, barsOfValues } from './peaks.ts';

describe('base64', () => {
  it('is its own inverse, for large blocks too', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50_000 }), (bytes) => {
        expect(bytesFromBase64(base64FromBytes(bytes))).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
  });

  it('agrees with RFC 4648 §10', () => {
    expect(base64FromBytes(new TextEncoder().encode('foobar'))).toBe('Zm9vYmFy');
    expect(base64FromBytes(new TextEncoder().encode('foob'))).toBe('Zm9vYg==');
  });
});

describe('bars of a waveform', () => {
  it('takes the loudest peak of each share', () => {
    expect(barsOfValues([0, 10, 255, 0, 51, 0], 3, 255)).toEqual([10 / 255, 1, 0.2]);
  });

  it('stretches a short clip and draws silence flat', () => {
    expect(barsOfValues([255], 4, 255)).toEqual([1, 1, 1, 1]);
    expect(barsOfValues([], 3, 255)).toEqual([0, 0, 0]);
  });

  it('always gives as many bars as asked, within 0…1, and loses no loudest peak', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 500 }), fc.integer({ min: 1, max: 400 }), (bytes, count) => {
        const bars = barsOf({ peakMs: 20, values: base64FromBytes(bytes) }, count);
        expect(bars).toHaveLength(count);
        expect(bars.every((bar) => bar >= 0 && bar <= 1)).toBe(true);
        expect(Math.max(...bars)).toBeCloseTo(Math.max(...bytes) / 255, 10);
      }),
    );
  });
});
