import { describe, expect, it } from 'vitest';
import { aCall } from './testing/a-call.ts';
import { clockAt, formatTenths, wrapUpLeft } from './timers.ts';

const timed = (call: ReturnType<typeof aCall> | null, waitMs = 0, talkMs = 0) => ({
  item: { call, other: null, transfers: null, asked: null, now: 1_800_000_000_000, waitMs, talkMs },
  receivedAt: 1000,
});

describe('timers of the call in the dock', () => {
  it('run apart: waiting stands still from the answer on', () => {
    expect(clockAt(timed(aCall({ state: 'alerting' }), 4000), 3500)).toMatchObject({ waitMs: 6500, talkMs: 0 });
    const live = aCall({ state: 'active', answeredAt: 5 });
    expect(clockAt(timed(live, 11_000, 2000), 3500)).toMatchObject({ waitMs: 11_000, talkMs: 4500 });
  });

  it('show the recorded values once ended, however long the window stays', () => {
    const ended = aCall({ state: 'ended', answeredAt: 5, waitMs: 11_300, talkMs: 7900 });
    expect(clockAt(timed(ended, 11_000, 7000), 99_000)).toMatchObject({ waitMs: 11_300, talkMs: 7900 });
    const never = aCall({ state: 'ended', waitMs: 20_000 });
    expect(clockAt(timed(never, 19_000), 99_000)).toMatchObject({ waitMs: 20_000, talkMs: 0 });
  });

  it('let the opener run to its end and no further, and stop it at the cut-in and at the hang-up', () => {
    const opener = { openerId: 'x', name: '九月', text: '', durationMs: 18_000, startedAt: 1, heardMs: 7000 };
    const playing = aCall({ state: 'active', answeredAt: 5, opener: { ...opener, state: 'playing' } });
    expect(clockAt(timed(playing), 2500).heardMs).toBe(8500);
    expect(clockAt(timed(playing), 60_000).heardMs).toBe(18_000);
    const cut = aCall({ state: 'active', answeredAt: 5, opener: { ...opener, state: 'cut-in' } });
    expect(clockAt(timed(cut), 60_000).heardMs).toBe(7000);
    const ending = { ...playing, state: 'ending' as const };
    expect(clockAt(timed(ending), 60_000).heardMs).toBe(7000);
  });

  it('is all zero without a call, and never runs backwards', () => {
    expect(clockAt(timed(null), 5000)).toEqual({ waitMs: 0, talkMs: 0, heardMs: 0 });
    expect(clockAt(timed(aCall({ state: 'dialing' }), 4000), 0).waitMs).toBe(4000);
  });
});

describe('how times are written', () => {
  it('gives tenths for the cut-in', () => {
    expect(formatTenths(3249)).toBe('3.2');
    expect(formatTenths(0)).toBe('0.0');
    expect(formatTenths(12_000)).toBe('12.0');
  });

  it('counts 话后处理 down to nothing, and not beyond its length when a clock jumps back', () => {
    expect(wrapUpLeft(1000, 20, 6000)).toBe(15_000);
    expect(wrapUpLeft(1000, 20, 99_000)).toBe(0);
    expect(wrapUpLeft(100_000, 20, 0)).toBe(20_000);
  });
});
