import { describe, expect, it } from 'vitest';
import type { MediaReading } from '#shared/domain/voice-quality.ts';
import { testContext } from '../../testing/test-context.ts';
import { CallsDesk } from './testing/calls-desk.ts';

const second: MediaReading = { flow: 'flowing', quietMs: 0, received: 49, lost: 1, jitterMs: 3, roundTripMs: 40 };

/** The sound is measured once a second, for so long. */
function measure(desk: CallsDesk, callId: string, seconds: number, reading = second): void {
  for (let n = 0; n < seconds; n += 1) {
    desk.phone.readings.emit({ callId, reading });
    desk.context.clock.advance(1_000);
  }
}

describe('通话质量', () => {
  it('is shown while the call runs, kept with it, and goes to the cloud with its end', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk();
    const { items, stop } = desk.listen('calls.soundQuality');
    measure(desk, callId, 10);
    expect(items.at(-1)?.line).toMatchObject({ level: 'good', lossPercent: 2, roundTripMs: 40, warn: false });
    measure(desk, callId, 10, { ...second, received: 35, lost: 15 });
    expect(items.at(-1)?.line).toMatchObject({ level: 'poor', lossPercent: 30, warn: true });
    stop();
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    const { quality } = await desk.get(callId);
    expect(quality).toMatchObject({ seconds: 20, silentSeconds: 0, received: 840, lost: 160 });
    expect(desk.calls.cloud.row(callId, null)?.quality).toEqual(quality);
    expect(desk.enqueued.at(-1)).toBe(callId);
  });

  it('is nothing where nothing is measured, and before the answer', async () => {
    const desk = new CallsDesk();
    const callId = await desk.dial();
    desk.phone.readings.emit({ callId, reading: second });
    desk.phone.happen({ type: 'answered' });
    const { items, stop } = desk.listen('calls.soundQuality');
    stop();
    expect(items.at(-1)).toMatchObject({ callId, line: null });
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    expect((await desk.get(callId)).quality).toBeNull();
    expect(desk.calls.cloud.row(callId, null)?.quality).toBeNull();
  });

  it('loses a second to a crash, and goes on in a call that the next run takes over', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk();
    measure(desk, callId, 30);
    const context = testContext();
    context.clock.jumpWall(desk.context.clock.now() + 1_000 - context.clock.now());
    const next = new CallsDesk(desk.database, context);
    next.phone.carried = [callId];
    next.phone.giveSound(callId);
    await next.calls.start();
    expect((await next.get(callId)).quality?.seconds).toBeGreaterThanOrEqual(29);
    measure(next, callId, 10);
    next.phone.happen({ type: 'ended', cause: 'local-hang-up' }, callId);
    const { quality } = await next.get(callId);
    expect(quality?.seconds).toBeGreaterThanOrEqual(39);
    expect(quality?.mos?.mean).toBeGreaterThan(4);
  });

  it('of a call that a crash ended is what was measured until then', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk();
    measure(desk, callId, 12);
    const context = testContext();
    context.clock.jumpWall(desk.context.clock.now() + 60_000 - context.clock.now());
    const next = new CallsDesk(desk.database, context);
    await next.calls.start();
    const view = await next.get(callId);
    expect(view.endCause).toBe('engine-crash');
    expect(view.quality?.seconds).toBeGreaterThanOrEqual(11);
  });

  it('comes from the cloud with a colleague’s call', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk();
    measure(desk, callId, 5);
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    const row = desk.calls.cloud.row(callId, null);
    if (!row) throw new Error('no row');
    const other = new CallsDesk();
    other.employee = { id: '01900000-0000-7000-8000-0000000000cc', name: '经理', role: 'manager' };
    other.calls.cloud.upsert(row);
    expect((await other.get(callId)).quality).toEqual((await desk.get(callId)).quality);
  });
});
