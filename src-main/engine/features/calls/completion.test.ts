import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import type { OutcomeChoice } from '#shared/domain/outcome-set.ts';
import { testContext } from '../../testing/test-context.ts';
import { testCall } from '../../sync/testing/test-call.ts';
import { CallsDesk, leadId, settle } from './testing/calls-desk.ts';

const [hot, cold, old] = ['0001', '0002', '0003'].map((n) => `01900000-0000-7000-8000-00000000${n}`) as [string, string, string]; // prettier-ignore
const one = (id: string, change: Partial<OutcomeChoice> = {}): OutcomeChoice => ({
  ...{ id, name: id, meaning: 'interested', active: true, requires: [] },
  ...change,
});

function deskOf(mustChoose = false): CallsDesk {
  const desk = new CallsDesk();
  desk.outcomes = {
    mustChoose,
    outcomes: [
      one(hot, { requires: ['note', 'follow-up', 'stage'] }),
      one(cold, { meaning: 'no-need' }),
      one(old, { active: false }),
    ],
  };
  return desk;
}
const follow = (desk: CallsDesk, nextFollowUpAt: number | null, stage: 'new' | 'quoted' = 'new'): void =>
  void desk.followed.set(leadId, { nextFollowUpAt, stage });
async function talked(desk: CallsDesk): Promise<string> {
  const { callId } = await desk.ask('calls.dial', { number: '', leadId });
  desk.phone.happen({ type: 'answered' });
  await settle();
  desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
  await settle();
  return callId;
}
const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? [error.code, error.details] : error),
  );
const missing = async (desk: CallsDesk, callId: string) => (await desk.get(callId)).missing;

describe('an outcome of the company', () => {
  it('is kept with its meaning, which the lead and the gate hear of; who knows the meaning alone gets its first', async () => {
    const desk = deskOf();
    const callId = await talked(desk);
    await desk.ask('calls.setOutcome', { callId, outcome: 'no-need', outcomeId: cold });
    expect(await desk.get(callId)).toMatchObject({ outcome: 'no-need', outcomeId: cold, missing: [] });
    expect(desk.leadCalls.at(-1)).toMatchObject({ outcome: 'no-need' });
    await desk.ask('calls.setOutcome', { callId, outcome: 'interested' });
    expect(await desk.get(callId)).toMatchObject({ outcome: 'interested', outcomeId: hot });
    await desk.ask('calls.setOutcome', { callId, outcome: 'do-not-call' });
    expect(await desk.get(callId)).toMatchObject({ outcome: 'do-not-call', outcomeId: null, missing: [] });
    await desk.ask('calls.setOutcome', { callId, outcome: null });
    expect(await desk.get(callId)).toMatchObject({ outcome: null, outcomeId: null });
    expect(desk.calls.cloud.row(callId, null)).toMatchObject({ outcome: null, outcomeId: null, missing: [] });
  });

  it('is not chosen when it is retired, unknown or means something else; a call that has it may keep it', async () => {
    const desk = deskOf();
    const callId = await talked(desk);
    const choose = (outcome: 'interested' | 'no-need', outcomeId: string) =>
      code(desk.ask('calls.setOutcome', { callId, outcome, outcomeId }));
    for (const [outcome, id] of [['interested', old], ['interested', leadId], ['no-need', hot]] as const)
      expect(await choose(outcome, id)).toEqual(['not-found', {}]); // prettier-ignore
    await choose('interested', hot);
    desk.outcomes = { ...desk.outcomes, outcomes: desk.outcomes.outcomes.map((each) => ({ ...each, active: false })) };
    expect(await choose('interested', hot)).toBe('done');
  });

  it('comes from the cloud with what the call lacks, and a cloud of before that says neither takes nothing back', async () => {
    const desk = deskOf();
    const callId = '01900000-0000-7000-8000-000000000301';
    const before = { ...testCall(callId, 1), employeeId: leadId, outcome: 'interested' as const };
    desk.calls.cloud.upsert({ ...before, outcomeId: hot, missing: ['note', 'a gap of tomorrow'] });
    desk.employee = { id: before.employeeId, name: '陈坐席', role: 'admin' };
    expect(await desk.get(callId)).toMatchObject({ outcomeId: hot, missing: ['note'] });
    desk.calls.cloud.upsert({ ...before, rev: before.rev + 1, outcomeId: null, missing: null, note: '补一句' });
    expect(await desk.get(callId)).toMatchObject({ outcomeId: hot, missing: ['note'], note: '补一句' });
    desk.calls.cloud.upsert({ ...before, rev: before.rev + 2, outcomeId: null, missing: [] });
    expect(await missing(desk, callId)).toEqual([]);
  });

  it('finds its calls, beside those of its meaning', async () => {
    const desk = deskOf();
    const ids = [await talked(desk), await talked(desk)];
    await desk.ask('calls.setOutcome', { callId: ids[0] ?? '', outcome: 'interested', outcomeId: hot });
    const found = async (query: object) =>
      (await desk.ask('calls.list', { query, offset: 0, limit: 9 } as never)).rows.map(({ id }) => id);
    expect(await found({ outcomeId: hot })).toEqual([ids[0]]);
    expect(await found({ outcome: 'interested' })).toEqual([ids[0]]);
    expect(await found({ incomplete: true })).toEqual([ids[0]]);
  });
});

describe('what a call lacks', () => {
  it('goes with the note and with what is planned for the customer, and is asked for again by another outcome alone', async () => {
    const desk = deskOf();
    follow(desk, desk.context.clock.now() - 1);
    const callId = await talked(desk);
    await desk.ask('calls.setOutcome', { callId, outcome: 'interested', outcomeId: hot });
    expect(await missing(desk, callId)).toEqual(['note', 'follow-up', 'stage']);
    await desk.ask('calls.setNote', { callId, note: '下周面谈' });
    expect(await missing(desk, callId)).toEqual(['follow-up', 'stage']);
    follow(desk, desk.context.clock.now() + 86_400_000, 'quoted');
    desk.calls.settle('customers');
    expect(await missing(desk, callId)).toEqual([]);
    // Done by now: it was planned all the same.
    follow(desk, null, 'quoted');
    desk.calls.settle('customers');
    expect(await missing(desk, callId)).toEqual([]);
    await desk.ask('calls.setNote', { callId, note: '  ' });
    expect(await missing(desk, callId)).toEqual(['note']);
    await desk.ask('calls.setOutcome', { callId, outcome: 'interested', outcomeId: hot });
    expect(await missing(desk, callId)).toEqual(['note', 'follow-up']);
    await desk.ask('calls.setOutcome', { callId, outcome: 'no-need', outcomeId: cold });
    expect(await missing(desk, callId)).toEqual([]);
  });

  it('is nothing of a customer who is not theirs, or no longer', async () => {
    const desk = deskOf();
    follow(desk, null);
    const callId = await talked(desk);
    await desk.ask('calls.setOutcome', { callId, outcome: 'interested', outcomeId: hot });
    desk.followed.clear();
    desk.calls.settle('customers');
    expect(await missing(desk, callId)).toEqual(['note']);
  });

  it('keeps the call in the dock until it is there, and in the list under 待补全', async () => {
    const desk = deskOf();
    const callId = await talked(desk);
    await desk.ask('calls.setOutcome', { callId, outcome: 'interested', outcomeId: hot });
    expect(desk.calls.owed()).toEqual(['note']);
    expect(await code(desk.ask('calls.dismiss', { callId }))).toEqual(['call.incomplete', { missing: ['note'] }]);
    expect(desk.current().call?.id).toBe(callId);
    const list = { query: { incomplete: true }, offset: 0, limit: 9 } as never;
    expect((await desk.ask('calls.list', list)).total).toBe(1);
    await desk.ask('calls.setNote', { callId, note: '要报价' });
    expect((await desk.ask('calls.list', list)).total).toBe(0);
    await desk.ask('calls.dismiss', { callId });
    expect(desk.current().call).toBeNull();
  });

  it('is an outcome of each answered call, where the company wants one: written with its end', async () => {
    const desk = deskOf(true);
    const callId = await talked(desk);
    expect([await missing(desk, callId), desk.calls.owed()]).toEqual([['outcome'], ['outcome']]);
    expect(desk.calls.cloud.row(callId, null)).toMatchObject({ missing: ['outcome'] });
    const { callId: unanswered } = await desk.ask('calls.dial', { number: '', leadId });
    desk.phone.happen({ type: 'ended', cause: 'no-answer' });
    expect([await missing(desk, unanswered), desk.calls.owed()]).toEqual([[], []]);
    expect(await missing(desk, callId)).toEqual(['outcome']);
  });

  it('is wanted no more once the company takes its rule back, and what it wants anew is asked of calls to come', async () => {
    const desk = deskOf(true);
    const [without, noted] = [await talked(desk), await talked(desk)];
    await desk.ask('calls.setOutcome', { callId: noted, outcome: 'interested', outcomeId: hot });
    expect(await missing(desk, noted)).toEqual(['note']);
    desk.outcomes = { mustChoose: false, outcomes: desk.outcomes.outcomes.map((each) => ({ ...each, requires: ['stage'] })) }; // prettier-ignore
    desk.calls.settle('customers');
    expect([await missing(desk, without), await missing(desk, noted)]).toEqual([['outcome'], ['note']]);
    desk.calls.settle('outcomes');
    expect([await missing(desk, without), await missing(desk, noted)]).toEqual([[], []]);
  });

  it('waits in the dock while a call that came in rings; who takes that one has it in hand instead', async () => {
    const desk = deskOf(true);
    await desk.calls.start();
    const callId = await talked(desk);
    for (const [at, taken] of [false, true].entries()) {
      const id = `01900000-0000-7000-8000-0000000002${at}0`;
      desk.phone.ring(id, '+8615400000138');
      expect([desk.current().call?.id, desk.calls.owed()]).toEqual([id, []]);
      if (taken) desk.phone.happen({ type: 'answered' }, id);
      await settle();
      desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' }, id);
      await settle();
      expect([desk.current().call?.id, desk.calls.owed()]).toEqual([taken ? id : callId, ['outcome']]);
    }
  });

  it('survives a kill in the middle of the call: who was talked to is listed as to be completed', async () => {
    const desk = deskOf(true);
    await desk.talk();
    const context = testContext();
    context.clock.jumpWall(desk.context.clock.now() + 60_000 - context.clock.now());
    const next = new CallsDesk(desk.database, context);
    next.outcomes = desk.outcomes;
    await next.calls.start();
    const list = { query: { incomplete: true }, offset: 0, limit: 9 } as never;
    expect((await next.ask('calls.list', list)).rows).toMatchObject([
      { endCause: 'engine-crash', missing: ['outcome'] },
    ]);
    // Whoever was in the middle of it finds it in the dock.
    expect(next.current().call?.missing).toEqual(next.calls.owed());
  });
});
