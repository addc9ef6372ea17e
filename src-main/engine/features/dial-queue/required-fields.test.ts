import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { QueueDesk } from './testing/queue-desk.ts';

const required = '01900000-0000-7000-8000-000000000001';

/** Whose one outcome requires a note. */
function queueDesk(mustChoose = false): QueueDesk {
  const q = new QueueDesk();
  q.desk.outcomes = {
    mustChoose,
    outcomes: [{ id: required, name: '约面谈', meaning: 'interested', active: true, requires: ['note'] }],
  };
  return q;
}
const refused = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? [error.code, error.details] : error),
  );
const interested = (q: QueueDesk): Promise<unknown> =>
  q.desk.ask('calls.setOutcome', { callId: q.callId, outcome: 'interested', outcomeId: required });
const note = (q: QueueDesk): Promise<unknown> => q.desk.ask('calls.setNote', { callId: q.callId, note: '下周' });

describe('a queue behind a call that is not complete', () => {
  it('waits when the time of 话后处理 is up, refuses 立即继续, and goes on when it is filled in and the person says so', async () => {
    const q = queueDesk();
    await q.run([1, 2]);
    await q.end('answered');
    await interested(q);
    expect(q.state.phase).toBe('wrap-up');
    await q.pass(20_000);
    expect([q.state.phase, q.dialled]).toEqual(['holding', [1]]);
    await q.pass(600_000);
    expect(await refused(q.ask('dialQueue.continueNow', null))).toEqual(['call.incomplete', { missing: ['note'] }]);
    expect([q.state.phase, q.dialled]).toEqual(['holding', [1]]);
    await note(q);
    // Nobody is thrown out of a sentence: the person goes on.
    expect(q.state.phase).toBe('holding');
    await q.ask('dialQueue.continueNow', null);
    await q.pass(0);
    expect(q.dialled).toEqual([1, 2]);
  });

  it('goes on by itself where it is filled in in time', async () => {
    const q = queueDesk();
    await q.run([1, 2]);
    await q.end('answered');
    await interested(q);
    await note(q);
    await q.pass(20_000);
    expect(q.dialled).toEqual([1, 2]);
  });

  it('stops the clock for who wanted to go on too early, and loses nothing', async () => {
    const q = queueDesk();
    await q.run([1, 2]);
    await q.end('answered');
    await interested(q);
    expect(await refused(q.ask('dialQueue.continueNow', null))).toMatchObject(['call.incomplete', {}]);
    await note(q);
    await q.pass(600_000);
    expect([q.state.phase, q.dialled]).toEqual(['holding', [1]]);
  });

  it('waits also behind a call that nobody answered, where something was said of it', async () => {
    const q = queueDesk();
    await q.run([1, 2]);
    await q.end('no-answer');
    await interested(q);
    await q.pass(3_000);
    expect([q.state.phase, q.dialled]).toEqual(['holding', [1]]);
    await note(q);
    await q.ask('dialQueue.continueNow', null);
    await q.pass(3_000);
    expect(q.dialled).toEqual([1, 2]);
  });

  it('waits for an outcome where the company wants one, and a break is no way around it', async () => {
    const q = queueDesk(true);
    await q.run([1, 2]);
    await q.end('answered');
    const choose = (state: 'break' | 'idle') =>
      q.agent.handlers['agent.choose']({ state, reason: null }, { peer: { kind: 'in-process', id: 'test' }, signal: { aborted: false, addEventListener: () => undefined } }); // prettier-ignore
    await choose('break');
    await choose('idle');
    await q.ask('dialQueue.resume', null);
    await q.pass(60_000);
    expect([q.state.phase, q.dialled]).toEqual(['holding', [1]]);
    await interested(q);
    await note(q);
    await q.ask('dialQueue.continueNow', null);
    await q.pass(0);
    expect(q.dialled).toEqual([1, 2]);
  });

  it('does not slip through while a call comes in that nobody takes', async () => {
    const q = queueDesk(true);
    await q.desk.calls.start();
    await q.run([1, 2]);
    await q.end('answered');
    const id = '01900000-0000-7000-8000-000000000299';
    q.desk.phone.ring(id, '+8615400000198');
    expect(q.callId).toBe(id);
    await q.pass(5_000);
    q.desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' }, id);
    await q.pass(60_000);
    expect([q.state.phase, q.dialled]).toEqual(['holding', [1]]);
  });
});
