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
import { entryStates, isOpen, type QueueEntry, type QueuePlan } from './queue-entry.ts';
import { acts, plans, tell, type Act } from './testing/queue-acts.ts';
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
