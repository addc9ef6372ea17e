import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IceServer } from '#simulator/pbx/ice-server.ts';
import { Nat } from '#simulator/pbx/nat.ts';
import { customerHears, customerHz, hears, number, openSipRig, type SipRig } from '#tests/support/sip-rig.ts';
import type { BrowserPhone } from '#tests/support/telephony-page.ts';
import type { TestPhone } from '#tests/support/telephony-page-main.ts';
import { until } from '#tests/support/until.ts';

declare const phone: TestPhone;

/** What an account may have besides a server: codes that tell the PBX of the agent, STUN and TURN. */
const agentHz = 1000;

let rig: SipRig;
let agent: BrowserPhone;

beforeAll(async () => {
  rig = await openSipRig(['8001']);
});
afterAll(() => rig?.close());
beforeEach(async () => {
  agent = await rig.phone('8001', agentHz);
});
afterEach(async () => {
  await agent.close();
  rig.trunk.hangUpAll();
});

async function bothHear(id: string): Promise<void> {
  await customerHears(rig, agentHz);
  await hears(agent, id, customerHz);
}
async function talking(): Promise<void> {
  await agent.dial('c1', number);
  await agent.until('c1:answered');
  await bothHear('c1');
}

describe('a feature code', () => {
  const tell = (code: string, limitMs?: number): Promise<string | null> =>
    agent.page.evaluate(([typed, ms]) => phone.tell(typed, ms), [code, limitMs] as const);
  /** Nobody answers that code; the network gives up by itself, or does not. */
  const unanswered = (code: string, releaseAfterMs: number | null, cause = 16): void => {
    const party = rig.trunk.farParty(code);
    party.behaviour = { ...party.behaviour, alertAfterMs: 10, answerAfterMs: null, releaseAfterMs, cause };
  };

  it('is told beside a call that nobody hears it in, until the PBX has done what it is for', async () => {
    await talking();
    expect(await tell('*78')).toBeNull();
    expect(await rig.pbx.stateOf('8001')).toBe('break');
    expect(rig.trunk.farParty('*78').heard.samples.some((sample) => sample !== 0)).toBe(false);
    await bothHear('c1');
    expect((await agent.told()).filter(({ what }) => /ended|held/.test(what))).toEqual([]);
  });

  it('that the PBX does not know, refuses, or leaves unanswered, is said to be so', async () => {
    unanswered('*61', 50, 1);
    expect(await tell('*61')).toBe('sip.state-code-unknown');
    unanswered('*62', 50, 17);
    expect(await tell('*62')).toBe('sip.state-refused');
    unanswered('*63', null);
    expect(await tell('*63', 500)).toBe('sip.state-unanswered');
    await until('no call is left of it', () => rig.trunk.open === 0);
  });

  it('ends by itself where the PBX does not hang up', async () => {
    const party = rig.trunk.farParty('*64');
    party.behaviour = { ...party.behaviour, alertAfterMs: null, answerAfterMs: [10, 10], hangUpAfterMs: null };
    expect(await tell('*64')).toBeNull();
    await until('no call is left of it', () => rig.trunk.open === 0);
    const [call] = rig.trunk.calls.filter(({ number: dialled }) => dialled === '*64');
    expect(call?.endedBy).toBe('local');
  });

  it('on its way when the server goes is not told, and has to be told again', async () => {
    expect(await tell('*78')).toBeNull();
    unanswered('*65', null);
    const told = tell('*65');
    await until('it is at the trunk', () => rig.trunk.open === 1);
    await rig.pbx.stopServer(true);
    expect(await told).toBe('sip.state-line-lost');
    await rig.pbx.startServer();
    expect(await rig.pbx.stateOf('8001')).toBeNull();
  });
});

describe('an account with STUN and TURN servers', () => {
  let ice: IceServer;
  beforeAll(async () => {
    ice = await IceServer.start();
  });
  afterAll(() => ice?.close());

  const turn = (password = ice.password): RTCIceServer[] => [
    { urls: [ice.turn('udp'), ice.turn('tcp')], username: ice.user, credential: password },
  ];
  /** Nobody answers at a port that was closed again. */
  const dead = (scheme: string): RTCIceServer[] => [
    { urls: `${scheme}:127.0.0.1:9`, username: 'desk', credential: 'x' },
  ];
  /** In the place of the agent whose account has none. */
  async function registered(servers: RTCIceServer[], relayOnly = false): Promise<void> {
    await agent.close();
    agent = await rig.open(agentHz);
    if (relayOnly) await agent.page.evaluate(() => phone.useRelayOnly());
    await agent.start(rig.account('8001'), servers);
    await agent.until('line:registered');
    await agent.page.evaluate(() => phone.setOpen(true));
  }
  async function hangUp(): Promise<void> {
    await agent.page.evaluate(() => phone.hangUp('c1'));
    await agent.until('c1:ended:local-hang-up');
    await until('the customer is told', () => rig.trunk.open === 0);
  }
  /** From the order to the wire, ms. */
  async function inviteMs(id: string): Promise<number> {
    const told = await agent.told();
    const asked = told.find(({ what }) => what === `${id}:asked`)?.at ?? NaN;
    return (told.find(({ what, at }) => what === 'wire:INVITE' && at >= asked)?.at ?? NaN) - asked;
  }
  const wayOf = (id: string): Promise<string | undefined> => agent.page.evaluate((call) => phone.wayOf(call), id);

  it('is heard both ways where a TURN server is the only way, called and calling', async () => {
    await registered(turn(), true);
    await talking();
    expect(await agent.page.evaluate(() => phone.offered('c1'))).toEqual(['relay']);
    expect(await wayOf('c1')).toBe('relay');
    await hangUp();
    await rig.trunk.incomingCall(rig.pbx, '8001', number);
    await agent.until(`in2:incoming:${number}:`);
    await agent.page.evaluate(() => phone.answer('in2'));
    await agent.until('in2:answered');
    await bothHear('in2');
    expect(await wayOf('in2')).toBe('relay');
  });

  it('offers the address at which a STUN server sees it', async () => {
    const nat = await Nat.open(ice.port);
    await registered([{ urls: `stun:127.0.0.1:${nat.port}` }]);
    await talking();
    expect(await agent.page.evaluate(() => phone.offered('c1'))).toEqual(['host', 'srflx']);
    nat.close();
  });

  it.each([
    ['a TURN server that refuses its password', () => turn('wrong')],
    ['a TURN server that is dead', () => dead('turn')],
    ['a STUN server that is dead', () => dead('stun')],
  ])('loses no call behind %s, and waits for it once at most', async (_what, servers) => {
    await registered(servers());
    await agent.dial('c1', number);
    await agent.until('c1:answered');
    await hangUp();
    // At once: no offer is ready yet, and this one looks for its addresses itself.
    await agent.dial('c2', number);
    await agent.until('c2:answered');
    await bothHear('c2');
    // Not the whole second that the first one may have waited; how long it takes is the bench's.
    expect(await inviteMs('c2')).toBeLessThan(1_000);
  });
});
