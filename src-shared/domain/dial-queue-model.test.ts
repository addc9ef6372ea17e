import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  newQueue,
  nextQueue,
  programPauses,
  queueStatuses,
  type AgentNow,
  type DialQueue,
  type QueueEvent,
} from './dial-queue.ts';
import { countsOf, phaseOf, queuePhases, wakeAfter } from './dial-queue-view.ts';
import { entryStates, isOpen, queueModes, retryOrders, type QueueEntry, type QueuePlan } from './queue-entry.ts';
import type { CallResult, EndCause } from './vocabulary.ts';

/** What a queue leaves on disk, and so what a crash leaves of it. */
type Disk = Pick<DialQueue, 'plan' | 'entries' | 'status' | 'pause'>;

/** The call that is under way, as phone and call records know it. */
interface Call {
  readonly callId: string;
  readonly leadId: string;
  /** The number has gone to the phone: whoever is there may hear it ring. */
  out: boolean;
}

const idle: AgentNow = { state: 'idle', until: null };
const settled: readonly QueueEntry['state'][] = ['done', 'skipped', 'gave-up', 'refused'];

type Act =
  | { do: 'tell'; event: QueueEvent }
  /** Skips, confirms or removes one of the entries. */
  | { do: 'point'; type: 'confirm' | 'skip' | 'remove'; nth: number }
  | { do: 'confirm-shown' }
  | { do: 'gate'; refusal: { code: string; inMs: number | null } | null }
  | { do: 'send' }
  | { do: 'end'; result: CallResult; cause: EndCause }
  | { do: 'agent'; state: 'idle' | 'break' | 'wrap-up'; ms: number | null }
  | { do: 'other-call'; on: boolean }
  | { do: 'wait'; ms: number; jump: number }
  /** kill -9. `carried`: the phone goes on with the call. `recordLost`: of two files the one with the calls is the older. */
  | { do: 'crash'; carried: boolean; recordLost: boolean };

/** Plays phone, agent and disk, counts what the phone was asked to dial, and holds the rules against it. */
class World {
  queue: DialQueue;
  readonly dialled = new Map<string, number>();
  readonly met = new Set<string>();
  /** By the person, before it was through. */
  stopped = false;
  /** Of all plans that it has had, the most tries. */
  private mostTries: number;
  private disk: Disk;
  private call: Call | null = null;
  private otherCall = false;
  private wish: number | null = null;
  private readonly ended = new Map<string, QueueEvent>();
  private readonly at = { wall: Date.UTC(2026, 0, 5, 2), mono: 0 };
  private calls = 0;

  constructor(plan: QueuePlan, leads: number) {
    this.queue = newQueue(
      plan,
      Array.from({ length: leads }, (_, index) => `lead-${index}`),
      idle,
    );
    this.disk = this.queue;
    this.mostTries = plan.tries;
  }

  act(act: Act): void {
    switch (act.do) {
      case 'tell':
        return this.tell(act.event);
      case 'point':
        return this.tell({
          type: act.type,
          position: this.queue.entries[act.nth % Math.max(1, this.queue.entries.length)]?.position ?? 0,
        });
      case 'confirm-shown':
        return this.tell({ type: 'confirm', position: this.queue.preview ?? -1 });
      case 'gate':
        return this.gate(act.refusal);
      case 'send':
        return this.send();
      case 'end':
        return this.end(act.result, act.cause);
      case 'agent':
        if (this.isBusy) return;
        return this.tell({
          type: 'agent',
          now: { state: act.state, until: act.state === 'wrap-up' && act.ms !== null ? this.at.mono + act.ms : null },
        });
      case 'other-call':
        if (this.call || this.otherCall === act.on) return;
        this.otherCall = act.on;
        return this.tell({ type: 'agent', now: { state: act.on ? 'busy' : 'idle', until: null } });
      case 'wait':
        this.at.wall += act.ms + act.jump;
        this.at.mono += act.ms;
        return this.tell({ type: 'tick' });
      case 'crash':
        return this.crash(act.carried, act.recordLost);
    }
  }

  /** A person who wants to be through with it: every entry comes to its end, and none is left out. */
  finish(): void {
    for (let step = 0; this.queue.status !== 'finished' || this.call; step += 1) {
      must(step < 4_000, `it comes to an end: ${phaseOf(this.queue, this.at).phase}`);
      if (this.otherCall) this.act({ do: 'other-call', on: false });
      else if (this.call) {
        this.send();
        this.end('no-answer', 'no-answer');
      } else if (this.wish !== null) this.gate(null);
      else {
        this.tell({ type: 'agent', now: idle });
        for (const type of ['start', 'resume', 'continue-now'] as const) this.tell({ type });
        this.act({ do: 'confirm-shown' });
        if (this.wish === null) this.act({ do: 'wait', ms: 3_600_000, jump: 0 });
      }
    }
  }

  private get isBusy(): boolean {
    return this.call !== null || this.otherCall;
  }

  private tell(event: QueueEvent): void {
    const before = this.queue;
    const step = nextQueue(before, event, this.at);
    if (step.ignored) must(step.queue === before && step.dial === null, 'what is ignored changes nothing');
    if (!step.ignored && (event.type === 'stop' || event.type === 'pause')) this.wish = this.call ? this.wish : null;
    if (event.type === 'stop' && !step.ignored) this.stopped = true;
    if (event.type === 'change') {
      must(step.dial === null, 'a change calls nobody');
      this.mostTries = Math.max(this.mostTries, step.queue.plan.tries);
    }
    this.queue = step.queue;
    this.disk = step.queue;
    this.met.add(event.type).add(step.queue.status).add(phaseOf(step.queue, this.at).phase);
    if (step.queue.pause?.by === 'program') this.met.add(step.queue.pause.reason);
    if (step.dial !== null) this.wishFor(step.dial, before);
    this.check(before);
  }

  private wishFor(position: number, before: DialQueue): void {
    const { agent, status, plan, attempt } = this.queue;
    must(!this.isBusy && agent.state === 'idle' && status === 'running', 'nobody is called but by a free agent');
    must(
      attempt?.position === position && attempt.callId === null && isOpen(this.entry(position)),
      'who is called is open',
    );
    must(plan.mode === 'progressive' || before.preview === position, 'who is called was confirmed');
    this.wish = position;
  }

  private gate(refusal: { code: string; inMs: number | null } | null): void {
    const position = this.wish;
    if (position === null || this.call) return;
    this.wish = null;
    if (refusal) {
      const details = refusal.inMs === null ? {} : { nextAt: this.at.wall + refusal.inMs };
      return this.tell({ type: 'refused', position, problem: { code: refusal.code, details } });
    }
    if (this.otherCall) return this.tell({ type: 'refused', position, problem: { code: 'call.busy', details: {} } });
    if (this.queue.attempt?.position !== position) return;
    const { leadId } = this.entry(position);
    this.call = { callId: `call-${(this.calls += 1)}`, leadId, out: false };
    this.tell({ type: 'placed', callId: this.call.callId });
    this.tell({ type: 'agent', now: { state: 'busy', until: null } });
  }

  /** The word that it leaves, and the number itself: no crash of the model falls between the two. */
  private send(): void {
    if (!this.call || this.call.out) return;
    this.call.out = true;
    this.dialled.set(this.call.leadId, (this.dialled.get(this.call.leadId) ?? 0) + 1);
    this.tell({ type: 'sent', callId: this.call.callId });
  }

  private end(result: CallResult, cause: EndCause): void {
    if (!this.call) return;
    const { callId, out } = this.call;
    const event: QueueEvent = {
      type: 'ended',
      callId,
      ...(out ? { result, cause } : { result: 'failed', cause: 'device-lost' }),
    };
    this.ended.set(callId, event);
    this.call = null;
    // As in the engine: the agent is told first.
    const wraps = out && result === 'connected';
    this.tell({ type: 'agent', now: wraps ? { state: 'wrap-up', until: this.at.mono + 20_000 } : idle });
    this.tell(event);
    this.tell(event);
  }

  private crash(carried: boolean, recordLost: boolean): void {
    const { call } = this;
    const goesOn = call !== null && call.out && carried;
    if (call && !goesOn) {
      const cause = 'engine-crash';
      if (!recordLost || call.out)
        this.ended.set(call.callId, { type: 'ended', callId: call.callId, result: 'failed', cause });
      this.call = null;
    }
    this.wish = null;
    this.otherCall = false;
    this.at.mono = 7;
    const { plan, entries, status, pause } = this.disk;
    this.queue = { ...newQueue(plan, [], goesOn ? { state: 'busy', until: null } : idle), entries, status, pause };
    this.tell({ type: 'restarted' });
    const callId = this.queue.attempt?.callId ?? null;
    if (callId !== null && !goesOn) this.tell(this.ended.get(callId) ?? { type: 'not-placed', callId });
    must(this.queue.status !== 'running' && (this.queue.attempt !== null) === goesOn, 'a start dials nobody');
  }

  private entry(position: number): QueueEntry {
    const entry = this.queue.entries.find((one) => one.position === position);
    if (!entry) throw new Error(`no entry ${position}`);
    return entry;
  }

  private check(before: DialQueue): void {
    const { queue } = this;
    const { entries, attempt, plan } = queue;
    const byPosition = new Map(entries.map((entry) => [entry.position, entry]));
    for (const entry of entries) {
      const under = entry.state === 'dialling' && entry.sent ? 1 : 0;
      must((this.dialled.get(entry.leadId) ?? 0) === entry.tries + under, 'called once for each try');
      must(entry.tries <= this.mostTries, 'no more tries than planned');
      const waits = entry.state === 'retry' && entry.position !== attempt?.position;
      must(!waits || entry.tries < plan.tries, 'who has had their tries waits for no other one');
      must((entry.dueAt !== null) === (entry.state === 'retry'), 'a retry has its time');
    }
    for (const one of before.entries) {
      const now = byPosition.get(one.position);
      if (!now) must(one.state === 'waiting', 'nobody falls out who was tried');
      else must(now === one || !settled.includes(one.state), 'what is settled stays so');
    }
    const dialling = entries.filter(({ state }) => state === 'dialling');
    const called = attempt && attempt.callId !== null ? attempt.position : null;
    must(dialling.length <= 1 && (dialling[0]?.position ?? null) === called, 'one call, and its entry says so');
    const counted = Object.values(countsOf(entries)).reduce((sum, count) => sum + count, 0);
    must(counted === entries.length && byPosition.size === counted, 'counts add up');
    must((queue.pause !== null) === (queue.status === 'paused'), 'a pause has its reason');
    const quiet = queue.preview === null && (attempt === null || attempt.callId !== null);
    must(queue.status === 'running' || quiet, 'nothing is begun while it does not run');
    const again = nextQueue(queue, { type: 'tick' }, this.at);
    must(
      again.dial === null && again.queue.attempt === attempt && again.queue.preview === queue.preview,
      'nothing happens but by events',
    );
    must((wakeAfter(queue, this.at) ?? 1) > 0, 'a wish to be woken lies ahead');
  }
}

/** `expect` in every step would make the runs slow. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`);
}

const codes = [
  ...['gate.blacklisted', 'gate.too-soon', 'gate.too-many-today', 'gate.hours', 'not-found', 'number.invalid'],
  ...['sim.gap', 'sim.all-spent', 'phone.none', 'call.busy', 'disk.full'],
];
const ends: readonly [CallResult, EndCause][] = [
  ['connected', 'remote-hang-up'],
  ['no-answer', 'no-answer'],
  ['busy', 'busy'],
  ['unreachable', 'unreachable'],
  ['cancelled', 'local-hang-up'],
  ['failed', 'network-failure'],
  ['failed', 'device-lost'],
];

const planFields: { readonly [K in keyof QueuePlan]: fc.Arbitrary<QueuePlan[K]> } = {
  mode: fc.constantFrom(...queueModes),
  tries: fc.integer({ min: 1, max: 3 }),
  retryMinutes: fc.integer({ min: 0, max: 20 }),
  retryOrder: fc.constantFrom(...retryOrders),
  window: fc.constantFrom(null, { startMinute: 9 * 60, endMinute: 11 * 60 }),
  way: fc.constant({ channel: null, slot: null, lineId: null }),
};
const plans: fc.Arbitrary<QueuePlan> = fc.record(planFields);

const tell = (event: QueueEvent): Act => ({ do: 'tell', event });
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('start' as const, 'resume' as const).map((type) => tell({ type })) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('continue-now' as const, 'keep-wrapping' as const, 'tick' as const)
      .map((type) => tell({ type })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('meal' as const, 'other' as const).map((reason) => tell({ type: 'pause', reason })),
  },
  { weight: 4, arbitrary: fc.constant<Act>({ do: 'confirm-shown' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('point' as const),
      type: fc.constantFrom('confirm' as const, 'skip' as const, 'remove' as const),
      nth: fc.nat(8),
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.nat(12), { maxLength: 3 })
      .map((of) => tell({ type: 'add', leadIds: of.map((n) => `lead-${n}`) })),
  },
  {
    weight: 2,
    arbitrary: fc.record(planFields, { requiredKeys: [] }).map((plan) => tell({ type: 'change', plan })),
  },
  { weight: 6, arbitrary: fc.constant<Act>({ do: 'gate', refusal: null }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('gate' as const),
      refusal: fc.record({ code: fc.constantFrom(...codes), inMs: fc.option(fc.nat(900_000)) }),
    }),
  },
  { weight: 6, arbitrary: fc.constant<Act>({ do: 'send' }) },
  { weight: 6, arbitrary: fc.constantFrom(...ends).map(([result, cause]): Act => ({ do: 'end', result, cause })) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('agent' as const),
      state: fc.constantFrom('idle' as const, 'break' as const, 'wrap-up' as const),
      ms: fc.option(fc.nat(60_000)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('other-call' as const), on: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.nat(900_000),
      jump: fc.oneof(
        { weight: 9, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: -1e8, max: 1e8 }) },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('crash' as const), carried: fc.boolean(), recordLost: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.nat(9).map((n) => tell({ type: n === 0 ? 'stop' : 'tick' })) },
);

const eventTypes = [
  ...[
    'start',
    'stop',
    'resume',
    'continue-now',
    'keep-wrapping',
    'pause',
    'confirm',
    'skip',
    'remove',
    'add',
    'change',
  ],
  ...['placed', 'sent', 'refused', 'ended', 'not-placed', 'agent', 'restarted', 'tick'],
];

describe('a queue, model', () => {
  it('keeps its rules in 3,000 runs of up to 80 events, comes to an end from everywhere, and leaves nobody out', () => {
    const met = new Set<string>();
    let dials = 0;
    fc.assert(
      fc.property(
        plans,
        fc.integer({ min: 1, max: 6 }),
        fc.array(acts, { maxLength: 80, size: 'max' }),
        (plan, leads, run) => {
          const world = new World(plan, leads);
          for (const act of run) world.act(act);
          if (!world.stopped) {
            // Its hours come round again.
            world.act(tell({ type: 'change', plan: { window: null } }));
            world.finish();
            for (const { state } of world.queue.entries) must(settled.includes(state), 'nobody is left out');
            for (const { leadId, state } of world.queue.entries)
              must(
                (world.dialled.get(leadId) ?? 0) > 0 || state === 'skipped' || state === 'refused',
                'everybody was called',
              );
          }
          for (const each of world.met) met.add(each);
          for (const each of world.dialled.values()) dials += each;
        },
      ),
      { numRuns: 3000 }, // on failure fast-check prints seed and path of the shortest run
    );
    const wanted = [...eventTypes, ...queueStatuses, ...queuePhases, ...programPauses];
    expect(wanted.filter((one) => !met.has(one))).toEqual([]);
    expect(dials).toBeGreaterThan(10_000);
    expect(entryStates.length).toBe(7);
  }, 60_000);
});
