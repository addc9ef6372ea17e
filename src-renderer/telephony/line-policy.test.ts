import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineOff, nextDeadline, nextLine, type LineEvent, type LineState, type LineStep } from './line-policy.ts';

const half = { random: () => 0.5 };
const at = (now: number): { now: number; random: () => number } => ({ now, ...half });

/** Runs events one after the other, each at its time. */
const run = (...events: readonly (readonly [now: number, event: LineEvent])[]): LineStep =>
  events.reduce<LineStep>(({ state }, [now, event]) => nextLine(state, event, at(now)), {
    state: lineOff,
    effects: [],
  });

const up = [
  [0, { type: 'start' }],
  [5, { type: 'opened' }],
  [15, { type: 'accepted', expires: 300 }],
] as const;

describe('a SIP line', () => {
  it('connects, registers, and is registered when the server said so', () => {
    expect(run([0, { type: 'start' }])).toMatchObject({ state: { phase: 'connecting' }, effects: ['connect'] });
    expect(run(up[0], up[1])).toMatchObject({ state: { phase: 'registering' }, effects: ['register'] });
    expect(run(...up)).toMatchObject({ state: { phase: 'registered', trouble: null, failures: 0 }, effects: [] });
  });

  it('refreshes long before the binding ends, and is not shown as registered beyond its end', () => {
    const { state } = run(...up);
    expect(state.deadlines.refresh).toBe(15 + 180_000);
    expect(state.deadlines.expiry).toBe(15 + 300_000);
    // Every ping is answered, the refresh is not.
    const late = { ...state, deadlines: { expiry: 300_015 } };
    expect(nextLine(late, { type: 'tick' }, at(300_015))).toMatchObject({
      state: { phase: 'waiting', trouble: 'not-answering' },
      effects: ['drop'],
    });
  });

  it('a socket that goes is opened again at once, then ever more slowly, with jitter and an end to it', () => {
    let { state } = run(...up, [1_000, { type: 'closed' }]);
    expect(state).toMatchObject({ phase: 'waiting', trouble: 'lost', deadlines: { retry: 1_100 } });
    const delays: number[] = [];
    for (let n = 0; n < 12; n += 1) {
      const now = nextDeadline(state) ?? 0;
      state = nextLine(state, { type: 'tick' }, at(now)).state;
      expect(state.phase).toBe('connecting');
      state = nextLine(state, { type: 'closed' }, at(now)).state;
      delays.push((nextDeadline(state) ?? 0) - now);
    }
    expect(delays.slice(0, 4)).toEqual([625, 1_125, 2_125, 4_125]);
    expect(Math.max(...delays)).toBeLessThanOrEqual(30_000);
    expect(delays.at(-1)).toBe(15_125);
  });

  it('notices a black hole within 6.5 s, and a slow answer is not one', () => {
    const asked = run(...up, [4_015, { type: 'tick' }]);
    expect(asked.effects).toEqual(['ping']);
    expect(nextDeadline(asked.state)).toBe(6_515);
    expect(nextLine(asked.state, { type: 'tick' }, at(6_515))).toMatchObject({
      state: { phase: 'waiting', trouble: 'not-answering' },
      effects: ['drop'],
    });
    const there = nextLine(asked.state, { type: 'heard' }, at(6_500)).state;
    expect(there.phase).toBe('registered');
    expect(nextDeadline(there)).toBe(10_500);
  });

  it('a refused password is not tried again before a minute, whatever the network does', () => {
    const refused = run(up[0], up[1], [
      20,
      { type: 'rejected', status: 401, retryAfter: null, minExpires: null },
    ]).state;
    expect(refused).toMatchObject({ phase: 'waiting', trouble: 'refused', status: 401 });
    expect((nextDeadline(refused) ?? 0) - 20).toBeGreaterThanOrEqual(60_000);
    expect(nextLine(refused, { type: 'wake' }, at(30)).state).toBe(refused);
  });

  it('goes by what the server asks for: Min-Expires at once, Retry-After at the earliest', () => {
    const brief = run(up[0], up[1], [20, { type: 'rejected', status: 423, retryAfter: null, minExpires: 600 }]);
    expect(brief).toMatchObject({ state: { phase: 'registering', expires: 600 }, effects: ['register'] });
    const busy = run(up[0], up[1], [20, { type: 'rejected', status: 503, retryAfter: 40, minExpires: null }]).state;
    expect(busy).toMatchObject({
      phase: 'waiting',
      trouble: 'server-error',
      status: 503,
      deadlines: { retry: 40_020 },
    });
  });

  it('wakes with the network, and asks a line that seems to be up', () => {
    const waiting: LineState = {
      ...lineOff,
      phase: 'waiting',
      trouble: 'lost',
      failures: 9,
      deadlines: { retry: 30_000 },
    };
    expect(nextDeadline(nextLine(waiting, { type: 'wake' }, at(1_000)).state)).toBe(1_100);
    expect(run(...up, [9_000, { type: 'wake' }]).effects).toEqual(['ping']);
  });

  it('stops from anywhere, and takes its registration back where it has one', () => {
    expect(run(...up, [20, { type: 'stop' }])).toEqual({ state: lineOff, effects: ['unregister', 'drop'] });
    expect(run(up[0], [20, { type: 'stop' }])).toEqual({ state: lineOff, effects: ['drop'] });
  });

  it('whatever happens it is never stuck: something is always due, and a due thing is never passed over', () => {
    const event: fc.Arbitrary<LineEvent> = fc.oneof(
      fc.constantFrom<LineEvent>(
        { type: 'start' },
        { type: 'opened' },
        { type: 'closed' },
        { type: 'heard' },
        { type: 'wake' },
        { type: 'tick' },
      ),
      fc.record({ type: fc.constant('accepted' as const), expires: fc.integer({ min: 0, max: 3600 }) }),
      fc.record({
        type: fc.constant('rejected' as const),
        status: fc.constantFrom(401, 403, 404, 408, 423, 480, 500, 503),
        retryAfter: fc.option(fc.integer({ min: 0, max: 60 })),
        minExpires: fc.option(fc.integer({ min: 0, max: 7200 })),
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(event, fc.nat(20_000)), { maxLength: 60 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (steps, randoms) => {
          let now = 0;
          let { state } = nextLine(lineOff, { type: 'start' }, at(0));
          for (const [happening, later] of steps) {
            now += later;
            const random = (): number => randoms.next().value ?? 0;
            state = nextLine(state, happening, { now, random }).state;
            const due = nextDeadline(state);
            expect(due).not.toBeNull();
            if (happening.type === 'tick' && state.phase !== 'waiting') expect(due).toBeGreaterThan(now - 1);
            expect(state.phase === 'registered').toBe(state.deadlines.expiry !== undefined);
          }
        },
      ),
      { seed: 20_261_126, numRuns: 400 },
    );
  });
});
