import { afterEach, describe, expect, it } from 'vitest';
import { createDeskPhone, loadProfiles, type DeskPhone } from '#engine/devices/index.ts';
import { ManualClock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { talkative } from '#simulator/network/behaviours.ts';
import { createSimulatedPhone, type SimulatedPhone } from '#simulator/phone/phone.ts';
import { failure, pass } from '#tests/support/scripted-modem.ts';
import { canDial, openRig, type PhoneRig } from './phone-rig.ts';
import { until } from '#tests/support/until.ts';
import { freshPhoneRules } from '#tests/support/phone-rules.ts';

const number = '15400000137';
const prompt = { ...talkative, alertAfterMs: 50, answerAfterMs: [100, 100] as const, opening: [], replies: [] };

describe('USSD with the simulated phone, in its own time', () => {
  const open: Disposable[] = [];
  afterEach(() => open.splice(0).forEach((phone) => phone.dispose()));

  async function ready(): Promise<{ clock: ManualClock; sim: SimulatedPhone; phone: DeskPhone }> {
    const clock = new ManualClock();
    const farParties = { [number]: prompt };
    const sim = createSimulatedPhone({ clock, shape: 'mux', random: () => 0.5, farParties, modem: { registerMs: 50 } });
    const context = { clock, newId: () => 'id', logger: silentLogger, dataDir: '/nowhere' };
    const phone = createDeskPhone({
      context,
      rules: freshPhoneRules(),
      profiles: loadProfiles('resources/devices'),
      loopback: sim.loopback(),
    });
    open.push(phone);
    phone.connect({ kind: 'demo' });
    await pass(clock, 3_000, 50);
    expect(phone.obstacle(1)).toBeNull();
    return { clock, sim, phone };
  }

  it('asks for the balance and reads it in Chinese', async () => {
    const { clock, phone } = await ready();
    const reply = phone.ussd(1, '*100#');
    await pass(clock, 2_000, 50);
    expect(await reply).toEqual({ text: '话费余额 36.50 元', expectsReply: false });
    const unknown = failure(phone.ussd(1, '100'));
    await pass(clock, 2_000, 50);
    expect((await unknown).code).toBe('ussd.not-supported');
  });

  it('leaves the strings of everything else readable, during and after', async () => {
    const { clock, phone } = await ready();
    const before = phone.state.slots[0];
    const reply = phone.ussd(1, '*100#');
    await pass(clock, 1_000, 50);
    phone.reconnect();
    expect((await failure(reply)).code).toBe('phone.lost');
    await pass(clock, 3_000, 50);
    expect(phone.state.slots[0]).toEqual(before);
  });

  it('is refused in a call and to a card that is not in use; a call may begin while the network thinks', async () => {
    const { clock, phone } = await ready();
    expect((await failure(phone.ussd(2, '*100#'))).code).toBe('sim.not-selected');
    const reply = phone.ussd(1, '*100#');
    await pass(clock, 100, 10);
    await phone.dial({ callId: 'c1', dialString: number, slot: 1 });
    expect((await failure(phone.ussd(1, '*101#'))).code).toBe('call.busy');
    await pass(clock, 2_000, 50);
    expect((await reply).expectsReply).toBe(false);
  });

  it('is cancelled by a person', async () => {
    const { clock, phone } = await ready();
    const reply = failure(phone.ussd(1, '*100#'));
    await pass(clock, 500, 50);
    const cancelled = phone.cancelUssd(1);
    expect((await reply).code).toBe('cancelled');
    await pass(clock, 500, 50);
    await cancelled;
    await phone.cancelUssd(1);
  });
});

describe('USSD over a real port', () => {
  let rig: PhoneRig;
  afterEach(() => rig.close());

  it('brings the balance', async () => {
    rig = await openRig('mux');
    rig.phone.connect(rig.connection);
    await until('ready', canDial(rig, 1));
    expect(await rig.phone.ussd(1, '*100#')).toEqual({ text: '话费余额 36.50 元', expectsReply: false });
  });
});
