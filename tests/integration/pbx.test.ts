import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { sipTestSteps, type SipTestFacts, type SipTestStep } from '#shared/desk-contract/areas/sip.ts';
import { testStep } from '#engine/features/sip/connection-test.ts';
import { Baresip } from '#simulator/pbx/baresip.ts';
import { makeCertificate } from '#simulator/pbx/certificate.ts';
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

describe('the connection test’s way to the PBX', () => {
  const now = Date.now();
  const certificate = makeCertificate({ names: ['127.0.0.1'], validFrom: now - 60_000, validTo: now + 3_600_000 });
  const step = (which: SipTestStep, server: string, origin = 'http://127.0.0.1:1'): Promise<SipTestFacts> => {
    const { signal } = new AbortController();
    return testStep(which, { clock: new ManualClock(now), signal, origin, url: new URL(server) });
  };

  it('is open in clear, and over TLS where its certificate is known, else not', async () => {
    await open({ users: [user], certificate });
    const { url, secureUrl } = pbx;
    for (const which of ['name', 'port', 'socket'] as const)
      expect(await step(which, url)).toMatchObject({ step: which });
    await expect(step('certificate', secureUrl)).rejects.toMatchObject({ code: 'sip.test-certificate-self-signed' });
    await expect(step('socket', secureUrl)).rejects.toMatchObject({ code: 'sip.test-certificate-untrusted' });
    const before = getCACertificates('default');
    setDefaultCACertificates([certificate.cert]);
    for (const which of sipTestSteps) expect(await step(which, secureUrl)).toMatchObject({ step: which });
    expect(await step('socket', secureUrl)).toEqual({ step: 'socket', server: 'Jinhu PBX (SIMULATED)' });
    setDefaultCACertificates(before);
  });

  it('is shut for pages of others, for plain SIP, and when it has ended', async () => {
    await open({ users: [user] });
    await expect(step('socket', pbx.url, 'https://www.example.com')).rejects.toMatchObject({
      code: 'sip.test-http-status',
      details: { status: 403, forbidden: true },
    });
    await expect(step('socket', `ws://${pbx.host}:${pbx.sipPort}`)).rejects.toMatchObject({
      details: { status: 404, missing: true },
    });
    await pbx.stopServer();
    await expect(step('port', pbx.url)).rejects.toMatchObject({ code: 'sip.test-port-closed' });
  });
});
