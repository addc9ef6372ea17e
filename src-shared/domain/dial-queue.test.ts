import { describe, expect, it } from 'vitest';
import { newQueue, nextQueue, restMs, type AgentNow, type DialQueue, type QueueEvent } from './dial-queue.ts';
import { countsOf, entryShown, phaseOf, wakeAfter } from './dial-queue-view.ts';
import type { QueuePlan } from './queue-entry.ts';
import type { CallResult, EndCause } from './vocabulary.ts';

const idle: AgentNow = { state: 'idle', until: null };
const plan: QueuePlan = {
  mode: 'progressive',
  tries: 2,
  retryMinutes: 10,
  retryOrder: 'behind-new',
  window: null,
  way: { channel: null, slot: null, lineId: null },
};

/** A queue and its clocks, told one thing after the other. */
class Told {
  queue: DialQueue;
  wall = Date.UTC(2026, 0, 5, 2); // 10:00 in Beijing
  mono = 0;
  readonly dials: number[] = [];

  constructor(given: Partial<QueuePlan> = {}, leads: readonly string[] = ['a', 'b', 'c']) {
    this.queue = newQueue({ ...plan, ...given }, leads, idle);
  }

  get at() {
    return { wall: this.wall, mono: this.mono };
  }

  tell(...events: QueueEvent[]): this {
    for (const event of events) {
      const step = nextQueue(this.queue, event, this.at);
      if (step.ignored) expect(step.queue).toBe(this.queue);
      this.queue = step.queue;
      if (step.dial !== null) this.dials.push(step.dial);
    }
    return this;
  }

  isIgnored(event: QueueEvent): boolean {
    return nextQueue(this.queue, event, this.at).ignored;
  }

  wait(ms: number): this {
    this.wall += ms;
    this.mono += ms;
    return this.tell({ type: 'tick' });
  }

  /** The pending attempt goes out. */
  goOut(callId = `call-${this.dials.length}`): string {
    this.tell({ type: 'placed', callId }, { type: 'sent', callId });
    return callId;
  }

  call(result: CallResult, cause: EndCause = result === 'connected' ? 'remote-hang-up' : 'no-answer'): this {
    const callId = this.goOut();
    return this.tell({ type: 'ended', callId, result, cause });
  }

  get phase() {
    return phaseOf(this.queue, this.at).phase;
  }

  get states(): string {
    return this.queue.entries.map(({ state, tries }) => `${state} ${tries}`).join(', ');
  }
}

const start: QueueEvent = { type: 'start' };
const refusal = (position: number, code: string, details = {}): QueueEvent => ({
  type: 'refused',
  position,
  problem: { code, details },
});

describe('a queue, one by one', () => {
  it('progressive: the next call begins behind the last one’s wrap-up', () => {
    const q = new Told().tell(start).call('connected');
    q.tell({ type: 'agent', now: { state: 'wrap-up', until: 20_000 } });
    expect([q.phase, phaseOf(q.queue, q.at).until]).toEqual(['wrap-up', q.wall + 20_000]);
    q.wait(19_999);
    expect(q.dials).toEqual([0]);
    q.wait(1).tell({ type: 'agent', now: idle });
    expect([q.dials, q.phase]).toEqual([[0, 1], 'dialling']);
  });

  it('rests a moment behind a call that nobody answered: 立即继续 ends it, 继续整理 holds it', () => {
    const q = new Told().tell(start).call('busy', 'busy');
    expect([q.phase, wakeAfter(q.queue, q.at)]).toEqual(['wrap-up', restMs]);
    q.tell({ type: 'keep-wrapping' }).wait(3_600_000);
    expect([q.phase, q.dials, wakeAfter(q.queue, q.at)]).toEqual(['holding', [0], null]);
    expect(q.tell({ type: 'continue-now' }).dials).toEqual([0, 1]);
    expect(q.call('connected').wait(restMs).dials).toEqual([0, 1, 2]);
  });

  it('holds as long as the agent’s wrap-up is held', () => {
    const q = new Told().tell(start).call('connected');
    q.tell({ type: 'agent', now: { state: 'wrap-up', until: null } }).wait(3_600_000);
    expect([q.phase, q.dials]).toEqual(['holding', [0]]);
    expect(q.tell({ type: 'agent', now: idle }).dials).toEqual([0, 1]);
  });

  it('preview: shows one, and dials the one that was confirmed', () => {
    const q = new Told({ mode: 'preview' }).tell(start);
    expect([q.phase, entryShown(q.queue, q.at)?.leadId, q.dials]).toEqual(['previewing', 'a', []]);
    expect(q.isIgnored({ type: 'confirm', position: 1 })).toBe(true);
    q.tell({ type: 'skip', position: 0 });
    expect(entryShown(q.queue, q.at)?.leadId).toBe('b');
    q.tell({ type: 'confirm', position: 1 }, { type: 'tick' }, { type: 'confirm', position: 1 });
    expect([q.dials, q.phase]).toEqual([[1], 'dialling']);
    q.call('connected').wait(restMs);
    expect([q.phase, entryShown(q.queue, q.at)?.leadId]).toEqual(['previewing', 'c']);
    expect(q.isIgnored({ type: 'skip', position: 1 })).toBe(true);
  });

  it('says when somebody was passed over, until a call goes out to them', () => {
    const q = new Told({}, ['a', 'b', 'c']);
    const passedOver = (): unknown[] => q.queue.entries.map(({ passedOverAt }) => passedOverAt);
    q.tell(start, { type: 'skip', position: 2 });
    const skippedAt = q.wall;
    q.wait(1_000).tell(refusal(0, 'gate.blacklisted'), refusal(1, 'gate.too-soon', { nextAt: q.wall + 60_000 }));
    expect(passedOver()).toEqual([skippedAt + 1_000, skippedAt + 1_000, skippedAt]);
    q.wait(60_000).call('connected');
    expect(passedOver()).toEqual([skippedAt + 1_000, null, skippedAt]);
  });

  it('keeps the one on show through a call that is not the queue’s', () => {
    const q = new Told({ mode: 'preview' }).tell(start, { type: 'agent', now: { state: 'busy', until: null } });
    expect([q.phase, q.isIgnored({ type: 'confirm', position: 0 })]).toEqual(['other-call', true]);
    q.tell({ type: 'agent', now: idle });
    expect([q.phase, entryShown(q.queue, q.at)?.leadId]).toEqual(['previewing', 'a']);
  });

  it('calls again whom it did not reach, as often and as far apart as planned, behind those never tried', () => {
    const q = new Told({}, ['a', 'b']).tell(start).call('no-answer').wait(restMs).call('busy').wait(restMs);
    expect([q.dials, q.phase, q.states]).toEqual([[0, 1], 'waiting', 'retry 1, retry 1']);
    q.wait(600_000 - 2 * restMs - 1);
    expect(q.dials).toEqual([0, 1]);
    q.wait(restMs + 1)
      .call('no-answer')
      .wait(restMs)
      .call('connected');
    expect([q.dials, q.phase, q.states]).toEqual([[0, 1, 0, 1], 'finished', 'gave-up 2, done 2']);
  });

  it('a retry that is due goes first where the plan says so', () => {
    const q = new Told({ retryOrder: 'when-due', retryMinutes: 0 }).tell(start).call('no-answer').wait(restMs);
    expect(q.dials).toEqual([0, 0]);
  });

  it('gives up at once whom nobody can have', () => {
    expect(new Told({ tries: 5 }).tell(start).call('unreachable', 'unreachable').states).toMatch(/^gave-up 1/);
  });

  it('a refusal about one customer is kept, and the queue goes on', () => {
    const q = new Told().tell(start, refusal(0, 'gate.blacklisted', { reason: '客户要求' }));
    expect(q.queue.entries[0]).toMatchObject({
      state: 'refused',
      tries: 0,
      problem: { code: 'gate.blacklisted', details: { reason: '客户要求' } },
    });
    expect(q.dials).toEqual([0, 1]);
  });

  it('a refusal that asks for patience makes the entry wait', () => {
    const q = new Told({ tries: 1 }, ['a', 'b']).tell(start);
    q.tell(refusal(0, 'gate.too-soon', { minutes: 30, nextAt: q.wall + 1_800_000 }))
      .call('connected')
      .wait(restMs);
    expect([q.states, q.phase, phaseOf(q.queue, q.at).until]).toEqual([
      'retry 0, done 1',
      'waiting',
      q.wall + 1_800_000 - restMs,
    ]);
    expect(q.wait(1_800_000 - restMs).dials).toEqual([0, 1, 0]);
  });

  it('a card that rests for a moment is waited for; one that is spent pauses the queue', () => {
    const q = new Told().tell(start, refusal(0, 'sim.gap', { nextAt: Date.UTC(2026, 0, 5, 2) + 30_000 }));
    expect([q.phase, wakeAfter(q.queue, q.at), q.queue.blocked?.problem.code]).toEqual(['waiting', 30_000, 'sim.gap']);
    expect(q.wait(30_000).dials).toEqual([0, 0]);
    q.tell(refusal(0, 'sim.all-spent', { nextAt: q.wall + 3_600_000 }));
    expect([q.phase, q.queue.pause]).toMatchObject([
      'paused',
      { by: 'program', reason: 'refused', problem: { code: 'sim.all-spent' } },
    ]);
    expect(q.tell({ type: 'resume' }).dials).toEqual([0, 0, 0]);
  });

  it.each(['gate.hours', 'gate.day-off', 'phone.none', 'sim.all-spent', 'disk.full', 'sip.not-registered'])(
    '%s pauses, and nobody loses their place',
    (code) => {
      const q = new Told().tell(start, refusal(0, code));
      expect([q.phase, q.states]).toEqual(['paused', 'waiting 0, waiting 0, waiting 0']);
      expect(entryShown(q.queue, q.at)?.position).toBe(0);
    },
  );

  it('dials only in its own hours, over midnight too', () => {
    const q = new Told({ window: { startMinute: 9 * 60, endMinute: 10 * 60 } }).tell(start);
    expect(q.queue.pause).toMatchObject({ by: 'program', reason: 'window' });
    expect(new Told({ window: { startMinute: 600, endMinute: 601 } }).tell(start).dials).toEqual([0]);
    expect(new Told({ window: { startMinute: 1_200, endMinute: 601 } }).tell(start).dials).toEqual([0]);
    expect(new Told({ window: { startMinute: 1_200, endMinute: 600 } }).tell(start).dials).toEqual([]);
  });

  it('a pause leaves the call alone, and nothing is dialled behind it', () => {
    const q = new Told().tell(start);
    const callId = q.goOut();
    q.tell({ type: 'pause', reason: 'meal' });
    expect([q.phase, q.queue.pause]).toEqual(['dialling', { by: 'person', reason: 'meal' }]);
    q.tell({ type: 'ended', callId, result: 'connected', cause: 'remote-hang-up' }).wait(60_000);
    expect([q.phase, q.states, q.dials]).toEqual(['paused', 'done 1, waiting 0, waiting 0', [0]]);
  });

  it('a pause while the gate is asked takes the wish back', () => {
    const q = new Told().tell(start, { type: 'pause', reason: 'meeting' });
    expect([q.isIgnored({ type: 'placed', callId: 'x' }), q.isIgnored(refusal(0, 'gate.blacklisted'))]).toEqual([
      true,
      true,
    ]);
    expect(q.tell({ type: 'resume' }).dials).toEqual([0, 0]);
  });

  it('a break pauses, and ends by nobody’s hand but the person’s', () => {
    const q = new Told()
      .tell(start)
      .call('busy')
      .tell({ type: 'agent', now: { state: 'break', until: null } });
    expect([q.phase, q.queue.pause, q.isIgnored({ type: 'resume' })]).toMatchObject([
      'paused',
      { reason: 'break' },
      true,
    ]);
    q.tell({ type: 'agent', now: idle }).wait(60_000);
    expect(q.dials).toEqual([0]);
    expect(q.tell({ type: 'resume' }).dials).toEqual([0, 1]);
  });

  it('stopping lets the call end and writes its end down', () => {
    const q = new Told().tell(start);
    const callId = q.goOut();
    q.tell({ type: 'stop' }, { type: 'ended', callId, result: 'no-answer', cause: 'no-answer' }).wait(3_600_000);
    expect([q.phase, q.states, q.dials]).toEqual(['finished', 'retry 1, waiting 0, waiting 0', [0]]);
    expect([q.isIgnored({ type: 'start' }), q.isIgnored({ type: 'add', leadIds: ['d'] })]).toEqual([true, true]);
  });

  it('a call that never left the desk is no try, and the queue asks the person', () => {
    const q = new Told().tell(start, { type: 'placed', callId: 'x' });
    q.tell({ type: 'ended', callId: 'x', result: 'failed', cause: 'device-lost' });
    expect([q.states, q.queue.pause]).toMatchObject(['waiting 0, waiting 0, waiting 0', { reason: 'line-lost' }]);
    q.tell({ type: 'resume' }, { type: 'placed', callId: 'y' });
    q.tell({ type: 'ended', callId: 'y', result: 'cancelled', cause: 'local-hang-up' });
    expect(q.queue.pause).toEqual({ by: 'person', reason: 'other' });
  });

  it('a line that is lost in the call pauses; a network that fails does not', () => {
    const lost = new Told().tell(start).call('failed', 'device-lost');
    expect([lost.states, lost.queue.pause]).toMatchObject(['retry 1, waiting 0, waiting 0', { reason: 'line-lost' }]);
    expect(new Told().tell(start).call('failed', 'network-failure').phase).toBe('wrap-up');
  });

  it('comes back paused at the same entry, and follows a call that goes on', () => {
    const q = new Told().tell(start);
    const callId = q.goOut();
    q.queue = { ...q.queue, attempt: null, rest: null };
    q.tell({ type: 'restarted' });
    expect([q.phase, q.queue.pause]).toMatchObject(['dialling', { by: 'program', reason: 'restart' }]);
    q.tell({ type: 'ended', callId, result: 'connected', cause: 'remote-hang-up' }).wait(60_000);
    expect([q.states, q.dials]).toEqual(['done 1, waiting 0, waiting 0', [0]]);
    expect(q.tell({ type: 'resume' }).dials).toEqual([0, 1]);
  });

  it('takes a try back whose call has no row, to the place it had', () => {
    const q = new Told({ retryMinutes: 1 }).tell(start).call('no-answer').wait(restMs).call('connected').wait(restMs);
    q.call('connected').wait(60_000).tell({ type: 'placed', callId: 'x' }, { type: 'restarted' });
    q.tell({ type: 'not-placed', callId: 'x' });
    expect([q.states, q.phase]).toEqual(['retry 1, done 1, done 1', 'paused']);
    expect(q.tell({ type: 'resume' }).dials).toEqual([0, 1, 2, 0, 0]);
  });

  it('takes customers in and out', () => {
    const q = new Told({ mode: 'preview' }).tell(
      { type: 'add', leadIds: ['c', 'd', 'd'] },
      { type: 'remove', position: 1 },
    );
    expect(q.queue.entries.map(({ position, leadId }) => [position, leadId])).toEqual([
      [0, 'a'],
      [2, 'c'],
      [3, 'd'],
    ]);
    q.tell(start, { type: 'remove', position: 0 });
    expect([entryShown(q.queue, q.at)?.leadId, countsOf(q.queue.entries).waiting]).toEqual(['c', 2]);
    expect(q.isIgnored({ type: 'remove', position: 0 })).toBe(true);
  });

  it('changes its way while it goes on: of a call under way the end counts by the new one', () => {
    const q = new Told({ tries: 3 }).tell(start).call('no-answer').wait(restMs).call('no-answer').wait(restMs);
    const callId = q.goOut();
    q.tell({ type: 'change', plan: { tries: 1, mode: 'preview' } });
    expect([q.states, q.phase]).toEqual(['gave-up 1, gave-up 1, dialling 0', 'dialling']);
    q.tell({ type: 'ended', callId, result: 'busy', cause: 'busy' });
    expect([q.states, q.phase]).toEqual(['gave-up 1, gave-up 1, gave-up 1', 'finished']);
    expect(q.isIgnored({ type: 'change', plan: { tries: 5 } })).toBe(true);
  });

  it('gives up a retry that came back from a call that never left, where there are no tries for it any more', () => {
    const q = new Told({ tries: 2, retryMinutes: 0 }, ['a']).tell(start).call('busy', 'busy').wait(restMs);
    q.tell({ type: 'placed', callId: 'x' }, { type: 'change', plan: { tries: 1 } });
    expect([q.states, q.phase]).toEqual(['dialling 1', 'dialling']);
    q.tell({ type: 'ended', callId: 'x', result: 'failed', cause: 'device-lost' });
    expect([q.states, q.phase]).toEqual(['gave-up 1', 'finished']);
  });

  it('changed from preview to progressive it rests before it calls; who is on show otherwise stays or makes room', () => {
    const q = new Told({ mode: 'preview' }).tell(start, { type: 'change', plan: { way: { ...plan.way, slot: 2 } } });
    expect([q.phase, q.queue.preview, q.queue.plan.way.slot]).toEqual(['previewing', 0, 2]);
    q.tell({ type: 'change', plan: { mode: 'progressive' } });
    expect([q.phase, wakeAfter(q.queue, q.at), q.dials]).toEqual(['wrap-up', restMs, []]);
    expect(q.wait(restMs).dials).toEqual([0]);
    q.call('connected')
      .tell({ type: 'change', plan: { window: { startMinute: 0, endMinute: 60 } } })
      .wait(restMs);
    expect(q.queue.pause).toMatchObject({ reason: 'window' });
  });

  it('is finished when nobody is left, however that came', () => {
    const q = new Told({ mode: 'preview' }, ['a']).tell(start, { type: 'skip', position: 0 });
    expect([q.phase, wakeAfter(q.queue, q.at), entryShown(q.queue, q.at)]).toEqual(['finished', null, null]);
  });
});
