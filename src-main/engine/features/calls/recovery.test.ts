import { describe, expect, it } from 'vitest';
import { testContext } from '../../testing/test-context.ts';
import { adoptWithinMs } from './recovery.ts';
import type { OpenerForCall } from './ports.ts';
import { CallsDesk, settle } from './testing/calls-desk.ts';

const opener: OpenerForCall = {
  id: '01900000-0000-7000-8000-0000000000bb',
  name: '开场白一',
  text: '您好',
  durationMs: 8000,
  clip: () => new Int16Array(64_000),
};

/** The engine dies (nothing is disposed, nothing is written) and a new one opens the same data `gapMs` later. */
function restart(desk: CallsDesk, gapMs: number): CallsDesk {
  const context = testContext();
  // Another process: the wall clock went on, the monotonic one starts anew.
  context.clock.jumpWall(desk.context.clock.now() + gapMs - context.clock.now());
  return new CallsDesk(desk.database, context);
}

describe('after a crash', () => {
  it('closes a call that the phone no longer carries with its last proof of life', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk(undefined, 4000);
    desk.context.clock.advance(61_400);
    const next = restart(desk, 3_600_000);
    await next.calls.start();
    const view = await next.get(callId);
    expect(view).toMatchObject({ state: 'ended', endCause: 'engine-crash', waitMs: 4000, result: 'connected' });
    expect(view.talkMs).toBe(61_000);
    expect((view.endedAt ?? 0) - (view.answeredAt ?? 0)).toBe(61_000);
    expect(next.enqueued).toEqual([callId]);
    expect(next.journal(callId).at(-1)).toBe('closed-by-recovery');
    expect(next.calls.inCall()).toBe(false);
    await next.dial('15400000138');
  });

  it('closes a call that was only dialled with no talk', async () => {
    const desk = new CallsDesk();
    const callId = await desk.dial();
    const next = restart(desk, 500);
    await next.calls.start();
    expect(await next.get(callId)).toMatchObject({ endCause: 'engine-crash', talkMs: 0, waitMs: 0, result: 'failed' });
  });

  it('is not bent by a wall clock that was set while the call ran', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk(undefined, 4000);
    desk.context.clock.jumpWall(-86_400_000);
    desk.context.clock.advance(30_000);
    const next = restart(desk, 1000);
    await next.calls.start();
    expect(await next.get(callId)).toMatchObject({ waitMs: 4000, talkMs: 30_000 });
  });

  it('takes over a call that the phone still carries, under its id and with its real times', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk(undefined, 4000);
    desk.context.clock.advance(60_000);
    const next = restart(desk, 2000);
    next.phone.carried = [callId];
    next.phone.giveSound(callId);
    await next.calls.start();
    expect(next.current()).toMatchObject({ call: { id: callId, state: 'active' }, waitMs: 4000, talkMs: 62_000 });
    expect(next.recording.told).toEqual(['start 62000']);
    next.phone.happen({ type: 'answered' }, callId);
    next.context.clock.advance(8000);
    await next.ask('calls.hangUp', { callId });
    next.phone.happen({ type: 'ended', cause: 'local-hang-up' }, callId);
    expect(await next.get(callId)).toMatchObject({ waitMs: 4000, talkMs: 70_000, endCause: 'local-hang-up' });
    expect(next.recording.told).toEqual(['start 62000', 'finish 70000']);
    expect(next.journal(callId)).toEqual(['placed', 'alerting', 'answered', 'adopted', 'hang-up', 'ended']);
  });

  it('survives a second crash right after', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk(undefined, 4000);
    desk.context.clock.advance(10_000);
    const second = restart(desk, 1000);
    second.phone.carried = [callId];
    await second.calls.start();
    second.context.clock.advance(20_000);
    const third = restart(second, 1000);
    await third.calls.start();
    expect(await third.get(callId)).toMatchObject({ waitMs: 4000, talkMs: 31_000, endCause: 'engine-crash' });
  });

  it('takes an end that came while the phone was asked', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk();
    const next = restart(desk, 1000);
    next.phone.carried = [callId];
    const starting = next.calls.start();
    next.phone.happen({ type: 'ended', cause: 'remote-hang-up' }, callId);
    await starting;
    expect(await next.get(callId)).toMatchObject({ state: 'ended', endCause: 'remote-hang-up' });
  });

  it('keeps what the person wanted when the engine died in the middle of a hang-up', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk();
    await desk.ask('calls.hangUp', { callId });
    const next = restart(desk, 1000);
    await next.calls.start();
    expect((await next.get(callId)).endCause).toBe('local-hang-up');
  });

  it('does not wait for ever for a phone that says nothing', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk();
    const next = restart(desk, 1000);
    next.phone.carried = null;
    const starting = next.calls.start();
    await expect(next.dial('15400000138')).rejects.toMatchObject({ code: 'call.busy' });
    next.context.clock.advance(adoptWithinMs);
    await settle();
    await starting;
    expect((await next.get(callId)).endCause).toBe('engine-crash');
  });

  it('ends a call that was to be ended when the engine died, where the phone still carries it', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk();
    await desk.ask('calls.hangUp', { callId });
    const next = restart(desk, 1000);
    next.phone.carried = [callId];
    await next.calls.start();
    expect(next.phone.hungUp).toEqual([callId]);
    next.phone.happen({ type: 'ended', cause: 'local-hang-up' }, callId);
    expect((await next.get(callId)).endCause).toBe('local-hang-up');
  });

  it('hears a hang-up while the phone is still being asked', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk();
    const next = restart(desk, 1000);
    next.phone.carried = [callId];
    const starting = next.calls.start();
    await next.ask('calls.hangUp', { callId });
    await starting;
    expect(next.phone.hungUp).toEqual([callId]);
  });

  it('lets the agent in on a call whose opener the crash broke off, and keeps what was heard', async () => {
    const desk = new CallsDesk();
    desk.opener = opener;
    const callId = await desk.talk();
    desk.context.clock.advance(3200);
    const next = restart(desk, 2000);
    next.opener = opener;
    next.phone.carried = [callId];
    next.phone.giveSound(callId);
    await next.calls.start();
    const view = await next.get(callId);
    expect(view).toMatchObject({ state: 'active', opener: { state: 'failed', heardMs: 3000 }, cutInMs: 5200 });
    expect(next.recording.told).toEqual(['start 5200', 'opener-end 5200']);
    expect(next.phone.soundOf(callId).plays).toEqual([]);
    await expect(next.ask('calls.cutIn', { callId })).rejects.toMatchObject({ code: 'call.opener-not-playing' });
    expect(next.journal(callId).slice(-2)).toEqual(['adopted', 'opener-ended']);
  });

  it('plays no opener to somebody who answered while the engine was down, but to whoever answers afterwards', async () => {
    const answeredMeanwhile = new CallsDesk();
    const first = await answeredMeanwhile.dial();
    const next = restart(answeredMeanwhile, 2000);
    next.opener = opener;
    next.phone.carried = [first];
    const starting = next.calls.start();
    next.phone.happen({ type: 'answered' }, first);
    await starting;
    await settle();
    expect(next.phone.soundOf(first).plays).toEqual([]);
    expect(next.recording.told).toEqual(['start 0']);

    const stillRinging = new CallsDesk();
    const second = await stillRinging.dial();
    const after = restart(stillRinging, 2000);
    after.opener = opener;
    after.phone.carried = [second];
    await after.calls.start();
    after.phone.happen({ type: 'answered' }, second);
    await settle();
    expect(after.phone.soundOf(second).plays).toHaveLength(1);
  });

  it('keeps what was heard of the opener of a call that is gone, and tells the recording how long the talk was', async () => {
    const desk = new CallsDesk();
    desk.opener = opener;
    const callId = await desk.talk();
    desk.context.clock.advance(4500);
    const next = restart(desk, 60_000);
    await next.calls.start();
    expect(await next.get(callId)).toMatchObject({ state: 'ended', opener: { state: 'playing', heardMs: 4000 } });
    expect(next.recording.told).toEqual(['finish 4000']);
  });
});
