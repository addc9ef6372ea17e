import { afterEach, describe, expect, it } from 'vitest';
import type { MakeName } from '#simulator/phone/options.ts';
import { answering } from '#tests/support/pty-phone.ts';
import { canDial, need, openRig, type PhoneRig } from './phone-rig.ts';
import { until } from '#tests/support/until.ts';

const number = '15400000137';
let rig: PhoneRig;
afterEach(() => rig.close());

const connect = async (make: MakeName): Promise<void> => {
  rig = await openRig('mux', { make, farParties: { [number]: answering(400, 'quiet') } });
  rig.phone.connect(rig.connection);
  await until(`${make} is ready`, canDial(rig, 1));
};
const seen = (callId: string, event: string) => (): boolean => rig.seen(callId).includes(event);

/** Makes as the simulator plays them, and the profile that our driver takes for each. */
const makes: readonly [make: MakeName, profile: string, answerBy: string][] = [
  ['jh5', 'jinhu-jh5', 'clcc'],
  ['jh5u', 'jinhu-jh5u', 'clcc'],
  ['quectel', 'quectel-ec2x', 'urc'],
  ['simcom', 'simcom-a76xx', 'urc'],
  ['huawei', 'huawei-me', 'urc'],
  // It lists voice as mode 1 and knows no CHUP: another make is another file (research/hardware 0.7, 1.3).
  ['cuttlefish', 'android-cuttlefish', 'clcc'],
  ['phonesim', 'generic-27007', 'clcc'],
];

/** Those that say it in their own way; the others say RDY as the first does, the last says nothing. */
const restarts = makes.filter(([make]) => ['quectel', 'simcom', 'huawei', 'phonesim'].includes(make));

describe('the driver with makes of modem', () => {
  it.each(makes)(
    '%s: two calls in a row by profile %s, each answered and ended once',
    async (make, profile, answerBy) => {
      await connect(make);
      expect(rig.phone.state.device?.profile).toBe(profile);
      for (const callId of ['c1', 'c2']) {
        await rig.phone.dial({ callId, dialString: number, slot: 1 });
        await until(`${make} ${callId} is answered`, seen(callId, 'answered'));
        const answer = rig.events.find(({ callId: of, event }) => of === callId && event.type === 'answered');
        // A report is believed to the millisecond where the make has one; some say that something changed, no more.
        if (answerBy === 'urc') expect(answer?.stamp.source).toBe('urc');
        await rig.phone.hangUp(callId);
        await until(`${make} ${callId} is over`, seen(callId, 'ended'));
        const types = rig.seen(callId);
        expect(types.filter((type) => type === 'answered')).toHaveLength(1);
        expect(types.filter((type) => type === 'ended')).toHaveLength(1);
      }
      expect(rig.sim.calls.map(({ endedBy }) => endedBy)).toEqual(['local', 'local']);
    },
  );

  it('case 23: a call that no hang-up ends is stuck until its modem restarts, and then the phone dials again', async () => {
    await connect('phonesim');
    rig.sim.faults.set('stuck-call', 99);
    await rig.phone.dial({ callId: 'c1', dialString: number, slot: 1 });
    await until('it is answered', seen('c1', 'answered'));
    await rig.phone.hangUp('c1');
    await until('it is stuck', seen('c1', 'stuck'));
    await expect(rig.phone.dial({ callId: 'c2', dialString: number, slot: 1 })).rejects.toThrow('call.ending');
    await rig.phone.forceEnd('c1');
    await until('it is over', seen('c1', 'ended'));
    rig.sim.faults.off('stuck-call');
    await until('the phone is back', canDial(rig, 1));
    await rig.phone.dial({ callId: 'c3', dialString: number, slot: 1 });
    await until('the next call is answered', seen('c3', 'answered'));
  });

  it.each(makes)('%s: the far side hangs up, and somebody calls and is answered', async (make) => {
    await connect(make);
    rig.sim.farParty(number).behaviour = answering(300, 'quiet', 400);
    await rig.phone.dial({ callId: 'c1', dialString: number, slot: 1 });
    await until('the far side has hung up', seen('c1', 'ended'));
    expect(rig.events.filter(({ callId }) => callId === 'c1').at(-1)?.event).toEqual({
      type: 'ended',
      cause: 'remote-hang-up',
    });

    need(rig.sim.incomingCall(1, '15400009001'), 'an incoming call');
    await until('it rings', () => rig.callers.length > 0);
    const { callId } = need(rig.callers[0], 'a caller');
    await rig.phone.answer(callId);
    await until('it is answered', seen(callId, 'answered'));
    await rig.phone.hangUp(callId);
    await until('it is over', seen(callId, 'ended'));
  });

  it.each(restarts)(
    'case 4, %s: a brown-out ends the call, and what the modem has forgotten is told anew',
    async (make) => {
      await connect(make);
      await rig.phone.dial({ callId: 'c1', dialString: number, slot: 1 });
      await until('it is answered', seen('c1', 'answered'));
      rig.sim.reboot(1);
      await until('it is over', seen('c1', 'ended'));
      // One make starts without a word, so that its call is just not there any more.
      if (make !== 'phonesim') expect(rig.events.at(-1)?.event).toEqual({ type: 'ended', cause: 'device-reset' });
      await until('the phone is back', canDial(rig, 1));
      need(rig.sim.incomingCall(1, '15400009001'), 'an incoming call');
      await until('it rings', () => rig.callers.length > 0);
      const caller = need(rig.callers[0], 'a caller');
      expect(caller.number).toBe('15400009001');
      await rig.phone.answer(caller.callId);
      await until('it is answered', seen(caller.callId, 'answered'));
    },
  );
});
