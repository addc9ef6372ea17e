import { afterEach, describe, expect, it } from 'vitest';
import type { Playback, SoundFrame } from '#shared/domain/call-channel.ts';
import type { Behaviour } from '#simulator/network/behaviours.ts';
import { talkative } from '#simulator/network/behaviours.ts';
import { failure } from '#tests/support/scripted-modem.ts';
import { canDial, need, openRig, type PhoneRig } from './phone-rig.ts';
import { until } from '#tests/support/until.ts';

const prompt: Behaviour = { ...talkative, alertAfterMs: 100, answerAfterMs: [700, 700], opening: [], replies: [] };
const never: Behaviour = { ...prompt, answerAfterMs: null };
const number = '15400000137';

let rig: PhoneRig;
afterEach(async () => {
  await rig.close();
});

/** The opener of the tests: a constant level that no voice of the simulator has. */
const opener = (seconds: number): Int16Array => new Int16Array(8000 * seconds).fill(7777);
const share = (samples: Int16Array, level: number): number =>
  samples.reduce((count, sample) => count + Number(sample === level), 0) / Math.max(1, samples.length);

async function dial(slot: number, to: string): Promise<void> {
  await until(`slot ${slot} can dial`, canDial(rig, slot));
  await rig.phone.dial({ callId: 'c1', dialString: to, slot });
}

describe.each(['modemPerSim', 'mux'] as const)('a call on real ptys, %s', (shape) => {
  it('dials, is answered, plays the opener, cuts in, hangs up', async () => {
    rig = await openRig(shape, { farParties: { [number]: prompt } });
    rig.phone.connect(rig.connection);
    const frames: SoundFrame[] = [];
    let playback: Playback | null = null;
    rig.phone.onEvent((callId, event) => {
      if (event.type !== 'answered') return;
      const sound = rig.phone.sound(callId);
      sound?.onFrame((frame) => frames.push(frame));
      void sound?.play(opener(10)).then((made) => (playback = made));
    });
    await dial(1, number);
    expect(rig.phone.sound('c1')).toBeNull();
    await until('opener is heard by the customer', () => frames.some((frame) => share(frame.agent, 7777) === 1));
    expect(rig.seen('c1')).toEqual(expect.arrayContaining(['accepted', 'answered']));
    await until('one second of opener', () => (playback?.heardMs ?? 0) >= 1000);
    const played = need(playback as Playback | null, 'playback');
    await played.cutIn();
    const heardMs = played.heardMs;
    const before = frames.length;
    await until('half a second of the agent', () => frames.length >= before + 25);
    expect(frames.slice(before + 3).every((frame) => share(frame.agent, 7777) === 0)).toBe(true);
    expect(frames.slice(before).some((frame) => frame.agent.some((sample) => Math.abs(sample) > 300))).toBe(true);
    await rig.phone.hangUp('c1');
    await until('the end', () => rig.seen('c1').includes('ended'));
    expect(played.heardMs).toBe(heardMs);
    expect(rig.events.at(-1)).toMatchObject({
      event: { type: 'ended', cause: 'local-hang-up' },
      stamp: { source: 'device' },
    });
    expect(rig.sim.calls.at(-1)).toMatchObject({ state: 'ended', endedBy: 'local', number });
    expect(rig.seen('c1').filter((type) => type === 'answered' || type === 'ended')).toEqual(['answered', 'ended']);
    const answered = need(
      rig.events.find((item) => item.event.type === 'answered'),
      'answer',
    ).stamp;
    const real = need(rig.sim.calls.at(-1)?.answeredAt, 'answer time');
    expect(Math.abs(answered.mono - real)).toBeLessThanOrEqual(answered.precisionMs + 500);
  });
});

describe('how calls end', () => {
  const release = (cause: number, alertAfterMs: number | null = 100): Behaviour => ({
    ...never,
    alertAfterMs,
    releaseAfterMs: 600,
    cause,
  });

  it.each([
    ['busy', 'busy', release(17, null)],
    ['nobody answers', 'no-answer', release(19)],
    ['空号', 'unreachable', release(1, null)],
    ['switched off', 'unreachable', release(27, null)],
    ['declined', 'rejected', release(21)],
    ['congestion', 'network-failure', release(42, null)],
  ] as const)('%s → %s', async (_name, cause, behaviour) => {
    rig = await openRig('mux', { farParties: { [number]: behaviour } });
    rig.phone.connect(rig.connection);
    await dial(1, number);
    await until('the end', () => rig.seen('c1').includes('ended'));
    expect(rig.events.at(-1)?.event).toEqual({ type: 'ended', cause });
    expect(rig.seen('c1')).not.toContain('answered');
    expect(rig.phone.obstacle(1)).toBeNull();
  });

  it('the customer hangs up', async () => {
    rig = await openRig('mux', { farParties: { [number]: { ...prompt, hangUpAfterMs: 700 } } });
    rig.phone.connect(rig.connection);
    await dial(1, number);
    await until('the end', () => rig.seen('c1').includes('ended'));
    expect(rig.events.at(-1)?.event).toEqual({ type: 'ended', cause: 'remote-hang-up' });
    const real = need(rig.sim.calls.at(-1)?.endedAt, 'end time');
    const { mono, precisionMs } = need(rig.events.at(-1), 'last event').stamp;
    expect(Math.abs(mono - real)).toBeLessThanOrEqual(precisionMs + 500);
  });

  it('we hang up while it rings, and while ATD is still in flight', async () => {
    rig = await openRig('mux', { farParties: { [number]: never } });
    rig.phone.connect(rig.connection);
    await dial(1, number);
    await until('ringing', () => rig.seen('c1').includes('alerting'));
    await rig.phone.hangUp('c1');
    await rig.phone.hangUp('c1');
    await until('the end', () => rig.seen('c1').includes('ended'));
    expect(rig.events.at(-1)?.event).toEqual({ type: 'ended', cause: 'local-hang-up' });

    await rig.phone.dial({ callId: 'c2', dialString: number, slot: 1 });
    await rig.phone.hangUp('c2');
    await until('the end of the second', () => rig.seen('c2').includes('ended'));
    expect(rig.events.at(-1)?.event).toEqual({ type: 'ended', cause: 'local-hang-up' });
    expect(rig.sim.calls.every((call) => call.state === 'ended')).toBe(true);
  });

  it('a phone that echoes, frames by CR CR LF, reports inside answers and whose ATH does nothing', async () => {
    rig = await openRig('mux', {
      farParties: { [number]: prompt },
      modem: { voiceHangUpControl: 1, echo: 'always', framing: 'cr-cr-lf', urcsInsideAnswers: true, dsci: true },
    });
    rig.phone.connect(rig.connection);
    await dial(1, number);
    await until('answered', () => rig.seen('c1').includes('answered'));
    await rig.phone.sendDtmf('c1', '5');
    await until('the digit', () => rig.sim.farParty(number).digits === '5');
    await rig.phone.setMuted('c1', true);
    await rig.phone.hangUp('c1');
    await until('the end', () => rig.seen('c1').includes('ended'));
    // Whether the report or a poll sees the answer first is chance when reports come inside the poll's own answer.
    expect(rig.seen('c1').filter((type) => type === 'answered')).toHaveLength(1);
  });

  it('case 28: a caller who gives up is missed, and does not confuse our next call', async () => {
    rig = await openRig('mux', { farParties: { [number]: prompt } });
    rig.phone.connect(rig.connection);
    await until('ready', canDial(rig, 1));
    const stranger = rig.sim.incomingCall(1, '15400000999');
    await until('it rings', () => rig.callers.length > 0);
    expect(rig.callers[0]).toMatchObject({ slot: 1, waiting: false, stamp: { source: 'urc' } });
    expect((await failure(rig.phone.dial({ callId: 'c1', dialString: number, slot: 1 }))).code).toBe('call.busy');
    stranger?.end('remote', 16);
    await until('missed', () => rig.seen('in1').includes('ended'));
    expect(rig.events.map(({ event }) => event)).toEqual([{ type: 'ended', cause: 'remote-hang-up' }]);
    await dial(1, number);
    await until('answered', () => rig.seen('c1').includes('answered'));
    await rig.phone.hangUp('c1');
    await until('the end', () => rig.seen('c1').includes('ended'));
    expect(new Set(rig.callers.map((call) => call.callId))).toEqual(new Set(['in1']));
  });
});
