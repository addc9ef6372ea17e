import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { clockProblem } from '#shared/domain/clock-off.ts';
import { createKeyValueStore } from '../database/key-value.ts';
import { testDatabase } from '../testing/test-database.ts';
import { ClockOffset, measured } from './clock-offset.ts';
import { FakeCloud } from './testing/fake-cloud.ts';

function desk(behindMs: number) {
  const clock = new ManualClock(1_000_000_000);
  const meta = createKeyValueStore(testDatabase().write);
  const offset = new ClockOffset(clock, meta);
  /** A question whose way there and whose way back take so long. */
  const ask = (thereMs: number, backMs: number): void => {
    const askedAt = clock.mono();
    clock.advance(thereMs);
    const serverTime = clock.now() + behindMs;
    clock.advance(backMs);
    offset.heard(serverTime, askedAt);
  };
  return { clock, meta, offset, ask };
}

describe('how far the clock is off', () => {
  it('is known to half of the shortest round trip, of the last eight', () => {
    const { offset, ask } = desk(90_000);
    expect(offset.offMs).toBeNull();
    ask(4000, 0);
    expect(offset.offMs).toBe(92_000);
    ask(20, 10);
    expect(offset.offMs).toBe(90_005);
    for (let times = 0; times < 7; times += 1) ask(0, 3000);
    expect(offset.offMs).toBe(90_005);
    ask(0, 3000);
    expect(offset.offMs).toBe(88_500);
  });

  it('is measured anew when the clock was set, or the PC has slept', () => {
    const { clock, offset, ask, meta } = desk(0);
    ask(5, 5);
    expect(offset.offMs).toBe(0);
    // Wall time goes on, the monotonic clock does not.
    const held = clock.mono();
    clock.advance(3_600_000);
    clock.mono = () => held;
    offset.heard(clock.now() + 40_000, clock.mono() - 900);
    expect(offset.offMs).toBe(40_450);
    expect(meta.get('sync.clockOffMs')).toBe('40450');
  });

  it('is kept for the next start, without a write for each millisecond', () => {
    const { clock, meta, offset, ask } = desk(31_000);
    ask(10, 10);
    meta.set('sync.clockOffMs', '31111');
    ask(10, 8);
    expect(meta.get('sync.clockOffMs')).toBe('31111');
    expect(new ClockOffset(clock, meta).offMs).toBe(31_111);
    expect(offset.offMs).toBe(31_001);
  });

  it('comes with each page that says the cloud’s time', async () => {
    const { clock, offset } = desk(0);
    const cloud = Object.assign(new FakeCloud(), { serverTime: clock.now() - 45_000 });
    await measured(cloud, clock, offset).changes(0, 10);
    expect(offset.offMs).toBe(-45_000);
  });

  it('matters from half a minute on, and much from five', () => {
    expect([null, 0, 29_999, -29_999].map(clockProblem)).toEqual([null, null, null, null]);
    expect(clockProblem(30_000)).toEqual({ bad: false, details: { offMs: 30_000, slow: true } });
    expect(clockProblem(-300_000)).toEqual({ bad: true, details: { offMs: 300_000, fast: true } });
  });
});
