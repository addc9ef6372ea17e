import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capBounds, capNames, capsFor, capsOfKind, defaultCaps, type SimCaps } from './sim-caps.ts';
import { beijingDay, cardHistoryMs, healthOf, judgeCard, type CardCall } from './sim-governor.ts';
import { endCauses } from './vocabulary.ts';

/** 10:00 in Beijing. */
const morning = Date.UTC(2026, 0, 5, 2, 0);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const free: SimCaps = {
  perHour: 600,
  perDay: 5000,
  talkMinutesPerDay: 0,
  gapSeconds: 0,
  streak: 0,
  coolDownMinutes: 30,
};

const call = (at: number, change: Partial<CardCall> = {}): CardCall => ({
  at,
  alerted: true,
  answered: false,
  talkMs: 0,
  endedAt: at + 10_000,
  cause: 'busy',
  ...change,
});
const talked = (at: number, talkMs: number): CardCall =>
  call(at, { answered: true, talkMs, endedAt: at + talkMs, cause: 'remote-hang-up' });
const bad = (at: number): CardCall => call(at, { cause: 'unreachable', endedAt: at + 5000 });
const many = (count: number, from: number, stepMs: number): CardCall[] =>
  Array.from({ length: count }, (_, n) => call(from + n * stepMs));

describe('the caps', () => {
  it('begin as the lowest ones of an ordinary card, and lie within what may be set', () => {
    expect(defaultCaps).toMatchObject({ perHour: 20, perDay: 80, gapSeconds: 120 });
    for (const caps of Object.values(capsOfKind))
      for (const name of capNames) {
        expect(caps[name]).toBeGreaterThanOrEqual(capBounds[name].min);
        expect(caps[name]).toBeLessThanOrEqual(capBounds[name].max);
      }
  });
  it("are the card's own, its kind's or the desk's", () => {
    const own = { ...free, perHour: 7 };
    expect(capsFor('custom', own, free)).toBe(own);
    expect(capsFor('custom', null, free)).toBe(free);
    expect(capsFor('default', own, free)).toBe(free);
    expect(capsFor('telesales', own, free)).toMatchObject({ perHour: 30, perDay: 200 });
  });
});

describe('a card', () => {
  it('that never dialled may', () => {
    expect(judgeCard([], defaultCaps, morning)).toEqual({
      usage: { dialsThisHour: 0, dialsToday: 0, talkTodayMs: 0, lastDialAt: null },
      refusal: null,
      coolingUntil: null,
    });
  });

  it('rests when its hour is full, until the oldest dial leaves the sliding hour', () => {
    const calls = many(3, morning - 50 * minute, 10 * minute);
    const caps = { ...free, perHour: 3 };
    expect(judgeCard(calls, caps, morning)).toMatchObject({
      usage: { dialsThisHour: 3, dialsToday: 3, lastDialAt: morning - 30 * minute },
      refusal: { code: 'sim.cap-hour', details: { count: 3 }, until: morning + 10 * minute },
    });
    expect(judgeCard(calls, caps, morning + 10 * minute).refusal).toBeNull();
  });

  it('rests when its Beijing day is full, until midnight there', () => {
    const calls = many(4, morning - 5 * hour, hour);
    const caps = { ...free, perDay: 4 };
    const midnight = Date.UTC(2026, 0, 5, 16);
    expect(judgeCard(calls, caps, morning).refusal).toEqual({
      code: 'sim.cap-day',
      details: { count: 4 },
      until: midnight,
    });
    expect(judgeCard(calls, caps, midnight - 1).refusal).not.toBeNull();
    expect(judgeCard(calls, caps, midnight)).toMatchObject({ usage: { dialsToday: 0 }, refusal: null });
  });

  it('rests when its talk minutes are spent; 0 is no budget', () => {
    const calls = [talked(morning - 2 * hour, 40 * minute), talked(morning - hour, 21 * minute)];
    const caps = { ...free, talkMinutesPerDay: 60 };
    expect(judgeCard(calls, caps, morning)).toMatchObject({
      usage: { talkTodayMs: 61 * minute },
      refusal: { code: 'sim.cap-talk', details: { minutes: 60 }, until: Date.UTC(2026, 0, 5, 16) },
    });
    expect(judgeCard(calls, free, morning).refusal).toBeNull();
    expect(judgeCard(calls, { ...caps, talkMinutesPerDay: 62 }, morning).refusal).toBeNull();
  });

  it('waits between two dials', () => {
    const caps = { ...free, gapSeconds: 120 };
    const refusal = { code: 'sim.gap', details: { seconds: 120 }, until: morning + 70_000 };
    expect(judgeCard([call(morning - 50_000)], caps, morning).refusal).toEqual(refusal);
    expect(judgeCard([call(morning - 120_000)], caps, morning).refusal).toBeNull();
  });

  it('rests after a streak, tries one call afterwards, and is well again after a good one', () => {
    const caps = { ...free, streak: 3, coolDownMinutes: 30 };
    const streak = [
      bad(morning - 9 * minute),
      call(morning - 7 * minute),
      bad(morning - 6 * minute),
      bad(morning - 3 * minute),
    ];
    const until = morning - 3 * minute + 5000 + 30 * minute;
    expect(judgeCard(streak, caps, morning)).toMatchObject({
      coolingUntil: until,
      refusal: { code: 'sim.cooling', details: { count: 3, minutes: 30 }, until },
    });
    expect(judgeCard(streak.slice(1), caps, morning).refusal).toBeNull();
    expect(judgeCard(streak, caps, until).refusal).toBeNull();
    const trial = [...streak, bad(until + minute)];
    expect(judgeCard(trial, caps, until + 2 * minute).refusal?.code).toBe('sim.cooling');
    const well = [...streak, talked(until + minute, 15_000), bad(until + 5 * minute)];
    expect(judgeCard(well, caps, until + 6 * minute).refusal).toBeNull();
  });

  it('has no streak over days: failures that lie further apart say nothing', () => {
    const caps = { ...free, streak: 3 };
    expect(
      judgeCard([bad(morning - 25 * hour), bad(morning - hour), bad(morning - minute)], caps, morning).refusal,
    ).toBeNull();
  });

  it('is not told of dials that the device refused, except as trouble', () => {
    const refused = many(5, morning - 5 * minute, 1000).map((each) => ({
      ...each,
      cause: 'refused-by-device' as const,
    }));
    const caps = { ...free, perHour: 1, gapSeconds: 3600 };
    expect(judgeCard(refused, caps, morning)).toMatchObject({ usage: { dialsThisHour: 0 }, refusal: null });
    expect(judgeCard(refused, { ...caps, streak: 5 }, morning).refusal?.code).toBe('sim.cooling');
  });

  it('counts a dial in the future: a clock that was set back opens nothing', () => {
    const calls = [call(morning + hour)];
    expect(judgeCard(calls, { ...free, perHour: 1 }, morning).refusal?.until).toBe(morning + 2 * hour);
    expect(judgeCard(calls, { ...free, perDay: 1 }, morning).refusal?.code).toBe('sim.cap-day');
    expect(judgeCard(calls, { ...free, gapSeconds: 60 }, morning).refusal?.until).toBe(morning + hour + minute);
  });

  it('tells the rule that holds longest', () => {
    const caps = { ...free, perHour: 1, gapSeconds: 120 };
    expect(judgeCard([call(morning - minute)], caps, morning).refusal?.code).toBe('sim.cap-hour');
    expect(judgeCard([call(morning - minute)], { ...caps, gapSeconds: 3600 }, morning).refusal?.until).toBe(
      morning + 59 * minute,
    );
  });
});

describe('what a call says of its card', () => {
  const unanswered = (alerted: boolean): Record<string, string> =>
    Object.fromEntries(endCauses.map((cause) => [cause, healthOf(call(0, { cause, alerted }))]));
  it('unanswered', () => {
    expect(unanswered(true)).toEqual({
      'local-hang-up': 'neither', 'remote-hang-up': 'neither', busy: 'neither', 'no-answer': 'neither',
      'taken-elsewhere': 'neither',
      'agent-away': 'neither', rejected: 'neither',
      unreachable: 'bad', 'network-failure': 'bad', 'refused-by-device': 'bad',
      'device-lost': 'neither', 'device-reset': 'neither', 'engine-crash': 'neither',
    }); // prettier-ignore
    expect(unanswered(false)).toEqual({ ...unanswered(true), rejected: 'bad' });
  });
  it('answered: under 15 s is bad whoever hung up, unless the cable, the phone or the program ended it', () => {
    for (const cause of endCauses) {
      const ours = cause === 'device-lost' || cause === 'device-reset' || cause === 'engine-crash';
      expect(healthOf(call(0, { cause, answered: true, talkMs: 14_999 }))).toBe(ours ? 'neither' : 'bad');
      expect(healthOf(call(0, { cause, answered: true, talkMs: 15_000 }))).toBe('good');
    }
    expect(healthOf(call(0, { cause: null, answered: true }))).toBe('neither');
  });
});

describe('whatever happens', () => {
  const caps = fc.record({
    perHour: fc.integer({ min: 1, max: 6 }),
    perDay: fc.integer({ min: 1, max: 12 }),
    talkMinutesPerDay: fc.integer({ min: 0, max: 30 }),
    gapSeconds: fc.integer({ min: 0, max: 3600 }),
    streak: fc.integer({ min: 0, max: 4 }),
    coolDownMinutes: fc.integer({ min: 1, max: 1440 }),
  });
  const shape = fc.record({
    alerted: fc.boolean(),
    talkMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 * minute })),
    ringMs: fc.integer({ min: 0, max: 60_000 }),
    cause: fc.constantFrom(null, ...endCauses),
  });
  const made = (at: number, { alerted, talkMs, ringMs, cause }: typeof shape extends fc.Arbitrary<infer T> ? T : never): CardCall => ({
    at, alerted, cause, answered: talkMs > 0, talkMs: cause === null ? 0 : talkMs,
    endedAt: cause === null ? null : at + ringMs + talkMs,
  }); // prettier-ignore
  const history = fc
    .array(fc.tuple(fc.integer({ min: -3 * day, max: 2 * hour }), shape), { maxLength: 25 })
    .map((drawn) => drawn.map(([offset, each]) => made(morning + offset, each)));

  it('`until` is the very moment in which the verdict turns', () => {
    fc.assert(
      fc.property(history, caps, (calls, limits) => {
        const { refusal } = judgeCard(calls, limits, morning);
        if (!refusal) return;
        expect(refusal.until).toBeGreaterThan(morning);
        for (const share of [0.25, 0.5, 0.9])
          expect(judgeCard(calls, limits, Math.floor(morning + (refusal.until - morning) * share)).refusal?.until).toBe(
            refusal.until,
          );
        expect(judgeCard(calls, limits, refusal.until - 1).refusal?.until).toBe(refusal.until);
        expect(judgeCard(calls, limits, refusal.until).refusal).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('one dial more never makes a card more usable, unless it is a good call', () => {
    fc.assert(
      fc.property(history, caps, fc.integer({ min: -3 * day, max: 2 * hour }), shape, (calls, limits, offset, each) => {
        const more = made(morning + offset, each);
        fc.pre(healthOf(more) !== 'good');
        const before = judgeCard(calls, limits, morning).refusal?.until ?? 0;
        const after = judgeCard([...calls, more], limits, morning).refusal?.until ?? 0;
        expect(after).toBeGreaterThanOrEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  it('calls that are older than the history change nothing', () => {
    fc.assert(
      fc.property(history, caps, (calls, limits) => {
        const recent = calls.filter(({ at }) => at > morning - cardHistoryMs);
        const all = judgeCard(calls, limits, morning).refusal;
        // An older good call can only end a streak that is older than itself.
        expect(judgeCard(recent, limits, morning).refusal).toEqual(all);
      }),
      { numRuns: 500 },
    );
  });

  it('no sequence of dials passes a cap, whatever the wall clock does', () => {
    const step = fc.oneof(fc.integer({ min: 0, max: 40 * minute }), fc.integer({ min: -2 * hour, max: 0 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(step, shape), { maxLength: 80 }), caps, (steps, limits) => {
        let now = morning;
        const calls: CardCall[] = [];
        for (const [ms, each] of steps) {
          now += ms;
          if (!judgeCard(calls, limits, now).refusal) calls.push(made(now, each));
        }
        const dials = calls.filter(({ cause }) => cause !== 'refused-by-device');
        for (const { at } of dials) {
          const within = (from: number, ms: number): CardCall[] =>
            dials.filter((other) => other.at >= from && other.at < from + ms);
          expect(within(at, hour).length).toBeLessThanOrEqual(limits.perHour);
          const today = within(beijingDay(at), day);
          expect(today.length).toBeLessThanOrEqual(limits.perDay);
          const budget = limits.talkMinutesPerDay === 0 ? Infinity : limits.talkMinutesPerDay * minute;
          const talks = today.map(({ talkMs }) => talkMs);
          expect(talks.reduce((sum, ms) => sum + ms, 0) - Math.max(...talks)).toBeLessThan(budget);
          expect(within(at, limits.gapSeconds * 1000).length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 300 },
    );
  });
});
