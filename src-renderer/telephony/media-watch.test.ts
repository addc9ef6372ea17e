import { describe, expect, it } from 'vitest';
import { ManualClock, type Clock } from '#shared/base/clock.ts';
import type { MediaFlow, MediaReading } from '#shared/domain/voice-quality.ts';
import { countsOf, MediaWatch } from './media-watch.ts';

it('time in which nobody looked is no silence: a call is not given up for a lid that was closed', async () => {
  const manual = new ManualClock();
  let sleptMs = 0;
  const clock: Clock = {
    now: () => manual.now(),
    mono: () => manual.mono() + sleptMs,
    after: (ms, fn) => manual.after(ms, fn),
  };
  const readings: MediaReading[] = [];
  let packets = 50;
  const watch = new MediaWatch({
    clock,
    counts: () => Promise.resolve({ packetsReceived: packets, packetsLost: 0, jitterMs: 1, roundTripMs: 10 }),
    expected: () => true,
    onReading: (reading) => readings.push(reading),
  });
  const wake = async (afterMs: number): Promise<MediaFlow | undefined> => {
    sleptMs += afterMs;
    manual.advance(1_000);
    await null;
    await null;
    return readings.at(-1)?.flow;
  };
  expect(await wake(0)).toBe('flowing');
  expect(await wake(3_600_000)).toBe('silent');
  packets += 1;
  expect(await wake(0)).toBe('flowing');
  watch.dispose();
});

it('a call without packets is silent after 3 s and dead after 20, unless none are meant to come', async () => {
  const clock = new ManualClock();
  let [packets, expected] = [0, true];
  const readings: MediaReading[] = [];
  const watch = new MediaWatch({
    clock,
    counts: () => Promise.resolve({ packetsReceived: packets, packetsLost: 0, jitterMs: 1, roundTripMs: 10 }),
    expected: () => expected,
    onReading: (reading) => readings.push(reading),
  });
  const pass = async (seconds: number, perSecond: number): Promise<MediaFlow | undefined> => {
    for (let n = 0; n < seconds; n += 1) {
      packets += perSecond;
      clock.advance(1_000);
      await null;
      await null;
    }
    return readings.at(-1)?.flow;
  };
  expect(await pass(5, 50)).toBe('flowing');
  expect(await pass(2, 0)).toBe('flowing');
  expect(await pass(1, 0)).toBe('silent');
  expect(readings.at(-1)).toMatchObject({ quietMs: 3000, received: 0 });
  expect(await pass(1, 50)).toBe('flowing');
  expect(await pass(19, 0)).toBe('silent');
  expect(await pass(1, 0)).toBe('dead');
  expected = false;
  expect(await pass(60, 0)).toBe('flowing');
  watch.dispose();
  const before = readings.length;
  await pass(3, 50);
  expect(readings).toHaveLength(before);
});

describe('what a browser counts', () => {
  const peer = (...reports: object[]): Parameters<typeof countsOf>[0] => ({
    getStats: () =>
      Promise.resolve(new Map(reports.map((report, n) => [String(n), report])) as unknown as RTCStatsReport),
  });
  const stream = (packetsReceived: number, lastPacketReceivedTimestamp: number, jitter: number): object => ({
    type: 'inbound-rtp',
    packetsLost: 2,
    ...{ packetsReceived, lastPacketReceivedTimestamp, jitter },
  });

  it('is added up over the streams that came in, whichever is the newest', async () => {
    const counts = await countsOf(peer(stream(40, 2_000, 0.004), stream(100, 1_000, 0.09)));
    expect(counts).toEqual({ packetsReceived: 140, packetsLost: 4, jitterMs: 4, roundTripMs: null });
  });

  it('has the round trip of the other end, or else of the relay', async () => {
    const pair = { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.02 };
    const other = { type: 'candidate-pair', nominated: false, currentRoundTripTime: 0.5 };
    expect(await countsOf(peer(stream(1, 1, 0), pair, other))).toMatchObject({ roundTripMs: 20 });
    const report = { type: 'remote-inbound-rtp', roundTripTime: 0.08 };
    expect(await countsOf(peer(report, stream(1, 1, 0), pair))).toMatchObject({ roundTripMs: 80 });
  });

  it('is none before the first packet: a call that is silent from the start is noticed', async () => {
    const none = { packetsReceived: 0, packetsLost: 0, jitterMs: null, roundTripMs: null };
    expect(await countsOf(peer({ type: 'candidate-pair', nominated: true }))).toEqual(none);
    const clock = new ManualClock();
    const flows: MediaFlow[] = [];
    const watch = new MediaWatch({
      clock,
      counts: () => Promise.resolve(none),
      expected: () => true,
      onReading: ({ flow }) => flows.push(flow),
    });
    for (let n = 0; n < 3; n += 1) {
      clock.advance(1_000);
      await null;
      await null;
    }
    watch.dispose();
    expect(flows).toEqual(['flowing', 'flowing', 'silent']);
  });
});
