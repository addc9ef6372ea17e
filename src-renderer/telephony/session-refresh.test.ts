import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { SessionRefresh } from './session-refresh.ts';
import type { SessionTimer } from './session-timer.ts';

const ours: SessionTimer = { seconds: 90, refresher: 'us' };
const theirs: SessionTimer = { seconds: 90, refresher: 'them' };

let clock: ManualClock;
let up: boolean;
let expired: number;
/** Of each refresh that was sent: what becomes of it. */
let sent: { taken: (timer: SessionTimer | null) => void; refused: () => void }[];
let refresh: SessionRefresh;

beforeEach(() => {
  clock = new ManualClock();
  up = true;
  expired = 0;
  sent = [];
  refresh = new SessionRefresh({
    clock,
    lineUp: () => up,
    refresh: () =>
      new Promise((resolve, reject) =>
        sent.push({
          taken: (timer) => {
            refresh.agreed(timer);
            resolve();
          },
          refused: () => reject(new Error('refused')),
        }),
      ),
    expired: () => (expired += 1),
  });
});

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};
const refuse = async (): Promise<void> => {
  sent.at(-1)?.refused();
  await settled();
};

describe('ours to refresh', () => {
  it('is refreshed at half the interval, again and again', async () => {
    refresh.agreed(ours);
    clock.advance(44_999);
    expect(sent).toHaveLength(0);
    clock.advance(1);
    expect(sent).toHaveLength(1);
    sent[0]?.taken({ ...ours, seconds: 200 });
    await settled();
    clock.advance(99_999);
    expect(sent).toHaveLength(1);
    clock.advance(1);
    expect(sent).toHaveLength(2);
  });

  it('one that is refused is tried again before the end, and never ends the call', async () => {
    refresh.agreed(ours);
    clock.advance(45_000);
    await refuse();
    clock.advance(11_250);
    expect(sent).toHaveLength(2);
    for (let turn = 0; turn < 20; turn += 1) {
      await refuse();
      clock.advance(11_250);
    }
    expect(sent).toHaveLength(22);
    expect(expired).toBe(0);
  });

  it('one is sent at a time', () => {
    refresh.agreed(ours);
    clock.advance(45_000);
    refresh.lineBack();
    refresh.lineBack();
    expect(sent).toHaveLength(1);
  });

  it('ends where the answer has no timer any more', async () => {
    refresh.agreed(ours);
    clock.advance(45_000);
    sent[0]?.taken(null);
    await settled();
    clock.advance(3_600_000);
    expect(sent).toHaveLength(1);
  });

  it('a refresh by another change of the call counts', () => {
    refresh.agreed(ours);
    clock.advance(40_000);
    refresh.agreed(ours);
    clock.advance(40_000);
    expect(sent).toHaveLength(0);
  });

  it('while the line is away nothing is sent; when it is back, at once', () => {
    refresh.agreed(ours);
    up = false;
    clock.advance(120_000);
    expect(sent).toHaveLength(0);
    up = true;
    refresh.lineBack();
    expect(sent).toHaveLength(1);
  });

  it('… and a line that was away for a moment before it was due changes nothing', () => {
    refresh.agreed(ours);
    clock.advance(10_000);
    refresh.lineBack();
    clock.advance(34_999);
    expect(sent).toHaveLength(0);
    clock.advance(1);
    expect(sent).toHaveLength(1);
  });
});

describe('theirs to refresh', () => {
  it('the call is over when nothing came in time', () => {
    refresh.agreed(theirs);
    clock.advance(59_999);
    expect(expired).toBe(0);
    clock.advance(1);
    expect(expired).toBe(1);
    expect(sent).toHaveLength(0);
  });

  it('each refresh gives it its whole time', () => {
    refresh.agreed(theirs);
    for (let turn = 0; turn < 10; turn += 1) {
      clock.advance(59_000);
      refresh.agreed(theirs);
    }
    expect(expired).toBe(0);
  });

  it('a line that is away never ends the call; when it is back they have their whole time', () => {
    refresh.agreed(theirs);
    up = false;
    clock.advance(600_000);
    expect(expired).toBe(0);
    up = true;
    refresh.lineBack();
    clock.advance(59_999);
    expect(expired).toBe(0);
    clock.advance(1);
    expect(expired).toBe(1);
  });
});

it('a call that is over wants nothing more', () => {
  refresh.agreed(ours);
  refresh.dispose();
  refresh.agreed(theirs);
  refresh.lineBack();
  clock.advance(600_000);
  expect([sent.length, expired]).toEqual([0, 0]);
});

it('a call without a timer is left alone when the line is back', () => {
  refresh.lineBack();
  clock.advance(600_000);
  expect([sent.length, expired]).toEqual([0, 0]);
});

it('a longer interval is news once', () => {
  refresh.agreed(ours);
  expect(refresh.raiseLeast(null)).toBe(false);
  expect(refresh.raiseLeast(90)).toBe(false);
  expect(refresh.raiseLeast(180)).toBe(true);
  expect(refresh.raiseLeast(180)).toBe(false);
  expect(refresh.leastSeconds).toBe(180);
});
