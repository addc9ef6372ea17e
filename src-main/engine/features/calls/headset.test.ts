import { describe, expect, it } from 'vitest';
import { frameSamples, type SoundFrame } from '#shared/domain/call-channel.ts';
import { CallsDesk } from './testing/calls-desk.ts';

const part = (value: number, frames = 1): string =>
  Buffer.alloc(frames * 320, Buffer.from([value, 0])).toString('base64');
const first = (samples: Int16Array): number => samples[0] ?? NaN;

function talkOnHeadset(desk: CallsDesk) {
  return desk.talk().then((callId) => {
    desk.phone.soundOf(callId).route = 'headset';
    desk.phone.soundOf(callId).uplink = { sent: 0, dropped: 0, adjusted: 0 };
    return callId;
  });
}

describe('the headset at the PC', () => {
  it('is spoken into from dialling on, and heard from there in order', async () => {
    const desk = new CallsDesk();
    const callId = await desk.dial();
    for (let seq = 0; seq < 10; seq += 1)
      expect(await desk.ask('calls.speak', { callId, seq, capturedAt: null, pcm: part(seq) })).toMatchObject({
        taken: true,
      });
    expect([desk.headset.next(true), desk.headset.next(true)].map(first)).toEqual([8, 9]);
  });

  it('takes 20, 40 and 60 ms at once', async () => {
    const desk = new CallsDesk();
    const callId = await desk.dial();
    desk.headset.next(false);
    await desk.ask('calls.speak', { callId, seq: 0, capturedAt: null, pcm: part(1, 3) });
    await desk.ask('calls.speak', { callId, seq: 1, capturedAt: null, pcm: part(2, 2) });
    expect([1, 2, 3, 4].map(() => first(desk.headset.next(true)))).toEqual([1, 1, 1, 2]);
  });

  it('is silent while it is shut or muted, and goes on in time', async () => {
    const desk = new CallsDesk();
    const callId = await desk.dial();
    desk.headset.next(false);
    for (let seq = 1; seq < 6; seq += 1)
      await desk.ask('calls.speak', { callId, seq, capturedAt: null, pcm: part(seq) });
    desk.headset.muted = true;
    expect([desk.headset.next(false), desk.headset.next(true)].map(first)).toEqual([0, 0]);
    desk.headset.muted = false;
    expect(first(desk.headset.next(true))).toBe(3);
  });

  it('hears one window at a time; a second one takes over when the first has gone', async () => {
    const desk = new CallsDesk();
    const callId = await desk.dial();
    const pcm = new Uint8Array(320);
    expect(desk.headset.speak(callId, 'first', { seq: 0, capturedAt: null, pcm })).toBe(true);
    expect(desk.headset.speak(callId, 'second', { seq: 0, capturedAt: null, pcm })).toBe(false);
    desk.context.clock.advance(1_500);
    expect(desk.headset.speak(callId, 'second', { seq: 0, capturedAt: null, pcm })).toBe(true);
  });

  it('a window that is loaded anew in the call counts from the beginning, and is heard at once', async () => {
    const desk = new CallsDesk();
    const callId = await desk.dial();
    desk.headset.next(true);
    const say = (seq: number, value: number): Promise<unknown> =>
      desk.ask('calls.speak', { callId, seq, capturedAt: null, pcm: part(value) });
    for (let seq = 400; seq < 404; seq += 1) await say(seq, 1);
    expect(first(desk.headset.next(true))).toBe(1);
    for (let seq = 1; seq < 4; seq += 1) await say(seq, 2);
    expect(first(desk.headset.next(true))).toBe(2);
    expect(desk.headset.late).toBe(0);
  });

  it('mutes itself on its route; the handset is muted by the phone', async () => {
    const desk = new CallsDesk();
    const callId = await talkOnHeadset(desk);
    await desk.ask('calls.setMuted', { callId, muted: true });
    expect([desk.headset.muted, desk.phone.muted]).toEqual([true, false]);
    expect((await desk.get(callId)).muted).toBe(true);
    desk.phone.soundOf(callId).route = 'handset';
    await desk.ask('calls.setMuted', { callId, muted: true });
    expect(desk.phone.muted).toBe(true);
  });

  it('a new call begins unmuted and without a delay of the one before', async () => {
    const desk = new CallsDesk();
    const callId = await talkOnHeadset(desk);
    desk.headset.next(false);
    for (let seq = 0; seq < 2; seq += 1)
      await desk.ask('calls.speak', { callId, seq, capturedAt: desk.context.clock.mono(), pcm: part(1) });
    desk.context.clock.advance(30);
    desk.headset.next(true);
    expect(desk.headset.delayMs()).toEqual({ p50: 30, p95: 30 });
    desk.headset.muted = true;
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    await desk.dial('15400000138');
    expect([desk.headset.muted, desk.headset.delayMs()]).toEqual([false, null]);
  });

  it('tells how the sound fares: delay one way, and every frame that was lost on the way', async () => {
    const desk = new CallsDesk();
    const { items, stop } = desk.listen('calls.soundQuality');
    const callId = await talkOnHeadset(desk);
    desk.phone.soundOf(callId).uplink = { sent: 40, dropped: 2, adjusted: 1 };
    desk.headset.next(false);
    for (let seq = 0; seq < 3; seq += 1)
      await desk.ask('calls.speak', { callId, seq, capturedAt: desk.context.clock.mono() - 70, pcm: part(1) });
    desk.headset.next(true);
    desk.context.clock.advance(1_000);
    stop();
    expect(items.at(-1)).toEqual({
      callId,
      route: 'headset',
      heard: true,
      delayMs: { p50: 70, p95: 70 },
      dropped: 2,
      adjusted: 1,
      late: 0,
      missing: 0,
      card: null,
      line: null,
    });
  });

  it('plays the customer in the window on its route only', async () => {
    const desk = new CallsDesk();
    const frame: SoundFrame = { customer: new Int16Array(frameSamples).fill(3), agent: new Int16Array(frameSamples) };
    const callId = await desk.talk();
    const handset = desk.listen('calls.headset', { callId });
    desk.phone.soundOf(callId).frames.emit(frame);
    expect(handset.items).toEqual([]);
    handset.stop();
    desk.phone.soundOf(callId).route = 'headset';
    const headset = desk.listen('calls.headset', { callId });
    desk.phone.soundOf(callId).frames.emit(frame);
    headset.stop();
    desk.phone.soundOf(callId).frames.emit(frame);
    expect(headset.items).toEqual([{ customer: part(3) }]);
  });

  it('refuses a call that is not there', async () => {
    const desk = new CallsDesk();
    const callId = await desk.dial();
    desk.phone.happen({ type: 'ended', cause: 'busy' });
    await expect(desk.ask('calls.speak', { callId, seq: 0, capturedAt: null, pcm: part(1) })).rejects.toMatchObject({
      code: 'call.gone',
    });
  });
});

describe('an agent without an opener', () => {
  it('is let onto the line at the answer', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk();
    expect(desk.phone.soundOf(callId).opened).toBe(1);
  });
});
