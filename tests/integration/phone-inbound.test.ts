import { afterEach, describe, expect, it } from 'vitest';
import type { Behaviour } from '#simulator/network/behaviours.ts';
import { talkative } from '#simulator/network/behaviours.ts';
import { failure } from '#tests/support/scripted-modem.ts';
import { canDial, need, openRig, type PhoneRig } from './phone-rig.ts';
import { until } from '#tests/support/until.ts';

const number = '15400000137';
const caller = '15400000999';
const prompt: Behaviour = { ...talkative, alertAfterMs: 50, answerAfterMs: [200, 200], opening: [], replies: [] };

let rig: PhoneRig;
afterEach(async () => {
  await rig.close();
});

async function ready(shape: 'mux' | 'modemPerSim' = 'mux'): Promise<void> {
  rig = await openRig(shape, { farParties: { [number]: prompt } });
  rig.phone.connect(rig.connection);
  await until('ready', canDial(rig, 1));
  if (shape === 'modemPerSim') await until('ready too', canDial(rig, 2));
}
const state = (of: string): string | undefined => rig.sim.calls.findLast((call) => call.number === of)?.state;
const saw = (callId: string, type: string): Promise<void> =>
  until(`${callId} ${type}`, () => rig.seen(callId).includes(type));
const rings = async (slot = 1, from = caller): Promise<void> => {
  const before = rig.callers.length;
  expect(rig.sim.incomingCall(slot, from)).not.toBeNull();
  await until('it rings', () => rig.callers.length > before);
};
async function talking(): Promise<void> {
  await rig.phone.dial({ callId: 'c1', dialString: number, slot: 1 });
  await saw('c1', 'answered');
}

describe('a call that comes in', () => {
  it('is answered, heard and hung up', async () => {
    await ready();
    await rings();
    await until('its number', () => rig.callers.at(-1)?.number === caller);
    expect(rig.phone.sound('in1')).toBeNull();
    await rig.phone.answer('in1');
    await saw('in1', 'answered');
    const answered = need(rig.events.at(-1), 'answer').stamp;
    expect(Math.abs(answered.mono - need(rig.sim.calls[0]?.answeredAt, 'answer time'))).toBeLessThanOrEqual(50);
    expect(rig.phone.sound('in1')).not.toBeNull();
    expect((await failure(rig.phone.answer('in1'))).code).toBe('call.gone');
    await rig.phone.hangUp('in1');
    await saw('in1', 'ended');
    expect(rig.events.at(-1)?.event).toEqual({ type: 'ended', cause: 'local-hang-up' });
  });

  it('is refused', async () => {
    await ready();
    await rings();
    await rig.phone.reject('in1');
    await saw('in1', 'ended');
    expect(rig.events.map(({ event }) => event)).toEqual([{ type: 'ended', cause: 'local-hang-up' }]);
    expect(rig.sim.calls[0]).toMatchObject({ state: 'ended', endedBy: 'local', answeredAt: null });
  });

  it('case 28: a caller who withholds the number rings all the same, once', async () => {
    await ready();
    await rings(1, '');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(rig.callers).toMatchObject([{ callId: 'in1', number: null }]);
    await rig.phone.reject('in1');
    await saw('in1', 'ended');
  });
});

describe('case 29: a second caller', () => {
  it('waits, gives up and is missed; the active call is untouched', async () => {
    await ready();
    await talking();
    const second = rig.sim.incomingCall(1, caller);
    await until('it waits', () => rig.callers.length > 0);
    expect(rig.callers[0]).toMatchObject({ callId: 'in1', waiting: true });
    second?.end('remote', 16);
    await saw('in1', 'ended');
    expect([state(number), rig.seen('c1').includes('ended')]).toEqual(['active', false]);
  });

  it('is refused by CHLD=0, the active call goes on', async () => {
    await ready();
    await talking();
    await rings();
    await rig.phone.reject('in1');
    await saw('in1', 'ended');
    expect([state(caller), state(number)]).toEqual(['ended', 'active']);
    expect(rig.seen('c1')).not.toContain('ended');
  });

  it('is taken while the first is held; the two are swapped; each is ended alone', async () => {
    await ready();
    await talking();
    await rings();
    expect((await failure(rig.phone.hold('c1'))).code).toBe('call.hold-refused');
    await rig.phone.answer('in1');
    await saw('in1', 'answered');
    await saw('c1', 'held');
    expect([state(caller), state(number)]).toEqual(['active', 'held']);
    expect((await failure(rig.phone.sendDtmf('c1', '5'))).code).toBe('call.not-connected');
    await rig.phone.resume('c1');
    await saw('c1', 'resumed');
    expect([state(caller), state(number)]).toEqual(['held', 'active']);
    await rig.phone.hangUp('c1');
    await saw('c1', 'ended');
    expect([state(caller), state(number)]).toEqual(['held', 'ended']);
    await rig.phone.resume('in1');
    await saw('in1', 'resumed');
    await rig.phone.hangUp('in1');
    await saw('in1', 'ended');
    expect(rig.seen('c1').filter((type) => type === 'answered' || type === 'ended')).toEqual(['answered', 'ended']);
  });

  it('at another modem of the phone: the handset is one, so the first is held for it', async () => {
    await ready('modemPerSim');
    await talking();
    await rings(2);
    expect(rig.callers[0]).toMatchObject({ callId: 'in1', slot: 2, waiting: true });
    await rig.phone.answer('in1');
    await saw('in1', 'answered');
    await saw('c1', 'held');
    expect([state(caller), state(number)]).toEqual(['active', 'held']);
    await rig.phone.hangUp('in1');
    await saw('in1', 'ended');
    await rig.phone.resume('c1');
    await saw('c1', 'resumed');
    await rig.phone.hangUp('c1');
    await saw('c1', 'ended');
  });
});

describe('hold', () => {
  it('holds and takes back; what is not connected cannot be held', async () => {
    await ready();
    await rig.phone.dial({ callId: 'c1', dialString: number, slot: 1 });
    expect((await failure(rig.phone.hold('c1'))).code).toBe('call.not-connected');
    await saw('c1', 'answered');
    await rig.phone.hold('c1');
    await saw('c1', 'held');
    await rig.phone.resume('c1');
    await saw('c1', 'resumed');
    expect((await failure(rig.phone.resume('c1'))).code).toBe('call.not-connected');
    await rig.phone.hangUp('c1');
    await saw('c1', 'ended');
  });
});

describe('emergency numbers', () => {
  it('are dialled on a card without a network, where nothing else is', async () => {
    rig = await openRig('mux', { farParties: { [number]: prompt } });
    rig.phone.connect(rig.connection);
    await until('ready', canDial(rig, 1));
    rig.sim.setCoverage(1, 'denied');
    await until('denied', () => rig.phone.obstacle(1) !== null);
    expect((await failure(rig.phone.dial({ callId: 'c1', dialString: number, slot: 1 }))).code).toMatch(/^sim\./);
    await rig.phone.dial({ callId: 'c2', dialString: '120', slot: 1 });
    await saw('c2', 'accepted');
    expect(rig.sim.calls.at(-1)?.number).toBe('120');
    await rig.phone.hangUp('c2');
    await saw('c2', 'ended');
  });
});
