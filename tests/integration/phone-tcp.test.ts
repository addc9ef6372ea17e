import { expect, it } from 'vitest';
import { createDeskPhone, loadProfiles } from '#engine/devices/index.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { PhoneConnection } from '#shared/desk-contract/areas/phone.ts';
import { freshPhoneRules } from '#tests/support/phone-rules.ts';
import { systemClock } from '#engine/system.ts';
import { talkative } from '#simulator/network/behaviours.ts';
import { createSimulatedPhone } from '#simulator/phone/phone.ts';
import { listenOnTcp } from '#simulator/phone/tcp.ts';
import { need } from './phone-rig.ts';
import { until } from '#tests/support/until.ts';

const number = '15400000137';
const behaviour = { ...talkative, alertAfterMs: 50, answerAfterMs: [200, 200] as const };

it.each(['tcp', 'demo'] as const)('a call with sound over %s, unplugged in the middle', async (way) => {
  const sim = createSimulatedPhone({
    clock: systemClock,
    shape: 'mux',
    random: () => 0.5,
    farParties: { [number]: behaviour },
    modem: { registerMs: 50 },
  });
  const door = await listenOnTcp(sim);
  const { at, pcm } = need(door.modems[0], 'modem');
  const connection: PhoneConnection =
    way === 'demo'
      ? { kind: 'demo' }
      : { kind: 'mux', modem: { at: { kind: 'tcp', ...at }, pcm: { kind: 'tcp', ...pcm } } };
  const context = { clock: systemClock, newId: () => 'id', logger: silentLogger, dataDir: '/nowhere' };
  const phone = createDeskPhone({
    context,
    profiles: loadProfiles('resources/devices'),
    rules: freshPhoneRules(),
    loopback: sim.loopback(),
  });
  const seen: string[] = [];
  let voiced = 0;
  phone.onEvent((callId, event) => {
    seen.push(event.type === 'ended' ? event.cause : event.type);
    if (event.type !== 'answered') return;
    phone
      .sound(callId)
      ?.onFrame(({ customer }) => (voiced += Number(customer.some((sample) => Math.abs(sample) > 500))));
  });
  try {
    phone.connect(connection);
    await until('ready', () => phone.obstacle(1) === null);
    expect(phone.state).toMatchObject({ connection: 'ready', shape: 'mux', activeSlot: 1 });
    await phone.dial({ callId: 'c1', dialString: number, slot: 1 });
    await until('the customer is heard', () => voiced > 10);
    sim.unplug();
    await until('the end', () => seen.includes('device-lost'));
    expect(seen.filter((type) => type === 'answered' || type === 'device-lost')).toEqual(['answered', 'device-lost']);
    sim.plug();
    await until('ready again', () => phone.obstacle(1) === null);
  } finally {
    phone.dispose();
    await door.close();
  }
});
