import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Baresip } from '#simulator/pbx/baresip.ts';
import { ScriptedLine } from '#tests/support/scripted-line.ts';
import { customerHears, customerHz, hears, number, openSipRig, type SipRig } from '#tests/support/sip-rig.ts';
import type { BrowserPhone } from '#tests/support/telephony-page.ts';
import type { TestPhone } from '#tests/support/telephony-page-main.ts';
import { tone } from '#tests/support/tone-power.ts';
import { until } from '#tests/support/until.ts';

declare const phone: TestPhone;

/** Whose microphone says what. */
const hz = { agent: 1000, colleague: 1400, third: 1800, desk: 800 };

let rig: SipRig;
let agent: BrowserPhone;
let colleague: BrowserPhone;

beforeAll(async () => {
  rig = await openSipRig(['8001', '8002', '8003', '8004']);
});
afterAll(() => rig?.close());
beforeEach(async () => {
  agent = await rig.phone('8001', hz.agent);
  colleague = await rig.phone('8002', hz.colleague);
});
afterEach(async () => {
  await agent.close();
  await colleague.close();
  rig.trunk.hangUpAll();
});

const transfer = (to: string, limitMs?: number): Promise<string | null> =>
  agent.page.evaluate(([target, limit]) => phone.transfer('c1', target, limit), [to, limitMs] as const);
const attended = (): Promise<string | null> => agent.page.evaluate(() => phone.transferTo('c1', 'c2'));
const decide = (made: string | null): Promise<void> =>
  colleague.page.evaluate((name) => phone.decide('in1', name), made);

async function answer(browser: BrowserPhone, id: string): Promise<void> {
  await browser.until(`${id}:incoming:8001:坐席 8001`);
  await browser.page.evaluate((call) => phone.answer(call), id);
}
async function bothHear(): Promise<void> {
  await hears(agent, 'c1', hz.colleague);
  await hears(colleague, 'in1', hz.agent);
}
/** The agent with the colleague, who plays the part of a customer that can be transferred. */
async function talking(): Promise<void> {
  await agent.dial('c1', '8002');
  await answer(colleague, 'in1');
  await agent.until('c1:answered');
  await bothHear();
}
/** 8004, a desk phone that we did not write. It takes every call, and knows no Replaces. */
async function openDesk(): Promise<Baresip> {
  const { domain, sipPort } = rig.pbx;
  const desk = await Baresip.start({
    number: '8004',
    voice: tone(hz.desk, 1),
    at: { domain, sipPort, password: 'pw-8004' },
  });
  await until('it is registered', () => /registered successfully/.test(desk.log));
  return desk;
}
const customerTypes = (digits: string): Promise<void> =>
  until(`the customer gets ${digits}`, () => rig.trunk.farParty(number).digits === digits);
/** Of that browser, so far. */
const invites = async (browser: BrowserPhone): Promise<number> =>
  (await browser.told()).filter(({ what }) => what === 'wire:INVITE').length;

describe('a blind transfer', () => {
  it('connects the other side with the number, and our call ends then', async () => {
    await talking();
    const done = transfer(number);
    await colleague.until(`in1:asks:${number}`);
    await agent.until('c1:held');
    // Nothing is dialled before somebody says so.
    expect(await invites(colleague)).toBe(0);
    await decide('t1');
    expect(await done).toBeNull();
    await agent.until('c1:ended:local-hang-up');
    await colleague.until('in1:ended:remote-hang-up');
    await customerHears(rig, hz.colleague);
    await hears(colleague, 't1', customerHz);
    await colleague.page.evaluate(() => phone.digits('t1', '12#'));
    await customerTypes('12#');
    await colleague.page.evaluate(() => phone.hangUp('t1'));
    await until('the customer is told', () => rig.trunk.open === 0);
  });

  it.each([
    ['is busy', '15400009990', undefined, 'call.transfer-busy'],
    ['rings in vain', '15400009991', 3_000, 'call.transfer-no-answer'],
    ['is not reached', '15400009998', undefined, 'call.transfer-failed'],
  ])('to a number that %s leaves the call as it was', async (_, to, limitMs, code) => {
    await talking();
    const done = transfer(to, limitMs);
    await colleague.until(`in1:asks:${to}`);
    await decide('t1');
    expect(await done).toBe(code);
    await agent.until('c1:resumed');
    await colleague.page.evaluate(() => phone.hangUp('t1'));
    await bothHear();
  });

  it('that the other side declines leaves the call as it was, and the next one works', async () => {
    await talking();
    const declined = transfer(number);
    await colleague.until(`in1:asks:${number}`);
    await decide(null);
    expect(await declined).toBe('call.transfer-failed');
    await bothHear();
    const done = transfer('15400000138');
    expect(await transfer(number)).toBe('call.transfer-running');
    await colleague.until('in1:asks:15400000138');
    await decide('t1');
    expect(await done).toBeNull();
    await until('the customer is called', () => rig.trunk.callOf('15400000138')?.call.state === 'active');
  });

  it('goes on where we hang up before its end', async () => {
    await talking();
    const done = transfer(number);
    await colleague.until(`in1:asks:${number}`);
    await agent.page.evaluate(() => phone.hangUp('c1'));
    expect(await done).toBe('call.gone');
    await decide('t1');
    await customerHears(rig, hz.colleague);
  });

  it('of somebody who cannot is refused, both hear each other again, and keys go on', async () => {
    await agent.dial('c1', number);
    await agent.until('c1:answered');
    expect(await transfer('15400000138')).toBe('call.transfer-refused');
    await customerHears(rig, hz.agent);
    await hears(agent, 'c1', customerHz);
    await agent.page.evaluate(() => phone.digits('c1', '0*9'));
    await customerTypes('0*9');
  });

  it('of a desk phone that is not ours works as well', async () => {
    const desk = await openDesk();
    await agent.dial('c1', '8004');
    await agent.until('c1:answered');
    await hears(agent, 'c1', hz.desk);
    expect(await transfer(number)).toBeNull();
    await agent.until('c1:ended:local-hang-up');
    await customerHears(rig, hz.desk);
    await desk.close();
  });
});

describe('an attended transfer', () => {
  it('connects the two others with each other, and both our calls end', async () => {
    await talking();
    expect(await agent.page.evaluate(() => phone.hold('c1'))).toBeNull();
    await agent.dial('c2', number);
    await agent.until('c2:answered');
    await customerHears(rig, hz.agent);
    const done = attended();
    await colleague.until(`in1:asks:${number}:attended`);
    expect(await invites(colleague)).toBe(0);
    await decide('t1');
    expect(await done).toBeNull();
    await agent.until('c1:ended:local-hang-up');
    await agent.until('c2:ended:remote-hang-up');
    await customerHears(rig, hz.colleague);
    await hears(colleague, 't1', customerHz);
    expect(rig.trunk.open).toBe(1);
    await colleague.page.evaluate(() => phone.digits('t1', '34'));
    await customerTypes('34');
  });

  it('to a phone that knows no Replaces connects the two, and leaves nobody with a call of ours', async () => {
    const desk = await openDesk();
    await talking();
    await agent.dial('c2', '8004');
    await agent.until('c2:answered');
    await hears(agent, 'c2', hz.desk);
    const done = attended();
    await colleague.until('in1:asks:8004:attended');
    await decide('t1');
    expect(await done).toBeNull();
    await agent.until('c1:ended:local-hang-up');
    // Nothing has replaced it: it is ours to end.
    await agent.until('c2:ended:local-hang-up');
    await colleague.until('in1:ended:remote-hang-up');
    await until(
      'the desk phone has one call',
      () => desk.events.filter(({ type }) => type === 'CALL_CLOSED').length === 1,
    );
    expect(desk.events.filter(({ type }) => type === 'CALL_ESTABLISHED')).toHaveLength(2);
    await hears(colleague, 't1', hz.desk);
    await desk.close();
  });

  it('takes the place of the call that a window of ours has, without ringing there', async () => {
    const third = await rig.phone('8003', hz.third);
    await talking();
    await agent.dial('c2', '8003');
    await answer(third, 'in1');
    await hears(agent, 'c2', hz.third);
    const done = attended();
    await colleague.until('in1:asks:8003:attended');
    await decide('t1');
    expect(await done).toBeNull();
    await third.until('in2:replaces:in1');
    await third.until('in1:ended:remote-hang-up');
    await hears(third, 'in2', hz.colleague);
    await hears(colleague, 't1', hz.third);
    await third.close();
  });

  it('whose other end has hung up meanwhile leaves the first call', async () => {
    await talking();
    await agent.dial('c2', number);
    await agent.until('c2:answered');
    rig.trunk.callOf(number)?.call.end('remote');
    await agent.until('c2:ended:remote-hang-up');
    expect(await attended()).toBe('call.not-connected');
    await bothHear();
  });
});

describe('a socket that goes while a transfer runs', () => {
  let line: ScriptedLine;
  beforeEach(async () => {
    line = await ScriptedLine.start(rig.pbx.url);
    await agent.close();
    agent = await rig.phone('8001', hz.agent, line.url);
    await talking();
  });
  afterEach(() => line.close());

  const isBack = (): Promise<unknown> =>
    agent.page.waitForFunction(() => phone.told().filter(({ what }) => what === 'line:registered').length > 1);
  /** Asked, and not decided yet. */
  async function asked(limitMs?: number): Promise<{ readonly outcome: Promise<string | null> }> {
    const outcome = transfer(number, limitMs);
    await colleague.until(`in1:asks:${number}`);
    return { outcome };
  }

  it('and is back before its end: that is told by the new one', async () => {
    const { outcome } = await asked();
    line.cut();
    await isBack();
    await decide('t1');
    expect(await outcome).toBeNull();
    await agent.until('c1:ended:local-hang-up');
    await customerHears(rig, hz.colleague);
  });

  it('and is back after its end: that is told once more', async () => {
    const { outcome } = await asked();
    line.open = false;
    line.cut();
    await agent.until('line:waiting');
    await decide('t1');
    await colleague.until('t1:answered');
    line.open = true;
    expect(await outcome).toBeNull();
    await agent.until('c1:ended:local-hang-up');
    await colleague.until('in1:ended:remote-hang-up');
  });

  it('with the word of its end: the agent is told that nobody knows, and the call is as it was', async () => {
    line.script = ({ message, from }) => from === 'server' && message.method === 'NOTIFY';
    const { outcome } = await asked(6_000);
    line.cut();
    await isBack();
    await decide('t1');
    await colleague.until('t1:answered');
    expect(await outcome).toBe('call.transfer-unknown');
    await agent.until('c1:resumed');
    await colleague.page.evaluate(() => phone.hangUp('t1'));
    await bothHear();
  });
});
