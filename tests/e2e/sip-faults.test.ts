import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Baresip } from '#simulator/pbx/baresip.ts';
import { headerOf } from '#simulator/pbx/sip-message.ts';
import type { TrunkCall, TrunkManners } from '#simulator/pbx/trunk-call.ts';
import { type Passing, ScriptedLine, type Script } from '#tests/support/scripted-line.ts';
import { customerHears, customerHz, hears, number, openSipRig, type SipRig } from '#tests/support/sip-rig.ts';
import type { BrowserPhone } from '#tests/support/telephony-page.ts';
import type { TestPhone } from '#tests/support/telephony-page-main.ts';
import { tone } from '#tests/support/tone-power.ts';
import { UdpWay } from '#tests/support/udp-way.ts';
import { until } from '#tests/support/until.ts';

declare const phone: TestPhone;

const agentHz = 1000;
const deskHz = 800;
/** Rings, and nobody answers. */
const nobody = '15400009991';
const plain: Script = () => false;

let rig: SipRig;
/** Between the window and its PBX. */
let line: ScriptedLine;
let agent: BrowserPhone;
let usual: TrunkManners;
const phones: Baresip[] = [];

beforeAll(async () => {
  rig = await openSipRig(['8001']);
  line = await ScriptedLine.start(rig.pbx.url);
  usual = { ...rig.trunk.manners };
});
afterAll(async () => {
  await rig?.close();
  await line?.close();
});
beforeEach(async () => {
  Object.assign(line, { script: plain, open: true });
  line.seen.length = 0;
  agent = await openPhone();
});
afterEach(async () => {
  await agent.close();
  for (const one of phones.splice(0)) await one.close();
  rig.trunk.hangUpAll();
  Object.assign(rig.trunk.manners, usual);
  await until('no call is left', () => rig.trunk.open === 0);
});

async function openPhone(): Promise<BrowserPhone> {
  const opened = await rig.open(agentHz);
  // Flows as ever, and can be made to jump.
  await opened.page.clock.install();
  await opened.start({ ...rig.account('8001'), server: line.url });
  await opened.until('line:registered');
  await opened.page.evaluate(() => phone.setOpen(true));
  return opened;
}
async function bothHear(id = 'c1'): Promise<void> {
  await customerHears(rig, agentHz);
  await hears(agent, id, customerHz);
}
async function talking(): Promise<void> {
  await agent.dial('c1', number);
  await agent.until('c1:answered');
  await bothHear();
}
const toldTimes = (what: string, times: number): Promise<unknown> =>
  agent.page.waitForFunction(([wanted, least]) => phone.told().filter((told) => told.what === wanted).length >= least, [
    what,
    times,
  ] as const);
const customer = (): TrunkCall => {
  const call = rig.trunk.callOf(number);
  if (!call) throw new Error('no call with the customer');
  return call;
};
const ended = async (): Promise<readonly string[]> =>
  (await agent.told()).map(({ what }) => what).filter((what) => what.includes(':ended'));
/**
 * Seconds of the window go by; the PBX answers its questions meanwhile. What went out over a socket that is gone is never
 * answered. A second at a time: less than the window waits for an answer (2.5 s), also to what it asked just before.
 */
async function pass(seconds: number): Promise<void> {
  const { OPEN } = WebSocket;
  const count = (which: (passing: Passing) => boolean): number =>
    line.seen.filter((passing) => passing.socket.readyState === OPEN && which(passing)).length;
  const asked = (): number => count(({ message, from }) => from === 'window' && message.method === 'OPTIONS');
  const answered = (): number =>
    count(({ message, from }) => from === 'server' && /OPTIONS$/.test(headerOf(message, 'cseq')));
  for (let n = 0; n < seconds; n += 1) {
    await until('the PBX has answered', () => answered() >= asked());
    await agent.page.clock.fastForward(1_000);
  }
  await until('the PBX has answered', () => answered() >= asked());
}
/** For `until`: asked again and again, one at a time. */
function eventually<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): () => boolean {
  let [asking, held] = [false, false];
  return () => {
    if (asking) return held;
    asking = true;
    ask().then(
      (answer) => ([asking, held] = [false, holds(answer)]),
      () => (asking = false),
    );
    return held;
  };
}
const hold = (): Promise<string | null> => agent.page.evaluate(() => phone.hold('c1'));
const resume = (): Promise<string | null> => agent.page.evaluate(() => phone.resume('c1'));

describe('a WebSocket that is killed', () => {
  it('in a call: the sound goes on, hold works, and a hang-up arrives', async () => {
    await talking();
    const { frameTimes } = rig.trunk.farParty(number).heard;
    line.open = false;
    line.cut();
    await agent.until('line:waiting');
    const before = frameTimes.length;
    // How small the gap is is a figure: bench sip-recover.
    await until('a second of sound without a line', () => frameTimes.length > before + 50);
    line.open = true;
    await toldTimes('line:registered', 2);
    expect(await hold()).toBeNull();
    expect(await resume()).toBeNull();
    await bothHear();
    customer().call.end('remote');
    await agent.until('c1:ended:remote-hang-up');
  });

  it('on hold: resumed afterwards both hear each other', async () => {
    await talking();
    expect(await hold()).toBeNull();
    line.cut();
    await toldTimes('line:registered', 2);
    expect(customer().call.state).toBe('held');
    expect(await resume()).toBeNull();
    await bothHear();
  });

  it('while it rings here: it rings on, and is answered by the new one', async () => {
    await rig.trunk.incomingCall(rig.pbx, '8001', number);
    await agent.until(`in1:incoming:${number}:`);
    line.cut();
    await toldTimes('line:registered', 2);
    await agent.page.evaluate(() => phone.answer('in1'));
    await agent.until('in1:answered');
    await bothHear('in1');
    expect((await agent.told()).filter(({ what }) => what.includes(':incoming:'))).toHaveLength(1);
  });

  it('while it rings there: the call is over here, and their phone is still when we are back', async () => {
    await agent.dial('c1', nobody);
    await agent.until('c1:alerting');
    line.cut();
    await agent.until('c1:ended:network-failure');
    await until('their phone is still', () => rig.trunk.open === 0);
  });

  it('while it rings there, and they answer before we are back: they are not left alone', async () => {
    line.script = ({ message }) => {
      if (message.status !== 200 || !headerOf(message, 'cseq').endsWith('INVITE')) return false;
      line.open = false;
      line.cut();
      return true;
    };
    await agent.dial('c1', number);
    await agent.until('c1:ended:network-failure');
    await until('they have answered', () => customer().call.state === 'active');
    line.open = true;
    await until('they are told', () => rig.trunk.open === 0);
  });

  it('when we hang up meanwhile they are told when it is back', async () => {
    await talking();
    line.open = false;
    line.cut();
    await agent.until('line:waiting');
    await agent.page.evaluate(() => phone.hangUp('c1'));
    await agent.until('c1:ended:local-hang-up');
    expect(customer().call.state).toBe('active');
    line.open = true;
    await until('they are told', () => rig.trunk.open === 0);
  });

  it('with the sound’s way gone as well: both are back, and heard', async () => {
    await talking();
    await rig.pbx.stopRelay(true);
    line.script = () => true;
    // Silent after 3 s: a new way is asked for, into nothing.
    await agent.page.clock.fastForward(4_000);
    await agent.until('c1:silent');
    await until('it is asked for', () => line.requests('INVITE').length > 2);
    line.script = plain;
    await rig.pbx.startRelay();
    line.cut();
    await toldTimes('line:registered', 2);
    await agent.until('c1:flowing');
    await bothHear();
  });
});

describe('a change of a call', () => {
  it.each([408, 500])('that gets %i leaves both heard, and the next one works', async (status) => {
    await talking();
    rig.trunk.manners.refuseReinvite = status;
    expect(await hold()).toBe('call.hold-refused');
    rig.trunk.manners.refuseReinvite = null;
    await bothHear();
    expect(await hold()).toBeNull();
    expect(await resume()).toBeNull();
    await bothHear();
  });

  it('that gets 481 ends it on both sides', async () => {
    await talking();
    rig.trunk.manners.refuseReinvite = 481;
    expect(await hold()).toBe('call.hold-refused');
    await agent.until('c1:ended:remote-hang-up');
    await until('nobody is left', () => rig.trunk.open === 0);
  });
});

describe('a call without sound', () => {
  it('of which nothing comes for 20 s is ended as a failure, and the customer is told', async () => {
    await talking();
    rig.trunk.manners.loss = 1;
    await agent.page.clock.fastForward(3_500);
    await agent.until('c1:silent');
    expect(await ended()).toEqual([]);
    await agent.page.clock.fastForward(17_000);
    await agent.until('c1:ended:network-failure');
    await until('the customer is told', () => rig.trunk.open === 0);
  });

  it.each([
    ['sendonly, and plays nothing', (call: TrunkCall) => call.reinvite('sendonly')],
    ['inactive', (call: TrunkCall) => call.reinvite('inactive')],
    ['an address of zeros', (call: TrunkCall) => call.holdsTheOldWay()],
  ])('since the customer holds us (%s) stays, and is heard again', async (_, holds) => {
    await talking();
    rig.trunk.manners.music = false;
    holds(customer());
    await until('it is answered', () => customer().finalStatus === 200);
    await pass(24);
    expect(await ended()).toEqual([]);
    expect((await agent.told()).filter(({ what }) => what === 'c1:silent')).toEqual([]);
    customer().reinvite('sendrecv');
    await bothHear();
  });
});

describe('a way of the sound on which nobody answers any more (RFC 7675)', () => {
  it('is noticed while the customer is still heard, and another one is found', async () => {
    const way = await UdpWay.open();
    line.script = way.script;
    await talking();
    way.refuseConsent();
    await agent.until('c1:media-disconnected');
    await toldTimes('c1:media-connected', 2);
    expect((await agent.told()).map(({ what }) => what)).not.toContain('c1:silent');
    await bothHear();
    expect(line.requests('INVITE').length).toBeGreaterThan(2);
    way.close();
  });
});

describe('a call that nobody takes', () => {
  it('rings for 75 s where the caller does not give up, and the caller is told (480)', async () => {
    const call = await rig.trunk.incomingCall(rig.pbx, '8001', number);
    const rang = await agent.until(`in1:incoming:${number}:`);
    await pass(76);
    // On the page's clock, which flows on besides.
    const over = await agent.until('in1:ended:no-answer');
    expect(over - rang).toBeGreaterThan(74_900);
    await until('the caller is told', () => call.finalStatus === 480);
    expect(rig.trunk.open).toBe(0);
  });
});

describe('a call for the window and a desk phone', () => {
  it('that both answer at once is one call: one is heard, the other is told', async () => {
    const { domain, sipPort } = rig.pbx;
    const desk = await Baresip.start({
      number: '8001',
      voice: tone(deskHz, 1),
      at: { domain, sipPort, password: 'pw-8001' },
    });
    phones.push(desk);
    await until('it is registered', () => /registered successfully/.test(desk.log));
    await agent.page.evaluate(() => phone.answerAtOnce());
    await rig.trunk.incomingCall(rig.pbx, '8001', number);
    await until('somebody is heard', () => rig.trunk.farParty(number).heard.samples.length > 8_000);
    const window = (await ended()).length === 0;
    await customerHears(rig, window ? agentHz : deskHz);
    if (window) await until('the desk phone is told', () => desk.events.some(({ type }) => type === 'CALL_CLOSED'));
    else expect(await ended()).toEqual([expect.stringMatching(/^in1:ended:(remote-hang-up|taken-elsewhere)$/)]);
    expect(rig.trunk.open).toBe(1);
  });
});

describe('what a stranger asks for', () => {
  it('is called by nobody else’s server: a transfer to a foreign domain comes to nothing, and the call goes on', async () => {
    await talking();
    customer().asksTransfer('sip:15400000138@foreign.example');
    await agent.until('c1:asks:15400000138');
    await agent.page.evaluate(() => phone.decide('c1', 't1'));
    await agent.until('t1:ended:network-failure');
    await until('they are told', () => customer().transferTold.some((told) => told.startsWith('SIP/2.0 403 ')));
    await bothHear();
  });

  it('is not taken from another user’s name', async () => {
    line.script = ({ message, text, ...passing }) => {
      if (message.method !== 'INVITE') return false;
      line.pass({ message, ...passing, text: text.replace(/^(From:.*)sip:8001@/m, '$1sip:8002@') });
      return true;
    };
    await agent.dial('c1', number);
    await agent.until('c1:ended:network-failure');
    expect(line.seen.some(({ message, from }) => from === 'server' && message.status === 403)).toBe(true);
    expect(rig.trunk.open).toBe(0);
  });
});

describe('many calls', () => {
  it('leave nothing behind: connections, tracks, sessions', async () => {
    const left = async (): Promise<object> => {
      // The next call's offer is made a moment after each one.
      await agent.page.waitForFunction(() => phone.left().connections === 1);
      return agent.page.evaluate(() => phone.left());
    };
    await talking();
    await agent.page.evaluate(() => phone.hangUp('c1'));
    await agent.until('c1:ended:local-hang-up');
    const before = await left();
    const far = rig.trunk.farParty(number);
    const { behaviour } = far;
    far.behaviour = { ...behaviour, alertAfterMs: 5, answerAfterMs: [10, 10] };
    for (let n = 2; n <= 10; n += 1) {
      const id = `c${n}`;
      await agent.dial(id, number);
      await agent.until(`${id}:answered`);
      await agent.page.evaluate((call) => phone.hangUp(call), id);
      await agent.until(`${id}:ended:local-hang-up`);
    }
    far.behaviour = behaviour;
    await until('the network has none', () => rig.trunk.open === 0);
    expect(await left()).toEqual(before);
    await until(
      'the relay has none',
      eventually(
        () => rig.pbx.relayCalls(),
        (calls) => calls === 0,
      ),
    );
  });
});

describe('a window that is gone', () => {
  it('is not called any more within seconds, and the next one rings once', async () => {
    await agent.close();
    const bindings = (): Promise<unknown> => rig.pbx.command('ul.dump');
    await until(
      'the PBX has forgotten it',
      eventually(bindings, (dump) => !JSON.stringify(dump).includes('.invalid')),
    );
    agent = await openPhone();
    const calls = line.seen.length;
    await rig.trunk.incomingCall(rig.pbx, '8001', number);
    await agent.until(`in1:incoming:${number}:`);
    await agent.page.evaluate(() => phone.answer('in1'));
    await bothHear('in1');
    const rings = line.seen
      .slice(calls)
      .filter(({ message, from }) => from === 'server' && message.method === 'INVITE');
    expect(rings).toHaveLength(1);
  });
});
