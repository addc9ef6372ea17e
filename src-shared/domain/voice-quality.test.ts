import { describe, expect, it } from 'vitest';
import { spanBetween, voiceQuality, type MediaCounts, type VoiceQuality } from './voice-quality.ts';

const counts = (packetsReceived: number, packetsLost = 0, jitterMs = 2, roundTripMs = 20): MediaCounts => ({
  packetsReceived,
  packetsLost,
  jitterMs,
  roundTripMs,
});
const between = (before: MediaCounts | null, now: MediaCounts): VoiceQuality => voiceQuality(spanBetween(before, now));
const mosAt = (loss: number, roundTripMs = 20, jitterMs = 2): number =>
  between(counts(0), counts(1000 - loss * 10, loss * 10, jitterMs, roundTripMs)).mos ?? 0;

describe('the quality of a call', () => {
  it('is that of the span between two readings', () => {
    expect(between(counts(1000, 500), counts(1090, 510))).toMatchObject({ lossPercent: 10 });
    expect(between(null, counts(50))).toMatchObject({ lossPercent: 0, roundTripMs: 20, jitterMs: 2 });
  });

  it('is that of a good line without loss, and falls with loss, delay and jitter', () => {
    expect(mosAt(0)).toBeGreaterThan(4.3);
    expect(mosAt(1)).toBeGreaterThan(4);
    expect(mosAt(5)).toBeLessThan(3.9);
    expect(mosAt(20)).toBeLessThan(2.6);
    expect(mosAt(0, 600)).toBeLessThan(3.8);
    expect(mosAt(0, 20, 100)).toBeLessThan(mosAt(0));
    for (let loss = 1; loss < 60; loss += 1) expect(mosAt(loss)).toBeLessThanOrEqual(mosAt(loss - 1));
  });

  it('counts nothing twice, and nothing where another stream took over', () => {
    expect(spanBetween(counts(1000, 10), counts(1050, 12, 3, 30))).toEqual({
      received: 50,
      lost: 2,
      jitterMs: 3,
      roundTripMs: 30,
    });
    expect(spanBetween(counts(1000, 10), counts(20, 40))).toMatchObject({ received: 0, lost: 0 });
  });

  it('is not known where nothing came, or the count went back', () => {
    expect(between(counts(1000), counts(1000))).toMatchObject({ lossPercent: null, mos: null });
    expect(between(counts(1000, 10), counts(1050, 5))).toMatchObject({ lossPercent: 0 });
    expect(between(null, { ...counts(50), jitterMs: null, roundTripMs: null }).mos).toBeGreaterThan(4.3);
  });
});
