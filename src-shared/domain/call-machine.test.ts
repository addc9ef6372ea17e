import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Stamp } from './call-channel.ts';
import {
  incomingCall,
  next,
  placeCall,
  rebase,
  talkMs,
  waitMs,
  type Call,
  type CallEffect,
  type CallEvent,
} from './call-machine.ts';
import { callStates, endCauses, timeSources, type CallState, type EndCause } from './vocabulary.ts';

const stamp = (mono: number, wall = mono): Stamp => ({ wall, mono, source: 'clcc', precisionMs: 250 });
const types = (effects: readonly CallEffect[]): string[] => effects.map((effect) => effect.type);

/** Runs events one second apart. */
function play(call: Call, ...events: CallEvent[]): { call: Call; effects: CallEffect[] } {
  const effects: CallEffect[] = [];
  events.forEach((event, index) => {
    const step = next(call, event, stamp((index + 1) * 1000));
    call = step.call;
    effects.push(...step.effects);
  });
  return { call, effects };
}
const ended = (cause: EndCause): CallEvent => ({ type: 'ended', cause });

describe('call machine, one by one', () => {
  it('goes the long way and measures waiting and talking', () => {
    const { call, effects } = play(
      placeCall(stamp(0)),
      { type: 'accepted' },
      { type: 'dialing' },
      { type: 'alerting' },
      { type: 'answered' },
      { type: 'held' },
      { type: 'resumed' },
      ended('remote-hang-up'),
    );
    expect(call).toMatchObject({ state: 'ended', cause: 'remote-hang-up', alerting: stamp(3000) });
    expect([waitMs(call), talkMs(call)]).toEqual([4000, 3000]);
    expect(types(effects).filter((type) => type !== 'journal')).toEqual(['start-sound', 'stop-sound', 'closed']);
  });

  it('never takes the OK of ATD for an answer', () => {
    const { call } = play(placeCall(stamp(0)), { type: 'accepted' }, { type: 'accepted' });
    expect(call).toMatchObject({ state: 'placing', answered: null });
    expect([waitMs(call), talkMs(call), waitMs(call, 2500)]).toEqual([null, null, 2500]);
  });

  it('accepts an answer that nothing announced', () => {
    expect(play(placeCall(stamp(0)), { type: 'answered' }).call).toMatchObject({ state: 'active', alerting: null });
  });

  it('takes a held call for an answered one', () => {
    expect(play(placeCall(stamp(0)), { type: 'held' }).call).toMatchObject({ state: 'held', answered: stamp(1000) });
  });

  it.each(endCauses)('keeps local-hang-up when the device says %s afterwards', (cause) => {
    const { call, effects } = play(placeCall(stamp(0)), { type: 'hang-up' }, ended(cause), ended('busy'));
    expect(call).toMatchObject({ state: 'ended', cause: 'local-hang-up' });
    expect(types(effects)).toEqual(['journal', 'channel-hang-up', 'journal', 'closed', 'ignored']);
  });

  it('reads what a device says by what the call was', () => {
    expect(play(placeCall(stamp(0)), ended('remote-hang-up')).call.cause).toBe('rejected');
    expect(play(incomingCall(stamp(0)), ended('remote-hang-up')).call.cause).toBe('remote-hang-up');
    expect(play(placeCall(stamp(0)), { type: 'answered' }, ended('busy')).call.cause).toBe('remote-hang-up');
    expect(play(placeCall(stamp(0)), { type: 'device-lost' }).call.cause).toBe('device-lost');
    expect(play(placeCall(stamp(0)), { type: 'closed-by-recovery' }).call.cause).toBe('engine-crash');
  });

  it('records the answer that crossed our hang-up, and starts nothing', () => {
    const { call, effects } = play(placeCall(stamp(0)), { type: 'hang-up' }, { type: 'answered' }, ended('busy'));
    expect(call).toMatchObject({ state: 'ended', answered: stamp(2000), cause: 'local-hang-up' });
    expect(types(effects)).not.toContain('start-sound');
  });

  it('case 23: a device that does not let go makes it stuck, and a hang-up then counts anew', () => {
    const { call, effects } = play(placeCall(stamp(0)), { type: 'hang-up' }, { type: 'stuck' }, { type: 'hang-up' });
    expect(call).toMatchObject({ state: 'ending', stuck: false });
    expect(types(effects)).toEqual(['journal', 'channel-hang-up', 'journal', 'journal', 'channel-hang-up']);
    expect(next(call, ended('device-reset'), stamp(9000)).call).toMatchObject({ cause: 'local-hang-up' });
  });

  it('answers and rejects inbound calls only', () => {
    const inbound = play(incomingCall(stamp(0), true), { type: 'answer' }, { type: 'answered' });
    expect(inbound.call.state).toBe('active');
    expect(types(inbound.effects)).toEqual(['journal', 'channel-answer', 'journal', 'start-sound']);
    expect(play(incomingCall(stamp(0)), { type: 'reject' }, ended('rejected')).call.cause).toBe('local-hang-up');
    expect(play(placeCall(stamp(0)), { type: 'answer' }).effects).toEqual([
      { type: 'ignored', event: 'answer', reason: 'impossible' },
    ]);
  });

  it('case 20: a device that cannot show answers leaves waiting and talking unknown', () => {
    const { call } = play(placeCall(stamp(0)), { type: 'accepted' }, { type: 'in-progress' }, ended('remote-hang-up'));
    expect(call).toMatchObject({ state: 'ended', answered: null, cause: 'remote-hang-up' });
    expect([waitMs(call), talkMs(call), talkMs(call, 9000)]).toEqual([null, null, null]);
  });

  it('is not bent by a wall clock that jumps', () => {
    let call: Call = placeCall(stamp(0, 1_000_000));
    call = next(call, { type: 'answered' }, stamp(5000, 1_000_000 - 86_400_000)).call;
    call = next(call, ended('remote-hang-up'), stamp(65_000, 9_000_000_000)).call;
    expect([waitMs(call), talkMs(call)]).toEqual([5000, 60_000]);
  });

  it('moves to the clock of a new process: measured time stays, the gap comes from the wall clock', () => {
    const call = play(placeCall(stamp(0)), { type: 'answered' }).call;
    const moved = rebase(call, { wall: 31_000, mono: 31_000 }, { wall: 36_000, mono: 7 });
    expect([waitMs(moved), talkMs(moved, 7)]).toEqual([1000, 35_000]);
    const backwards = rebase(call, { wall: 31_000, mono: 31_000 }, { wall: 5000, mono: 7 });
    expect(talkMs(backwards, 7)).toBe(30_000);
  });
});

const eventTypes = [
  'accepted',
  'dialing',
  'alerting',
  'in-progress',
  'answered',
  'held',
  'resumed',
  'stuck',
  'ended',
  'hang-up',
  'answer',
  'reject',
  'device-lost',
  'closed-by-recovery',
] as const satisfies readonly CallEvent['type'][];
/** A new event type that this list forgets does not compile. */
type Forgotten = Exclude<CallEvent['type'], (typeof eventTypes)[number]>;
const nothingForgotten: [Forgotten] extends [never] ? true : false = true;

/**
 * The table: what the drawing says, written down apart from the code. `-` ignored, `=` counted but stays; `=first` only
 * the first time, `=stuck` and `=loose` only while the device does or does not hold on to the call. Columns: eventTypes.
 */
const table: Record<CallState, string> = {
  //       accepted dialing alerting in-progress answered held resumed stuck ended hang-up answer reject lost recovery
  placing: '= dialing alerting in-progress active held active - ended ending - - ended ended',
  dialing: '= - alerting in-progress active held active - ended ending - - ended ended',
  alerting: '= - - in-progress active held active - ended ending - - ended ended',
  'in-progress': '= - - - active held active - ended ending - - ended ended',
  incoming: '- - - - active held active - ended ending = ending ended ended',
  waiting: '- - - - active held active - ended ending = ending ended ended',
  active: '- - - - - held - - ended ending - - ended ended',
  held: '- - - - active - active - ended ending - - ended ended',
  ending: '- - - - =first - - =loose ended =stuck - =stuck ended ended',
  ended: '- - - - - - - - - - - - - -',
};

interface Model {
  state: CallState;
  answeredAt: number | null;
  endedAt: number | null;
  hangUpAsked: boolean;
  stuck: boolean;
  startSound: number;
  stopSound: number;
  closed: number;
}
interface Real {
  call: Call;
  mono: number;
  wall: number;
}
const covered = new Set<string>();

class Happen implements fc.Command<Model, Real> {
  private readonly event: CallEvent;
  private readonly afterMs: number;
  private readonly jump: number;
  private readonly source: Pick<Stamp, 'source' | 'precisionMs'>;

  constructor(event: CallEvent, afterMs: number, jump: number, source: Pick<Stamp, 'source' | 'precisionMs'>) {
    this.event = event;
    this.afterMs = afterMs;
    this.jump = jump;
    this.source = source;
  }

  check(): boolean {
    return true; // every event may come in every state: that is the point
  }

  run(model: Model, real: Real): void {
    real.mono += this.afterMs;
    real.wall += this.afterMs + this.jump;
    const before = real.call;
    const at: Stamp = { wall: real.wall, mono: real.mono, ...this.source };
    const step = next(before, this.event, at);
    covered.add(`${before.state} ${this.event.type}`);
    this.checkTable(model, step.effects, step.call);
    this.updateModel(model, step.effects, real.mono);
    this.checkInvariants(model, before, step.call, at, step.effects);
    real.call = step.call;
  }

  private checkTable(model: Model, effects: readonly CallEffect[], after: Call): void {
    const cell = table[model.state].split(' ')[eventTypes.indexOf(this.event.type)] ?? '';
    const conditions: Record<string, boolean> = {
      '-': false,
      '=first': model.answeredAt === null,
      '=stuck': model.stuck,
      '=loose': !model.stuck,
    };
    const counts = conditions[cell] ?? true;
    expect(types(effects)[0]).toBe(counts ? 'journal' : 'ignored');
    expect(after.state).toBe(cell.startsWith('=') || cell === '-' ? model.state : cell);
    model.state = after.state;
  }

  private updateModel(model: Model, effects: readonly CallEffect[], mono: number): void {
    const { type } = this.event;
    const counts = effects[0]?.type === 'journal';
    if (counts && model.answeredAt === null && (type === 'answered' || type === 'held' || type === 'resumed'))
      model.answeredAt = mono;
    if (model.state === 'ended' && model.endedAt === null) model.endedAt = mono;
    if (model.state === 'ending') model.hangUpAsked = true;
    if (counts) model.stuck = type === 'stuck' || (model.stuck && type === 'answered');
    for (const effect of effects) {
      if (effect.type === 'start-sound') model.startSound += 1;
      if (effect.type === 'stop-sound') model.stopSound += 1;
      if (effect.type === 'closed') model.closed += 1;
    }
  }

  private checkInvariants(m: Model, before: Call, call: Call, at: Stamp, effects: readonly CallEffect[]): void {
    expect(call.answered?.mono ?? null).toBe(m.answeredAt);
    expect(call.ended?.mono ?? null).toBe(m.endedAt);
    if (call.ended && !before.ended) expect(call.ended).toBe(at); // source and precision kept
    if (before.answered) expect(call.answered).toBe(before.answered);
    if (before.ended) expect(call).toBe(before);
    if (effects[0]?.type === 'ignored') expect([call, effects.length]).toEqual([before, 1]);
    if (call.ended && m.hangUpAsked) expect(call.cause).toBe('local-hang-up');
    expect(call.started).toBe(before.started);
    if (call.state === 'ending') expect(call.stuck).toBe(m.stuck);
    const asked = (this.event.type === 'hang-up' || this.event.type === 'reject') && effects[0]?.type === 'journal';
    expect(types(effects).includes('channel-hang-up')).toBe(asked);
    expect([m.startSound <= 1, m.stopSound <= 1, m.closed]).toEqual([true, true, m.endedAt === null ? 0 : 1]);
    if (m.endedAt !== null && m.startSound === 1) expect(m.stopSound).toBe(1);
    const stop = m.answeredAt ?? m.endedAt;
    const unknown = call.blind && m.answeredAt === null;
    expect(waitMs(call)).toBe(unknown ? null : stop);
    const talked = m.endedAt === null || unknown ? null : m.answeredAt === null ? 0 : m.endedAt - m.answeredAt;
    expect(talkMs(call)).toBe(talked);
  }

  toString(): string {
    return `${this.event.type}${'cause' in this.event ? `(${this.event.cause})` : ''}+${this.afterMs}ms`;
  }
}

/** Ends come as often as everything else together would make runs short: they are weighted down. */
const event: fc.Arbitrary<CallEvent> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .constantFrom(...eventTypes.filter((type) => !/ended|lost|recovery|hang-up|reject/.test(type)))
      .map((type) => ({ type }) as CallEvent),
  },
  { weight: 1, arbitrary: fc.constantFrom('hang-up', 'reject').map((type) => ({ type }) as CallEvent) },
  { weight: 1, arbitrary: fc.constantFrom('device-lost', 'closed-by-recovery').map((type) => ({ type }) as CallEvent) },
  { weight: 1, arbitrary: fc.constantFrom(...endCauses).map((cause): CallEvent => ({ type: 'ended', cause })) },
);
const command = fc
  .tuple(
    event,
    fc.nat({ max: 120_000 }),
    fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -1e10, max: 1e10 }) }),
    fc.record({ source: fc.constantFrom(...timeSources), precisionMs: fc.nat({ max: 1000 }) }),
  )
  .map(([what, after, jump, source]) => new Happen(what, after, jump, source));

describe('call machine, model', () => {
  it('keeps its rules in 4,000 runs of up to 50 events and meets every pair of state and event', () => {
    expect(nothingForgotten).toBe(true);
    const start = fc.constantFrom<() => Call>(
      () => placeCall(stamp(0)),
      () => placeCall(stamp(0)),
      () => incomingCall(stamp(0)),
      () => incomingCall(stamp(0), true),
    );
    const runs = fc.commands([command], { maxCommands: 50, size: 'max' });
    let events = 0;
    fc.assert(
      fc.property(start, runs, (make, commands) => {
        fc.modelRun(() => {
          const call = make();
          const model: Model = {
            state: call.state,
            answeredAt: null,
            endedAt: null,
            hangUpAsked: false,
            stuck: false,
            startSound: 0,
            stopSound: 0,
            closed: 0,
          };
          return { model, real: { call, mono: 0, wall: Date.UTC(2026, 0, 5) } };
        }, commands);
        events += [...commands].length;
      }),
      { numRuns: 4000 }, // on failure fast-check prints seed and path of the shortest run
    );
    const pairs = callStates.flatMap((state) => eventTypes.map((type) => `${state} ${type}`));
    expect(pairs.filter((pair) => !covered.has(pair))).toEqual([]);
    expect(events).toBeGreaterThan(33_000);
  }, 60_000);
});
