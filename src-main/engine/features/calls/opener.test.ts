import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import { CallsDesk, settle } from './testing/calls-desk.ts';

const openerId = '01900000-0000-7000-8000-0000000000bb';

/** A desk whose customer has just answered; the opener has begun. */
async function answered(
  change: (desk: CallsDesk) => void = () => undefined,
): Promise<{ desk: CallsDesk; callId: string }> {
  const desk = new CallsDesk();
  desk.opener = { id: openerId, name: '开场白一', text: '您好', durationMs: 8000, clip: () => new Int16Array(64_000) };
  change(desk);
  return { desk, callId: await desk.talk() };
}

const cutIn = (desk: CallsDesk, callId: string): Promise<string> =>
  desk.ask('calls.cutIn', { callId }).then(
    () => 'live',
    (error: unknown) => (error instanceof AppError ? error.code : 'other'),
  );
const opener = async (desk: CallsDesk, callId: string): Promise<Pick<CallView, 'opener' | 'cutInMs'>> => {
  const { opener, cutInMs } = await desk.get(callId);
  return { opener, cutInMs };
};

describe('opener and cut-in', () => {
  it('plays at answer and shows how far it is, five times a second at most', async () => {
    const { desk, callId } = await answered();
    const { items } = desk.listen('calls.current');
    const before = items.length;
    for (let ms = 0; ms < 1000; ms += 20) {
      desk.phone.soundOf().playback.heardMs += 20;
      desk.context.clock.advance(20);
    }
    expect(items.length - before).toBe(5);
    expect(items.at(-1)?.call?.opener).toMatchObject({ openerId, state: 'playing', heardMs: 1000, name: '开场白一' });
    expect((await opener(desk, callId)).opener?.startedAt).toBe(desk.context.clock.now() - 1000);
  });

  it('stores opener, start, what was heard and when the agent cut in; once', async () => {
    const { desk, callId } = await answered();
    const { playback } = desk.phone.soundOf();
    const startedAt = desk.context.clock.now();
    desk.context.clock.advance(2300);
    playback.heardMs = 2280;
    expect(await cutIn(desk, callId)).toBe('live');
    expect(await cutIn(desk, callId)).toBe('call.opener-not-playing');
    expect(playback.cutIns).toBe(1);
    desk.context.clock.advance(10_000);
    playback.heardMs = 9999; // whatever the device says later
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    expect(await opener(desk, callId)).toMatchObject({
      opener: { openerId, startedAt, heardMs: 2280, state: 'cut-in' },
      cutInMs: 2300,
    });
    expect(desk.recording.told).toEqual(['start 0', 'opener-start 0', 'cut-in 2300', 'finish 12300']);
    expect(desk.journal(callId)).toEqual(['placed', 'alerting', 'answered', 'opener-started', 'cut-in', 'ended']);
    expect(desk.calls.cloud.row(callId, null)).toMatchObject({ openerHeardMs: 2280, cutInMs: 2300, openerId });
  });

  it('lets two impatient fingers cut in once', async () => {
    const { desk, callId } = await answered();
    expect(await Promise.all([cutIn(desk, callId), cutIn(desk, callId)])).toEqual(['live', 'call.opener-not-playing']);
  });

  it('keeps what was heard when the customer hangs up in the middle', async () => {
    const { desk, callId } = await answered();
    const { playback } = desk.phone.soundOf();
    playback.heardMs = 3140;
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    expect(playback.stops).toBe(1);
    expect(await opener(desk, callId)).toMatchObject({ opener: { heardMs: 3140, state: 'playing' }, cutInMs: null });
    expect(await cutIn(desk, callId)).toBe('call.gone');
  });

  it('listens on after the opener, and the agent may still go live', async () => {
    const { desk, callId } = await answered();
    const { playback } = desk.phone.soundOf();
    desk.context.clock.advance(8000);
    playback.heardMs = 8000;
    playback.end('finished');
    expect((await desk.get(callId)).state).toBe('active');
    desk.context.clock.advance(1500);
    expect(await cutIn(desk, callId)).toBe('live');
    expect(await opener(desk, callId)).toMatchObject({ opener: { heardMs: 8000, state: 'finished' }, cutInMs: 9500 });
  });

  it('is cut into before the call is held, so that none plays into what is taken up later', async () => {
    const { desk, callId } = await answered();
    await desk.ask('calls.hold', { callId });
    expect(desk.phone.soundOf().playback.cutIns).toBe(1);
    expect(desk.phone.asked).toEqual([`hold ${callId}`]);
    desk.phone.happen({ type: 'held' });
    expect(await cutIn(desk, callId)).toBe('call.opener-not-playing');
    expect((await desk.get(callId)).opener?.state).toBe('cut-in');
  });

  it('that is over may be cut into on hold: the agent is live from the resume on', async () => {
    const { desk, callId } = await answered();
    const { playback } = desk.phone.soundOf();
    playback.end('finished');
    await desk.ask('calls.hold', { callId });
    desk.phone.happen({ type: 'held' });
    expect(playback.cutIns).toBe(0);
    expect(await cutIn(desk, callId)).toBe('live');
    expect(playback.cutIns).toBe(1);
    // What is sent to whoever is held is the channel's matter: nothing of the microphone (tests/e2e/sip-call).
    expect((await desk.get(callId)).state).toBe('held');
  });

  it('hangs up after the opener where the rule says so', async () => {
    const { desk, callId } = await answered((one) => (one.settings.afterOpener = 'hang-up'));
    desk.phone.soundOf().playback.end('finished');
    expect(desk.phone.hungUp).toEqual([callId]);
    desk.phone.happen({ type: 'ended', cause: 'local-hang-up' });
    expect(await opener(desk, callId)).toMatchObject({ opener: { state: 'finished' } });
  });

  it('does not hang up on an agent who cut in at the last moment', async () => {
    const { desk, callId } = await answered((one) => (one.settings.afterOpener = 'hang-up'));
    const cutting = cutIn(desk, callId);
    desk.phone.soundOf().playback.end('finished');
    expect(await cutting).toBe('live');
    expect(desk.phone.hungUp).toEqual([]);
  });

  it('lets the agent in at once when the sound breaks', async () => {
    const { desk, callId } = await answered();
    const { playback } = desk.phone.soundOf();
    desk.context.clock.advance(700);
    playback.heardMs = 640;
    playback.end('failed');
    expect(playback.cutIns).toBe(1);
    expect(await opener(desk, callId)).toMatchObject({ opener: { state: 'failed', heardMs: 640 }, cutInMs: 700 });
    expect(await cutIn(desk, callId)).toBe('call.opener-not-playing');
  });

  it('can be tried again when the device refused the cut-in', async () => {
    const { desk, callId } = await answered();
    const { playback } = desk.phone.soundOf();
    playback.refusal = new AppError('phone.refused');
    expect(await cutIn(desk, callId)).toBe('phone.refused');
    playback.refusal = null;
    expect(await cutIn(desk, callId)).toBe('live');
  });

  it('goes on without an opener that cannot be read', async () => {
    const { desk, callId } = await answered((one) => {
      const { opener: clip } = one;
      if (clip)
        one.opener = {
          ...clip,
          clip: () => {
            throw new AppError('recording.damaged');
          },
        };
    });
    expect(await opener(desk, callId)).toMatchObject({ opener: { state: 'failed', heardMs: 0, startedAt: null } });
    expect((await desk.get(callId)).state).toBe('active');
  });

  it('knows a call without opener and one that is not answered', async () => {
    const { desk, callId } = await answered((one) => (one.opener = null));
    expect(await opener(desk, callId)).toEqual({ opener: null, cutInMs: null });
    expect(await cutIn(desk, callId)).toBe('call.opener-not-playing');
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    const next = await desk.dial('15400000138');
    expect(await cutIn(desk, next)).toBe('call.not-connected');
  });

  it('stops an opener that began after the call had ended', async () => {
    const desk = new CallsDesk();
    desk.opener = { id: openerId, name: 'a', text: '', durationMs: 10, clip: () => new Int16Array(1) };
    await desk.dial();
    desk.phone.happen({ type: 'answered' });
    const sound = desk.phone.soundOf();
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    await settle();
    expect(sound.playback.stops).toBe(1);
  });

  it('needs sound: a phone without it neither plays nor records', async () => {
    const { desk, callId } = await answered((one) => (one.phone.withSound = false));
    expect((await opener(desk, callId)).opener).toBeNull();
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    expect(desk.recording.told).toEqual([]);
  });

  it('plays in a phone that gives us no sound, and nothing is recorded or said to be', async () => {
    const { desk, callId } = await answered((one) => (one.phone.dressSound = (sound) => (sound.recordable = false)));
    const { items } = desk.listen('calls.soundQuality');
    expect(items.at(-1)).toMatchObject({ callId, route: 'handset', heard: false });
    expect(await cutIn(desk, callId)).toBe('live');
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    expect(desk.recording.told).toEqual([]);
    expect(await desk.get(callId)).toMatchObject({ opener: { state: 'cut-in' }, recording: null });
  });

  it('says why it could not be played, and the agent is live', async () => {
    const refusal = new AppError('opener.not-in-phone');
    const { desk, callId } = await answered((one) => (one.phone.dressSound = (sound) => (sound.refusal = refusal)));
    expect(desk.phone.soundOf().opened).toBe(1);
    expect(await desk.get(callId)).toMatchObject({
      opener: { state: 'failed' },
      problem: { code: 'opener.not-in-phone' },
      state: 'active',
    });
  });

  it('is given to the phone beforehand: at the start, and whenever another one is chosen', async () => {
    const desk = new CallsDesk();
    await desk.calls.start();
    const clip = new Int16Array(8000);
    desk.opener = { id: openerId, name: '开场白一', text: '', durationMs: 1000, clip: () => clip };
    desk.openerChanged.emit();
    desk.opener = null;
    desk.openerChanged.emit();
    expect(desk.phone.prepared).toEqual([null, clip, null]);
  });

  it('goes on showing how far it is when another call changes meanwhile', async () => {
    const earlier = new CallsDesk();
    const first = await earlier.talk('15400000138');
    earlier.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    earlier.opener = { id: openerId, name: '开场白一', text: '', durationMs: 8000, clip: () => new Int16Array(64_000) };
    await earlier.talk();
    earlier.recording.receipts.emit(first); // its recording was uploaded
    const { items } = earlier.listen('calls.current');
    const before = items.length;
    earlier.context.clock.advance(1000);
    expect(items.length - before).toBe(5);
  });

  it('lets the agent in before the program ends under the call, and waits no longer than a second for that', async () => {
    const { desk, callId } = await answered();
    desk.context.clock.advance(1500);
    await desk.calls.leave();
    expect(desk.phone.soundOf().playback.cutIns).toBe(1);
    expect(await opener(desk, callId)).toMatchObject({ opener: { state: 'cut-in' }, cutInMs: 1500 });

    const { desk: slow } = await answered();
    slow.phone.soundOf().playback.cutIn = () => new Promise(() => undefined);
    const leaving = slow.calls.leave();
    slow.context.clock.advance(1000);
    await leaving;
  });
});
