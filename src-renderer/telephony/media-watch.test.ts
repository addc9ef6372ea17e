import { expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { MediaWatch, type MediaFlow } from './media-watch.ts';

it('a call without packets is silent after 3 s and dead after 20, unless none are meant to come', async () => {
  const clock = new ManualClock();
  let [packets, expected] = [0, true];
  const flows: MediaFlow[] = [];
  const watch = new MediaWatch({
    clock,
    counts: () => Promise.resolve({ packetsReceived: packets, packetsLost: 0, jitterMs: 1, roundTripMs: 10 }),
    expected: () => expected,
    onReading: ({ flow }) => flows.push(flow),
  });
  const pass = async (seconds: number, perSecond: number): Promise<MediaFlow | undefined> => {
    for (let n = 0; n < seconds; n += 1) {
      packets += perSecond;
      clock.advance(1_000);
      await null;
      await null;
    }
    return flows.at(-1);
  };
  expect(await pass(5, 50)).toBe('flowing');
  expect(await pass(2, 0)).toBe('flowing');
  expect(await pass(1, 0)).toBe('silent');
  expect(await pass(1, 50)).toBe('flowing');
  expect(await pass(19, 0)).toBe('silent');
  expect(await pass(1, 0)).toBe('dead');
  expected = false;
  expect(await pass(60, 0)).toBe('flowing');
  watch.dispose();
  const before = flows.length;
  await pass(3, 50);
  expect(flows).toHaveLength(before);
});
