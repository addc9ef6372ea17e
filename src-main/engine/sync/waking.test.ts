import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { ManualClock, type Clock } from '#shared/base/clock.ts';
import { watchWaking, type Waking } from './waking.ts';

let clock: ManualClock;
let addresses: string;
let seen: Waking[];

beforeEach(() => {
  clock = new ManualClock();
  addresses = 'eth0 192.0.2.7';
  seen = [];
});

function watch(over: Clock = clock): void {
  const watching = watchWaking({ clock: over, addresses: () => addresses, onWaking: (why) => seen.push(why) });
  onTestFinished(() => watching.dispose());
}

it('nothing is told while time and network are as they should be', () => {
  watch();
  clock.advance(3_600_000);
  expect(seen).toEqual([]);
});

it('a sleep in which the monotonic clock stood still is told once', () => {
  watch();
  clock.advance(60_000);
  clock.jumpWall(3_600_000);
  clock.advance(2000);
  expect(seen).toEqual(['slept']);
  clock.advance(60_000);
  expect(seen).toEqual(['slept']);
});

it('a sleep through which the monotonic clock ran is told once', () => {
  let slept = 0;
  watch({
    now: () => clock.now() + slept,
    mono: () => clock.mono() + slept,
    after: (ms, fn) => clock.after(ms, fn),
  });
  clock.advance(60_000);
  slept = 3_600_000;
  clock.advance(60_000);
  expect(seen).toEqual(['slept']);
});

it('a loop that was busy for seconds, and a clock that is set back, are no sleep', () => {
  watch();
  clock.jumpWall(9000);
  clock.advance(2000);
  clock.jumpWall(-86_400_000);
  clock.advance(60_000);
  expect(seen).toEqual([]);
});

it('another network is told, and one that is back; one that is gone is not', () => {
  watch();
  addresses = 'wlan0 192.0.2.9';
  clock.advance(2000);
  expect(seen).toEqual(['network']);
  addresses = '';
  clock.advance(10_000);
  expect(seen).toEqual(['network']);
  addresses = 'wlan0 192.0.2.9';
  clock.advance(2000);
  expect(seen).toEqual(['network', 'network']);
});

it('ends when it is disposed of', () => {
  const watching = watchWaking({ clock, addresses: () => addresses, onWaking: (why) => seen.push(why) });
  watching.dispose();
  clock.jumpWall(3_600_000);
  clock.advance(60_000);
  expect(seen).toEqual([]);
});
