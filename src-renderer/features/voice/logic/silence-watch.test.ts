import { expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { SilenceWatch } from './silence-watch.ts';

const block = (sample: number): Float32Array => new Float32Array(480).fill(sample);

it('says so after 4 s without anything, and takes it back with the first sound', () => {
  const clock = new ManualClock();
  const watch = new SilenceWatch(clock);
  const pass = (seconds: number, samples: Float32Array): boolean => {
    let silent = false;
    for (let n = 0; n < seconds * 10; n += 1) {
      clock.advance(100);
      silent = watch.take(samples);
    }
    return silent;
  };
  expect(pass(3.9, block(0))).toBe(false);
  expect(pass(0.1, block(0))).toBe(true);
  expect(pass(0.1, block(0.0001))).toBe(false);
  expect(pass(3.9, block(0))).toBe(false);
  expect(pass(1, block(-0.00002))).toBe(true);
});

it('a quiet room is not silence', () => {
  const clock = new ManualClock();
  const watch = new SilenceWatch(clock);
  for (let second = 0; second < 60; second += 1) {
    clock.advance(1_000);
    // −86 dBFS, as noise suppression leaves it: the loudest sample counts, not the mean.
    expect(watch.take(Float32Array.from({ length: 480 }, (_, n) => (n % 40 === 0 ? 0.00005 : 0)))).toBe(false);
  }
});
