import { afterEach, describe, expect, it } from 'vitest';
import type { SimulatedPhoneOptions } from '#simulator/phone/phone.ts';
import { simCard } from '#simulator/phone/sim-card.ts';
import { DsdsBench, number, readyBench } from '#tests/support/dsds-bench.ts';
import { failure } from '#tests/support/scripted-modem.ts';
import { need } from './phone-rig.ts';

const caller = '15400000155';
let bench: DsdsBench;
afterEach(() => bench.phone.dispose());

async function ready(options: Partial<SimulatedPhoneOptions> = {}): Promise<DsdsBench> {
  bench = await readyBench(options);
  return bench;
}

describe('two SIM stacks: the cards', () => {
  it('are shown with their own network at the same time, the three others are behind the switch', async () => {
    const { phone, sim } = await ready();
    expect(phone.state).toMatchObject({ shape: 'dsds', activeSlot: 1, liveSlots: [1, 2], switchingTo: null });
    expect(phone.state.slots.map(({ operator, problem }) => [operator, problem?.code ?? null])).toEqual([
      ['china-mobile', null],
      ['china-unicom', null],
      [null, 'sim.not-selected'],
      [null, 'sim.not-selected'],
      [null, 'sim.not-selected'],
    ]);
    for (const slot of [1, 2]) expect(phone.card(slot)?.iccid).toBe(sim.card(slot)?.iccid);
    expect(phone.card(3)).toBeNull();
    expect((await failure(phone.dial({ callId: 'c', dialString: number, slot: 3 }))).code).toBe('sim.not-selected');
  });

  it('case 31: the network of one says nothing about the other, and roaming asks for consent there', async () => {
    const { phone, sim, rules } = await ready();
    sim.setCoverage(2, 'roaming');
    await bench.until('consent is asked for', () => bench.whyNot(2) === 'sim.roaming', 1_000);
    expect(phone.state.slots[1]).toMatchObject({ condition: 'roaming', voice: 'yes', roamingAllowed: false });
    expect((await failure(phone.dial({ callId: 'c', dialString: number, slot: 2 }))).code).toBe('sim.roaming');
    expect(bench.whyNot(1)).toBeNull();
    rules.roaming = true;
    await bench.provesItCalls(2);
    sim.setCoverage(1, 'denied');
    await bench.until('refused', () => bench.whyNot(1) === 'sim.registration-denied', 1_000);
    expect(bench.whyNot(2)).toBeNull();
  });

  it('case 33: another one at stack 2 inherits nothing, also when nobody saw the holder empty; stack 1 stays', async () => {
    const { phone, sim } = await ready();
    const other = simCard('telecom', 915);
    sim.pullSim(2);
    sim.insertSim(2, other);
    // From the first report on: not one moment as the card before.
    await bench.until('the report', () => phone.card(2)?.iccid !== simCard('unicom', 102).iccid, 200);
    expect(phone.card(2)).toBeNull();
    await bench.until('the new card', () => phone.card(2) !== null, 5_000);
    expect(phone.card(2)?.iccid).toBe(other.iccid);
    expect(phone.card(1)?.iccid).toBe(sim.card(1)?.iccid);
    await bench.until('it can call', bench.canDial(1, 2));
    await bench.provesItCalls(2);
    sim.pullSim(2);
    await bench.until('empty', () => bench.whyNot(2) === 'sim.absent', 1_000);
    expect(bench.whyNot(1)).toBeNull();
  });

  it('a locked one at stack 2 gets its PIN, once and never the last try', async () => {
    bench = new DsdsBench();
    const { phone, sim } = bench;
    sim.lockSim(2, '4321');
    sim.lockSim(1, '1111');
    await bench.until('locked', () => bench.whyNot(2) === 'sim.pin-required' && bench.whyNot(1) === 'sim.pin-required');
    expect(phone.state.slots[1]?.pinTriesLeft).toBe(3);
    const wrong = await failure(bench.run(phone.enterPin(2, '0000')));
    expect([wrong.code, wrong.details['triesLeft']]).toEqual(['sim.pin-wrong', 2]);
    expect((await failure(bench.run(phone.enterPin(2, '0001')))).details['triesLeft']).toBe(1);
    const kept = await failure(bench.run(phone.enterPin(2, '4321')));
    expect(kept.details).toMatchObject({ triesLeft: 1, kept: true });
    expect([sim.card(1)?.pinTries, sim.card(2)?.pinTries]).toEqual([3, 1]);
    expect((await failure(phone.enterPin(3, '4321'))).code).toBe('phone.not-ready');
    await bench.run(phone.enterPin(1, '1111'));
    await bench.until('unlocked', bench.canDial(1));
    expect(bench.whyNot(2)).toBe('sim.pin-required');
  });

  it('USSD asks the card it was meant for; of both one dialog runs at a time', async () => {
    const { phone, sim } = await ready();
    sim.setCoverage(1, 'none');
    await bench.until('only 2 is registered', () => bench.whyNot(1) === 'sim.not-registered');
    expect(await bench.run(phone.ussd(2, '*100#'))).toEqual({ text: '话费余额 36.50 元', expectsReply: false });
    sim.setCoverage(1, 'home');
    await bench.until('both', bench.canDial(1, 2));
    const first = phone.ussd(1, '*100#');
    expect((await failure(phone.ussd(2, '*100#'))).code).toBe('ussd.busy');
    expect((await bench.run(first)).text).toBe('话费余额 36.50 元');
    const second = failure(phone.ussd(2, '*100#'));
    await bench.pass(100);
    await bench.run(phone.cancelUssd(2));
    expect((await second).code).toBe('cancelled');
    expect((await bench.run(phone.ussd(1, '*100#'))).expectsReply).toBe(false);
  });

  it('a card that a person chose is chosen without a switch, and not in a call', async () => {
    const { phone, rules, sim } = await ready();
    await phone.selectSlot(2);
    expect(phone.state).toMatchObject({ activeSlot: 2, liveSlots: [1, 2] });
    await bench.call('c', null);
    expect(sim.calls.at(-1)?.slot).toBe(2);
    expect((await failure(phone.selectSlot(1))).code).toBe('sim.switch-in-call');
    await bench.hangUp('c');
    sim.pullSim(1);
    await bench.until('empty', () => bench.whyNot(1) === 'sim.absent');
    expect((await failure(phone.selectSlot(1))).code).toBe('sim.absent');
    expect(rules.spent).toEqual([]);
  });
});

describe('two SIM stacks: calls', () => {
  it('are placed by the card that was named, one at a time', async () => {
    const { phone, sim } = await ready();
    for (const [callId, slot] of [
      ['a', 2],
      ['b', 1],
      ['c', 2],
    ] as const) {
      await bench.call(callId, slot);
      const other = failure(phone.dial({ callId: 'x', dialString: number, slot: 3 - slot }));
      expect((await other).code).toBe('call.busy');
      await bench.hangUp(callId);
    }
    expect(sim.calls.map(({ slot }) => slot)).toEqual([2, 1, 2]);
  });

  it('that come in say by which card, with the number; a second caller waits there too', async () => {
    const { phone, sim } = await ready();
    for (const slot of [2, 1]) {
      const before = bench.callers.length;
      sim.incomingCall(slot, caller);
      await bench.until('it rings', () => bench.callers.length > before);
      const call = need(bench.callers.at(-1), 'caller');
      expect(call).toMatchObject({ slot, number: caller, waiting: false });
      await bench.run(phone.answer(call.callId));
      // The other card is off the air meanwhile.
      expect(sim.incomingCall(3 - slot, '15400000156')).toBeNull();
      sim.incomingCall(slot, '15400000157');
      await bench.until('it waits', () => bench.callers.length > before + 1);
      const second = need(bench.callers.at(-1), 'second caller');
      expect(second).toMatchObject({ slot, number: '15400000157', waiting: true });
      await phone.reject(second.callId);
      await bench.until('it is gone', () => bench.seen(second.callId).includes('ended'));
      await bench.hangUp(call.callId);
    }
  });

  it('take the other card off the air, and it is shown as long as that is so', async () => {
    const { phone, sim } = await ready();
    const offAir = (): boolean[] => phone.state.slots.map((slot) => slot.offAir);
    const shown: boolean[] = [];
    phone.onState(({ slots }) => shown.push(slots[0]?.offAir === true));
    await bench.call('c', 2);
    expect(offAir()).toEqual([true, false, false, false, false]);
    expect(sim.incomingCall(1, caller)).toBeNull();
    expect(shown.at(-1)).toBe(true);
    await bench.hangUp('c');
    await bench.until('it is told', () => shown.at(-1) === false, 1_000);
    expect(offAir()).not.toContain(true);
    sim.incomingCall(1, caller);
    await bench.until('it rings', () => phone.state.slots[1]?.offAir === true, 1_000);
  });

  it('go on when the card of the other stack is pulled, and end with their own', async () => {
    const { sim } = await ready();
    await bench.call('c', 2);
    sim.pullSim(1);
    await bench.pass(5_000);
    expect(bench.seen('c')).not.toContain('ended');
    sim.pullSim(2);
    await bench.until('the end', () => bench.seen('c').includes('ended'));
    await bench.until('both holders are known to be empty', () =>
      [1, 2].every((slot) => bench.whyNot(slot) === 'sim.absent'),
    );
  });

  it('at stack 2 are taken up by the next start of the program', async () => {
    const { sim, phone } = await ready();
    await bench.call('c', 2);
    phone.dispose();
    const next = bench.newDriver();
    const ended: string[] = [];
    next.onEvent((callId, event) => event.type === 'ended' && ended.push(callId));
    next.connect({ kind: 'demo' });
    const open = { callId: 'c', direction: 'outbound', dialString: number, slot: 2 } as const;
    expect(await bench.run(next.adopt([open]))).toEqual(['c']);
    await next.hangUp('c');
    await bench.until('the end', () => ended.includes('c'));
    expect(sim.calls.at(-1)).toMatchObject({ slot: 2, state: 'ended' });
    next.dispose();
  });

  it('go by the right card whoever selected the other one meanwhile: a restart, another program', async () => {
    const { sim, phone } = await ready();
    await bench.provesItCalls(2);
    sim.reboot(1);
    await bench.until('it restarts', () => phone.state.connection === 'connecting');
    await bench.until('both are back', bench.canDial(1, 2));
    await bench.provesItCalls(2);
    need(sim.modems[0], 'modem').at.write(Buffer.from('AT+JHSIM=1\r'));
    await bench.pass(40);
    await bench.provesItCalls(2);
  });

  it('case 4: a brown-out ends the call of either stack and both settle again', async () => {
    const { sim } = await ready();
    await bench.call('c', 2);
    sim.reboot(2);
    await bench.until('the end', () => bench.seen('c').includes('ended'));
    expect(bench.events.at(-1)?.event).toMatchObject({ cause: 'device-reset' });
    await bench.until('both are back', bench.canDial(1, 2));
  });
});

describe('two SIM stacks that a phone does not have', () => {
  it('are said, and nothing is dialled by a stack that would be the wrong one', async () => {
    bench = new DsdsBench({ make: 'quectel' });
    await bench.until('it is said', () => bench.phone.state.problem?.code === 'phone.one-stack');
    expect(bench.phone.state.problem?.details).toMatchObject({ model: 'EC20F' });
    expect(bench.whyNot(1)).toBe('phone.one-stack');
  });
});
