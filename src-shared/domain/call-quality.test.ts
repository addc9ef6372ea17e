import { describe, expect, it } from 'vitest';
import {
  beginQuality,
  isMeasured,
  levelOfCall,
  lossOf,
  withReading,
  type CallQuality,
  type QualityLog,
} from './call-quality.ts';
import type { MediaReading } from './voice-quality.ts';

const second = (lost = 0, changes: Partial<MediaReading> = {}): MediaReading => ({
  ...{ flow: 'flowing', quietMs: 0, received: 50 - lost, lost, jitterMs: 3, roundTripMs: 30 },
  ...changes,
});
const silence = (quietMs: number): MediaReading =>
  second(0, { flow: quietMs >= 20_000 ? 'dead' : 'silent', quietMs, received: 0 });
const gap = (quietMs: number): MediaReading => second(0, { quietMs, received: 0 });
const held = second(0, { received: 0 });

function after(readings: readonly MediaReading[], from: QualityLog = beginQuality()): QualityLog {
  return readings.reduce(withReading, from);
}
const times = (count: number, reading: MediaReading): MediaReading[] => Array.from({ length: count }, () => reading);
/** The level after each reading, once for every change. */
function levels(readings: readonly MediaReading[]): (string | null)[] {
  const seen: (string | null)[] = [];
  let log = beginQuality();
  for (const reading of readings) {
    log = withReading(log, reading);
    if (seen.at(-1) !== log.live.level) seen.push(log.live.level);
  }
  return seen;
}

describe('the badge', () => {
  it('says good, fair and poor by the mean of five seconds', () => {
    expect(after(times(5, second(0))).live).toMatchObject({ level: 'good', warn: false, lossPercent: 0 });
    expect(after(times(5, second(3))).live).toMatchObject({ level: 'fair', lossPercent: 6 });
    expect(after(times(5, second(10))).live).toMatchObject({ level: 'poor', lossPercent: 20 });
    expect(after(times(5, second(0, { roundTripMs: 900 }))).live.level).toBe('poor');
  });

  it('is not moved by a single bad second', () => {
    expect(levels([...times(5, second(0)), second(4), ...times(5, second(0))])).toEqual(['good']);
  });

  it('goes down within three seconds and comes back within six', () => {
    const bad = after([...times(10, second(0)), ...times(3, second(15))]);
    expect(bad.live.level).toBe('poor');
    expect(after(times(6, second(0)), bad).live).toMatchObject({ level: 'good', warn: false });
  });

  it('on the edge of two levels does not flicker', () => {
    // 3.2 % and 4 % by turns: the means of five lie on both sides of 4.03.
    const edge = Array.from({ length: 6 }, () => [2, 2, 2, 1, 1, 2, 2, 2, 2, 2]).flatMap((lost) =>
      lost.map((n) => second(n)),
    );
    const means = edge.map((_, n) => after(edge.slice(0, n + 1)).live.mos ?? 0).slice(5);
    expect(Math.min(...means)).toBeLessThan(4.03);
    expect(Math.max(...means)).toBeGreaterThan(4.03);
    expect(levels([...times(5, second(0)), ...edge])).toEqual(['good', 'fair']);
  });

  it('warns after three seconds of poor, and no longer when it is better', () => {
    const warned = times(9, second(15)).map((_, n) => after(times(n + 1, second(15))).live.warn);
    expect(warned.slice(0, 4)).toEqual([false, false, true, true]);
    expect(after([...times(9, second(15)), ...times(6, second(0))]).live.warn).toBe(false);
  });

  it('keeps its word in a gap of two seconds, and has none while the call is held', () => {
    const good = after(times(5, second(0)));
    expect(after([gap(1000), gap(2000)], good).live).toMatchObject({ level: 'good', quietMs: 2000, silent: false });
    expect(after([held], good).live).toMatchObject({ level: null, mos: null, silent: false });
  });

  it('says that nothing is heard, and for how long; what the silence swallowed is no loss afterwards', () => {
    const log = after([...times(5, second(0)), gap(1000), gap(2000), silence(3000), silence(4000)]);
    expect(log.live).toMatchObject({ silent: true, level: null, quietMs: 4000 });
    const back = after([second(0, { lost: 200 })], log);
    expect(back.live).toMatchObject({ silent: false, level: 'good', lossPercent: 0 });
    expect(back.call).toMatchObject({ silentSeconds: 4, seconds: 6, lost: 0 });
  });
});

describe('the record', () => {
  it('has means and worsts, packets and seconds', () => {
    const { call } = after([
      second(0, { jitterMs: 2, roundTripMs: null }),
      second(0, { jitterMs: 4, roundTripMs: 20 }),
      second(1, { jitterMs: 9, roundTripMs: 40 }),
    ]);
    expect(call).toMatchObject({ seconds: 3, silentSeconds: 0, poorSeconds: 0, received: 149, lost: 1 });
    expect(call.jitterMs).toEqual({ mean: 5, max: 9, seconds: 3 });
    expect(call.roundTripMs).toEqual({ mean: 30, max: 40, seconds: 2 });
    expect(lossOf(call)).toBeCloseTo(0.667, 2);
    expect(call.mos?.mean).toBeGreaterThan(4.3);
    expect(levelOfCall(call)).toBe('good');
  });

  it('has the worst five seconds, and no single one', () => {
    const { call } = after([...times(20, second(0)), second(25), ...times(20, second(0))]);
    const alone = after([second(25)]).call;
    expect(call.mos?.min).toBeGreaterThan((alone.mos?.min ?? 5) + 1);
    expect(call.mos?.min).toBeLessThan((call.mos?.mean ?? 0) - 0.3);
  });

  it('goes on where an engine that died had left off', () => {
    const whole = after([...times(30, second(1)), ...times(30, second(2))]).call;
    const first = after(times(30, second(1))).call;
    const rest = after(times(30, second(2)), beginQuality(JSON.parse(JSON.stringify(first)) as CallQuality)).call;
    expect(rest).toMatchObject({ seconds: 60, received: whole.received, lost: whole.lost });
    expect(rest.mos?.mean).toBeCloseTo(whole.mos?.mean ?? 0, 6);
  });

  it('of a call in which nothing ever came is poor; of one that was held throughout there is none', () => {
    const { call } = after([gap(1000), gap(2000), ...[3, 4, 5].map((s) => silence(s * 1000))]);
    expect(call).toMatchObject({ seconds: 0, silentSeconds: 5, mos: null });
    expect([isMeasured(call), levelOfCall(call)]).toEqual([true, 'poor']);
    expect(isMeasured(after([held, held]).call)).toBe(false);
  });

  it('is poor when a tenth of it could not be understood, fair when some of it could not', () => {
    const good = times(100, second(0));
    expect(levelOfCall(after([...good, ...times(20, second(25)), ...good.slice(0, 30)]).call)).toBe('poor');
    expect(levelOfCall(after([...good, ...times(4, second(25)), ...good]).call)).toBe('fair');
    expect(levelOfCall(after([...good, silence(3000), ...good]).call)).toBe('fair');
  });
});
