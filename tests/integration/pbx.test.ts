import { afterEach, describe, expect, it } from 'vitest';
import { Baresip } from '#simulator/pbx/baresip.ts';
import { Pbx, type PbxOptions } from '#simulator/pbx/pbx.ts';
import { Trunk } from '#simulator/pbx/trunk.ts';
import { loudnessOf, tone, tonePower } from '#tests/support/tone-power.ts';
import { until } from '#tests/support/until.ts';

const number = '15400000137';
const customerHz = 600;
const agentHz = 1000;
const user = { name: '8001', password: 'pw-8001' };

let pbx: Pbx;
const phones: Baresip[] = [];
afterEach(async () => {
  for (const phone of phones.splice(0)) await phone.close();
  await pbx.close();
});

const phone = async (options: Parameters<typeof Baresip.start>[0]): Promise<Baresip> => {
  const started = await Baresip.start(options);
  phones.push(started);
  return started;
};
const open = async (options: PbxOptions): Promise<void> => void (pbx = await Pbx.start(options));
const agentPhone = (password = user.password): Promise<Baresip> =>
  phone({ number: user.name, voice: tone(agentHz, 1), at: { domain: pbx.domain, sipPort: pbx.sipPort, password } });
/** It may have registered before we heard it say so. */
const isRegistered = async (): Promise<void> => {
  let dump = '';
  const look = async (): Promise<void> => void (dump = JSON.stringify(await pbx.command('ul.dump')));
  await look();
  await until('it is registered', () => {
    void look();
    return dump.includes(`"AoR":"${user.name}"`);
  });
};
const told = (one: Baresip, type: string) => (): boolean => one.events.some((event) => event.type === type);
const closedWith = (one: Baresip): string => one.events.find(({ type }) => type === 'CALL_CLOSED')?.param ?? '';

/** Louder than anything else that there is. */
const expectTone = (heard: Int16Array, hz: number): void => {
  const end = heard.subarray(-8000);
  expect(loudnessOf(end)).toBeGreaterThan(4000);
  for (const other of [customerHz, agentHz].filter((one) => one !== hz))
    expect(tonePower(end, hz)).toBeGreaterThan(1000 * tonePower(end, other));
};

describe('the PBX of the tests', () => {
  it('connects a desk phone with a customer, and each hears the other', async () => {
    const customer = await phone({ number, voice: tone(customerHz, 1) });
    await open({ users: [user], lines: { '*': customer.port } });
    const agent = await agentPhone();
    await isRegistered();
    agent.command('dial', `sip:${number}@${pbx.domain}`);
    await until('it is answered', told(agent, 'CALL_ESTABLISHED'));
    await until('a second of sound', () => customer.heard().length > 9000 && agent.heard().length > 9000);
    agent.command('hangup');
    await until('the customer is told', told(customer, 'CALL_CLOSED'));
    expectTone(agent.heard(), customerHz);
    expectTone(customer.heard(), agentHz);
  });

  it('a customer of the simulated network calls a desk phone that is registered', async () => {
    const trunk = await Trunk.open({ voices: new Map() });
    await open({ users: [user], lines: { '*': trunk.port } });
    await agentPhone();
    await isRegistered();
    const { call } = await trunk.incomingCall(pbx, user.name, number);
    await until('it is answered', () => call.state === 'active');
    await until('a second of sound', () => trunk.farParty(number).heard.samples.length > 9000);
    expectTone(trunk.farParty(number).heard.samples, agentHz);
    trunk.hangUpAll();
    await until('the call is over', () => trunk.open === 0);
    trunk.close();
  });

  it('lets nobody in with a wrong password, and says busy, nobody, no such number', async () => {
    const busy = await phone({ number, voice: tone(customerHz, 1), answers: 'manual' });
    await open({ users: [user], lines: { [number]: busy.port }, ringSeconds: 2 });
    const stranger = await agentPhone('wrong');
    await until('it is refused', () => /401|403/.test(stranger.log));
    const agent = await agentPhone();
    await isRegistered();

    agent.command('dial', `sip:15400009999@${pbx.domain}`);
    await until('no such line', told(agent, 'CALL_CLOSED'));
    expect(closedWith(agent)).toContain('404');
    agent.events.length = 0;
    agent.command('dial', `sip:${number}@${pbx.domain}`);
    await until('it rings', told(busy, 'CALL_INCOMING'));
    busy.command('hangup');
    await until('it is declined', told(agent, 'CALL_CLOSED'));
    expect(closedWith(agent)).toMatch(/48[06]|603/);
    agent.events.length = 0;
    agent.command('dial', `sip:${number}@${pbx.domain}`);
    await until('nobody answers', told(agent, 'CALL_CLOSED'));
    expect(closedWith(agent)).toContain('408');
  });
});
