import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SoundSchedule, floatsFromPcm16 } from './sound-schedule.ts';

describe('the jitter buffer of live sound', () => {
  it('plays slices without a gap after a short lead', () => {
    const schedule = new SoundSchedule(0.08, 0.4);
    expect(schedule.place(0.1, 10)).toBeCloseTo(10.08);
    expect(schedule.place(0.1, 10.1)).toBeCloseTo(10.18);
    expect(schedule.place(0.1, 10.17)).toBeCloseTo(10.28);
  });

  it('starts anew when slices came too late', () => {
    const schedule = new SoundSchedule(0.08, 0.4);
    schedule.place(0.1, 10);
    expect(schedule.place(0.1, 12)).toBeCloseTo(12.08);
  });

  it('drops what piles up, so that the delay stays bounded', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 0.3, noNaN: true }), { maxLength: 200 }), (gaps) => {
        const schedule = new SoundSchedule(0.08, 0.4);
        let now = 0;
        let end = 0;
        for (const gap of gaps) {
          now += gap;
          const at = schedule.place(0.1, now);
          if (at === null) continue;
          expect(at).toBeGreaterThanOrEqual(now);
          expect(at - now).toBeLessThanOrEqual(0.4);
          expect(at).toBeGreaterThanOrEqual(end - 1e-9); // slices never overlap
          end = at + 0.1;
        }
      }),
    );
  });
});

describe('PCM of the wire', () => {
  it('becomes floats in -1…1', () => {
    expect([...floatsFromPcm16(new Uint8Array([0, 0, 0, 0x80, 0xff, 0x7f, 9]))]).toEqual([0, -1, 32_767 / 32_768]);
  });

  it('reads a slice that starts anywhere in a larger buffer', () => {
    const bytes = new Uint8Array([1, 2, 0, 0x40]).subarray(2);
    expect([...floatsFromPcm16(bytes)]).toEqual([0.5]);
  });
});
