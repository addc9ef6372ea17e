import { describe, expect, it } from 'vitest';
import { holdsForWriter, leftAt, receive } from './queue-clock.ts';
import { queueAt } from './testing/queue-at.ts';

const counting = (leftMs: number, now = 1_000_000) => queueAt({ now, until: now + leftMs });

describe('the countdown to the next call', () => {
  it('runs on the monotonic clock of the window, whatever the two wall clocks say', () => {
    const timed = receive(null, counting(10_000), 500);
    expect([leftAt(timed, 500), leftAt(timed, 4_500), leftAt(timed, 99_000)]).toEqual([10_000, 6_000, 0]);
  });

  it('is none where nothing ends by itself', () => {
    expect(leftAt(receive(null, queueAt({ until: null }), 0), 5_000)).toBeNull();
  });

  it('keeps its whole length when the same end is said again, a little rounded', () => {
    const first = receive(null, counting(10_000), 0);
    const again = receive(first, queueAt({ now: 1_004_000, until: 1_010_001 }), 4_000);
    expect([again.wholeMs, leftAt(again, 4_000)]).toEqual([10_000, 6_001]);
  });

  it('begins anew with another end, another phase, another queue', () => {
    const first = receive(null, counting(10_000), 0);
    const later = { now: 1_004_000, until: 1_010_000 };
    expect(receive(first, queueAt({ now: 1_004_000, until: 1_034_000 }), 0).wholeMs).toBe(30_000);
    expect(receive(first, queueAt({ ...later, phase: 'waiting' }), 0).wholeMs).toBe(6_000);
    expect(receive(first, queueAt({ ...later, id: 'other' }), 0).wholeMs).toBe(6_000);
    expect(receive(first, queueAt({ until: null }), 0).wholeMs).toBe(0);
  });
});

describe('whoever writes', () => {
  const nothing = { typedAgoMs: null, composes: false, isAsked: false };
  it('is not interrupted by the end of the countdown', () => {
    expect(holdsForWriter(1_000, { ...nothing, typedAgoMs: 300 })).toBe(true);
  });
  it('nor whoever chooses among words of an input method, or answers a dialog, however long that takes', () => {
    expect(holdsForWriter(1_000, { ...nothing, composes: true })).toBe(true);
    expect(holdsForWriter(1_000, { ...nothing, isAsked: true, typedAgoMs: 60_000 })).toBe(true);
  });
  it('does not stop it long before, nor when they have stopped or never began', () => {
    expect(holdsForWriter(5_000, { typedAgoMs: 300, composes: true, isAsked: true })).toBe(false);
    expect(holdsForWriter(1_000, { ...nothing, typedAgoMs: 9_000 })).toBe(false);
    expect(holdsForWriter(1_000, nothing)).toBe(false);
  });
});
