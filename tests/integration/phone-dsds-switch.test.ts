import { afterEach, describe, expect, it } from 'vitest';
import type { SimulatedPhoneOptions } from '#simulator/phone/phone.ts';
import { simCard } from '#simulator/phone/sim-card.ts';
import { number, readyBench, type DsdsBench } from '#tests/support/dsds-bench.ts';
import { failure } from '#tests/support/scripted-modem.ts';
import { need } from './phone-rig.ts';

const caller = '15400000155';
let bench: DsdsBench;
afterEach(() => bench.phone.dispose());

async function ready(options: Partial<SimulatedPhoneOptions> = {}): Promise<DsdsBench> {
  bench = await readyBench(options);
  return bench;
}
const live = (): readonly number[] => bench.phone.state.liveSlots;

describe('the slot switch of two SIM stacks', () => {
  it('brings the card to the stack that was used last by neither a call nor a choice, and calls go by it', async () => {
    const { phone, rules, sim } = await ready();
    await bench.run(phone.selectSlot(3));
    expect(phone.state).toMatchObject({ activeSlot: 3, liveSlots: [1, 3], switchingTo: null, switchesLeft: 28 });
    expect(phone.card(3)?.iccid).toBe(sim.card(3)?.iccid);
    await bench.provesItCalls(3);
    // What was seen is remembered, and is not called by.
    expect(phone.card(2)?.iccid).toBe(sim.card(2)?.iccid);
    expect(bench.whyNot(2)).toBe('sim.not-selected');
    // The call by 1 makes 3 the one that goes.
    await bench.provesItCalls(1);
    await bench.run(phone.selectSlot(5));
    expect(live()).toEqual([1, 5]);
    await bench.provesItCalls(5);
    expect(rules.spent.map(({ device }) => device)).toEqual(['860000000000017', '860000000000017']);
  });

  it('never shows the card that comes at the slot that goes', async () => {
    const { phone, sim } = await ready();
    const seen = new Set<string | null>();
    const look = phone.onState(({ slots, switchingTo }) => {
      if (switchingTo !== null) seen.add(slots[1]?.iccidTail ?? null).add(phone.card(2)?.iccid.slice(-4) ?? null);
    });
    await bench.run(phone.selectSlot(3));
    look.dispose();
    expect([...seen]).toEqual([sim.card(2)?.iccid.slice(-4)]);
  });

  it('takes the stack without a card first', async () => {
    const { phone, sim } = await ready();
    sim.pullSim(1);
    await bench.until('empty', () => bench.whyNot(1) === 'sim.absent');
    await bench.run(phone.selectSlot(4));
    expect(live()).toEqual([2, 4]);
    await bench.provesItCalls(4);
  });

  it('lets the other stack call and ring meanwhile, nothing else, and finishes when the call is over', async () => {
    const { phone, sim } = await ready();
    const switching = phone.selectSlot(3);
    await bench.until('it is under way', () => phone.state.switchingTo === 3);
    expect([1, 2, 3, 4].map((slot) => bench.whyNot(slot))).toEqual([
      null, 'phone.not-ready', 'phone.not-ready', 'phone.not-ready',
    ]); // prettier-ignore
    expect((await failure(phone.selectSlot(1))).code).toBe('phone.not-ready');
    await bench.pass(200);
    expect(sim.incomingCall(1, caller)).not.toBeNull();
    await bench.until('it rings', () => bench.callers.length === 1);
    const call = need(bench.callers[0], 'caller');
    expect(call.slot).toBe(1);
    await bench.run(phone.answer(call.callId));
    // Far longer than a card may take: nothing is asked, given up or moved in the call.
    await bench.pass(120_000);
    expect(bench.seen(call.callId)).not.toContain('ended');
    expect(phone.state.switchingTo).toBe(3);
    await bench.hangUp(call.callId);
    await bench.run(switching);
    expect(live()).toEqual([1, 3]);
    await bench.provesItCalls(3);
  });

  it('is refused in a call of either stack', async () => {
    const { phone, rules } = await ready();
    for (const slot of [1, 2]) {
      await bench.call(`c${slot}`, slot);
      expect((await failure(phone.selectSlot(3))).code).toBe('sim.switch-in-call');
      await bench.hangUp(`c${slot}`);
    }
    expect(rules.spent).toEqual([]);
  });

  it('that the phone itself refuses has moved nothing: no way back, and the card stays', async () => {
    const { phone, rules, sim } = await ready();
    sim.incomingCall(1, caller);
    // The phone rings already, we do not know of it yet.
    const refused = await failure(bench.run(phone.selectSlot(3)));
    expect(refused.code).toBe('sim.switch-failed');
    expect(refused.details).not.toHaveProperty('backFailed');
    expect(rules.spent).toHaveLength(1);
    expect(live()).toEqual([1, 2]);
    sim.endCalls();
    await bench.until('the caller has gone', () => bench.seen('in1').includes('ended'));
    await bench.provesItCalls(2);
  });

  it.each([
    ['to an empty slot', 'sim.absent', (one: DsdsBench) => one.sim.pullSim(3)],
    [
      'after which the old card comes back',
      'sim.switch-failed',
      (one: DsdsBench) => one.sim.faults.set('switch-fails'),
    ],
    ['that ends at another card', 'sim.switch-failed', (one: DsdsBench) => one.sim.faults.set('switch-wrong')],
    ['to a card that no network takes', 'sim.switch-failed', (one: DsdsBench) => one.sim.setCoverage(3, 'denied')],
  ])('case 32: one %s goes back, and the other stack goes on', async (_what, code, spoil) => {
    const { phone, sim, rules } = await ready();
    spoil(bench);
    const failed = failure(phone.selectSlot(3));
    await bench.pass(2_000);
    sim.faults.off('switch-fails');
    sim.faults.off('switch-wrong');
    expect(bench.whyNot(1)).toBeNull();
    const error = await bench.run(failed);
    expect(error.code).toBe(code);
    expect(error.details).not.toHaveProperty('backFailed');
    expect(phone.state).toMatchObject({ activeSlot: 1, liveSlots: [1, 2], switchingTo: null });
    expect(rules.spent).toHaveLength(2);
    await bench.until('both call again', bench.canDial(1, 2));
    await bench.provesItCalls(2);
    await bench.provesItCalls(1);
  });

  it('case 32: one that ends without any card says so, and what stands there is learned anew', async () => {
    const { phone, sim } = await ready();
    sim.faults.set('switch-lost');
    const error = await failure(bench.run(phone.selectSlot(3)));
    expect(error.details).toMatchObject({ backFailed: true });
    expect(bench.whyNot(1)).toBeNull();
    sim.faults.off('switch-lost');
    await bench.run(phone.selectSlot(4));
    expect(live()).toEqual([1, 4]);
    await bench.provesItCalls(4);
  });

  it('case 32: one that takes the phone off the bus ends with the card, once it is back', async () => {
    const { phone, sim } = await ready();
    sim.faults.set('switch-unplugs', 3_000);
    const switching = phone.selectSlot(3);
    await bench.pass(1_000);
    sim.faults.off('switch-unplugs');
    await bench.run(switching);
    expect(live()).toEqual([1, 3]);
    await bench.provesItCalls(3);
  });

  it('a restart in the middle of one is survived', async () => {
    const { phone, sim } = await ready();
    const switching = phone.selectSlot(3);
    await bench.pass(600);
    sim.reboot(1);
    await bench.run(switching);
    expect(live()).toEqual([1, 3]);
    await bench.until('both call', bench.canDial(1, 3));
    await bench.provesItCalls(3);
    await bench.provesItCalls(1);
  });

  it('counts against the day of this phone, with one kept for the way back', async () => {
    const { phone, rules, clock } = await ready();
    for (let n = 0; n < 28; n += 1) rules.noteSwitch('860000000000017', clock.now());
    await bench.run(phone.selectSlot(3));
    expect(phone.state.switchesLeft).toBe(0);
    const full = await failure(phone.selectSlot(4));
    expect(full.code).toBe('sim.switch-budget');
    expect(full.details).toMatchObject({ slot: 4, limit: 30 });
    expect(phone.state.switchingTo).toBeNull();
    await phone.selectSlot(1);
    await bench.provesItCalls(1);
  });

  it('a card that asks for its PIN has arrived, and gets it', async () => {
    const { phone } = await ready({
      sims: [simCard('mobile', 101), simCard('unicom', 102), simCard('telecom', 103, { pin: '1234' })],
    });
    await bench.run(phone.selectSlot(3));
    expect(bench.whyNot(3)).toBe('sim.pin-required');
    await bench.run(phone.enterPin(3, '1234'));
    await bench.until('it calls', bench.canDial(3));
    expect((await failure(phone.dial({ callId: 'x', dialString: number, slot: 2 }))).code).toBe('sim.not-selected');
    await bench.provesItCalls(3);
  });
});
