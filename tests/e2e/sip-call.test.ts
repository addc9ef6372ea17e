import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Pbx } from '#simulator/pbx/pbx.ts';
import type { Trunk } from '#simulator/pbx/trunk.ts';
import {
  customerHeard,
  customerHears,
  customerHearsNothing,
  customerHz,
  hears,
  number,
  openSipRig,
  type SipRig,
} from '#tests/support/sip-rig.ts';
import type { BrowserPhone } from '#tests/support/telephony-page.ts';
import type { TestPhone } from '#tests/support/telephony-page-main.ts';
import { loudnessOf, tonePower } from '#tests/support/tone-power.ts';
import { until } from '#tests/support/until.ts';

declare const phone: TestPhone;

const agentHz = 1000;

let rig: SipRig;
let trunk: Trunk;
let pbx: Pbx;
let agent: BrowserPhone;

beforeAll(async () => {
  rig = await openSipRig(['8001']);
  ({ trunk, pbx } = rig);
});
afterAll(() => rig?.close());
beforeEach(async () => {
  agent = await rig.open(agentHz);
});
afterEach(async () => {
  await agent.close();
  trunk.hangUpAll();
});

const register = async (): Promise<void> => {
  await agent.start(rig.account('8001'));
  await agent.until('line:registered');
};
const heard = (): Int16Array => customerHeard(rig);

describe('a SIP call in the window', () => {
  it('goes out, is answered, and each side hears the other', async () => {
    await register();
    await agent.page.evaluate(() => phone.setOpen(true));
    await agent.dial('c1', number);
    await agent.until('c1:alerting');
    await agent.until('c1:answered');
    await customerHears(rig, agentHz);
    expect(tonePower(heard(), agentHz)).toBeGreaterThan(1000 * tonePower(heard(), customerHz));
    await hears(agent, 'c1', customerHz);
    await agent.page.evaluate(() => phone.hangUp('c1'));
    await agent.until('c1:ended:local-hang-up');
    await until('the customer is told', () => trunk.open === 0);
    expect(trunk.calls.at(-1)).toMatchObject({ state: 'ended', endedBy: 'local' });
  });

  it('shuts the microphone where it is shut', async () => {
    await register();
    await agent.dial('c1', number);
    await agent.until('c1:answered');
    await until('half a second', () => heard().length === 4000);
    expect(loudnessOf(heard())).toBeLessThan(20);
  });

  it.each([
    ['15400009990', 'busy'],
    ['15400009998', 'network-failure'],
  ])('%s ends as %s', async (to, cause) => {
    await register();
    await agent.dial('c1', to);
    await agent.until(`c1:ended:${cause}`);
  });

  it('is hung up while it rings', async () => {
    await register();
    await agent.dial('c1', '15400009991');
    await agent.until('c1:alerting');
    await agent.page.evaluate(() => phone.hangUp('c1'));
    await agent.until('c1:ended:local-hang-up');
    await until('the customer’s phone is still', () => trunk.open === 0);
  });

  it('comes in, is answered, and ends when the customer hangs up', async () => {
    await register();
    await agent.page.evaluate(() => phone.setOpen(true));
    const call = await trunk.incomingCall(pbx, '8001', number);
    await agent.until(`in1:incoming:${number}:`);
    await agent.page.evaluate(() => phone.answer('in1'));
    await agent.until('in1:answered');
    await customerHears(rig, agentHz);
    call.call.end('remote');
    await agent.until('in1:ended:remote-hang-up');
  });
});

/** Answered, with the agent live and both heard. */
async function talking(): Promise<void> {
  await register();
  await agent.page.evaluate(() => phone.setOpen(true));
  await agent.dial('c1', number);
  await agent.until('c1:answered');
  await bothHeard();
}
async function bothHeard(): Promise<void> {
  await customerHears(rig, agentHz);
  await hears(agent, 'c1', customerHz);
}
const hold = (): Promise<string | null> => agent.page.evaluate(() => phone.hold('c1'));
const resume = (): Promise<string | null> => agent.page.evaluate(() => phone.resume('c1'));
const frames = (): number => trunk.farParty(number).heard.frameTimes.length;

describe('in a SIP call', () => {
  it('hold sends the customer nothing of the microphone, and resume everything', async () => {
    await talking();
    expect(await hold()).toBeNull();
    expect(trunk.callOf(number)?.call.state).toBe('held');
    await customerHearsNothing(rig);
    expect(await resume()).toBeNull();
    await bothHeard();
  });

  it.each(['us', 'them'])('a cut-in on hold by %s is not heard, and afterwards the agent is live', async (holder) => {
    await talking();
    await agent.page.evaluate(() => phone.play(500, 60));
    await customerHears(rig, 500);
    const call = trunk.callOf(number);
    if (holder === 'us') expect(await hold()).toBeNull();
    else call?.reinvite('sendonly');
    await until('it is held', () => /a=(sendonly|recvonly)/.test(call?.remote ?? ''));
    await agent.page.evaluate(() => phone.cutIn());
    await customerHearsNothing(rig);
    if (holder === 'us') expect(await resume()).toBeNull();
    else call?.reinvite('sendrecv');
    await bothHeard();
    expect(tonePower(heard(), agentHz)).toBeGreaterThan(1000 * tonePower(heard(), 500));
  });

  it('a hold that is refused leaves the call as it was, and the next one works', async () => {
    await talking();
    trunk.manners.refuseReinvite = 488;
    expect(await hold()).toBe('call.hold-refused');
    trunk.manners.refuseReinvite = null;
    const before = frames();
    await until('fresh sound', () => frames() > before + 30);
    await bothHeard();
    expect(await hold()).toBeNull();
    expect(await resume()).toBeNull();
    await bothHeard();
  });

  it('two changes that cross are sorted out', async () => {
    await talking();
    const held = hold();
    trunk.callOf(number)?.reinvite('sendrecv');
    expect(await held).toBeNull();
    expect(await resume()).toBeNull();
    await bothHeard();
  });

  it('the customer holds and comes back', async () => {
    await talking();
    for (const direction of ['sendonly', 'inactive'] as const) {
      const call = trunk.callOf(number);
      call?.reinvite(direction);
      await until(
        'it is held',
        () => call?.remote.includes(`a=${direction === 'sendonly' ? 'recvonly' : 'inactive'}`) ?? false,
      );
      trunk.callOf(number)?.reinvite('sendrecv');
      const before = frames();
      await until('fresh sound', () => frames() > before + 30);
      await bothHeard();
    }
  });

  it('digits arrive as they were pressed, also after a hold', async () => {
    await talking();
    await agent.page.evaluate(() => phone.digits('c1', '12#'));
    await until('the digits', () => trunk.farParty(number).digits === '12#');
    await hold();
    await resume();
    await agent.page.evaluate(() => phone.digits('c1', '*9'));
    await until('two more', () => trunk.farParty(number).digits === '12#*9');
  });

  it('all twelve digits arrive while the opener plays', async () => {
    await talking();
    await agent.page.evaluate(() => phone.play(500, 10));
    await agent.page.evaluate(() => phone.digits('c1', '0123456789*#'));
    await until('the digits', () => trunk.farParty(number).digits === '0123456789*#');
    await customerHears(rig, 500);
  });

  it('the network’s own ring-back is heard before the answer', async () => {
    trunk.manners.earlyMedia = true;
    await register();
    await agent.dial('c1', '15400009983');
    await agent.until('c1:alerting');
    await agent.page.waitForFunction(() => phone.hears('c1', 450) > -40);
    trunk.manners.earlyMedia = false;
    await agent.until('c1:answered');
  });
});

describe('the session timer of a SIP call', () => {
  const timers = (): readonly string[] => trunk.callOf(number)?.sessionTimers ?? [];
  afterEach(() => Object.assign(trunk.manners, { sessionExpires: null, minSessionExpires: 0 }));

  it('is refreshed by us where the other side wants that, and neither hold nor sound notices', async () => {
    // Less than anybody may ask for: the first refresh comes after 2 s.
    trunk.manners.sessionExpires = '4;refresher=uac';
    await talking();
    expect(await hold()).toBeNull();
    await until('the hold is a refresh, and two more come', () => timers().length >= 4);
    expect(timers().slice(0, 4)).toEqual(['', ...Array.from({ length: 3 }, () => '90;refresher=uac')]);
    expect(trunk.callOf(number)?.call.state).toBe('held');
    expect(await resume()).toBeNull();
    await bothHeard();
  });

  it('is agreed on with a caller who refreshes, and sound goes on over a refresh of theirs', async () => {
    await register();
    await agent.page.evaluate(() => phone.setOpen(true));
    const timer = [
      ['Supported', 'timer'],
      ['Session-Expires', '120;refresher=uac'],
    ] as const;
    const call = await trunk.incomingCall(pbx, '8001', number, timer);
    await agent.until(`in1:incoming:${number}:`);
    await agent.page.evaluate(() => phone.answer('in1'));
    await agent.until('in1:answered');
    await customerHears(rig, agentHz);
    call.reinvite('sendrecv', timer);
    await until('the refresh is answered', () => call.sessionTimers.length === 2);
    expect(call.sessionTimers).toEqual(['120;refresher=uac', '120;refresher=uac']);
    await customerHears(rig, agentHz);
    await hears(agent, 'in1', customerHz);
  });

  it('a caller who was to refresh and does not is gone: the call ends, and says so', async () => {
    await agent.page.clock.install();
    await register();
    const call = await trunk.incomingCall(pbx, '8001', number, [
      ['Supported', 'timer'],
      ['Session-Expires', '90;refresher=uac'],
    ]);
    await agent.until(`in1:incoming:${number}:`);
    await agent.page.evaluate(() => phone.answer('in1'));
    await agent.until('in1:answered');
    // In steps, with some real time for the sound in each: a whole minute without any would end the call too.
    for (let seconds = 0; seconds < 50; seconds += 2) {
      await agent.page.clock.fastForward(2000);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect((await agent.told()).filter(({ what }) => what.startsWith('in1:ended'))).toEqual([]);
    expect(call.call.state).toBe('active');
    await agent.page.clock.fastForward(10_000);
    await agent.until('in1:ended:network-failure');
    await until('the other side is told', () => trunk.open === 0);
  });

  it('a server that takes no call, or no change of it, without a longer one gets it', async () => {
    trunk.manners.minSessionExpires = 180;
    trunk.manners.sessionExpires = '180;refresher=uas';
    await talking();
    expect(trunk.calls.filter(({ state }) => state !== 'ended')).toHaveLength(1);
    expect(await hold()).toBeNull();
    expect(timers()).toEqual(['180', '180;refresher=uas']);
    trunk.manners.minSessionExpires = 300;
    expect(await resume()).toBeNull();
    expect(timers().at(-1)).toBe('300;refresher=uas');
    await bothHeard();
  });
});

describe('the sound of a SIP call', () => {
  it('is measured, missed within seconds when the relay is gone, and found again when that is back', async () => {
    await talking();
    await agent.page.waitForFunction(() => (phone.reading('c1')?.received ?? 0) > 40);
    const measured = await agent.page.evaluate(() => phone.reading('c1'));
    expect(measured).toMatchObject({ flow: 'flowing', lost: 0 });
    expect(measured?.roundTripMs).not.toBeNull();
    await pbx.stopRelay(true);
    await agent.until('c1:silent');
    await pbx.startRelay();
    await agent.until('c1:flowing');
    await bothHeard();
  });
});

describe('when the server is gone', () => {
  it('a call goes on without it, and is whole again when it is back', async () => {
    await talking();
    await pbx.stopServer(true);
    await agent.until('line:waiting');
    const before = frames();
    await until('the customer hears on', () => frames() > before + 50);
    await pbx.startServer();
    await agent.page.waitForFunction(() => phone.told().filter(({ what }) => what === 'line:registered').length === 2);
    await bothHeard();
    // A PBX that follows a Contact knows the new socket from here on.
    await until('the call is asked after', () => (trunk.callOf(number)?.askedFrom ?? '').includes('sip:'));
    trunk.callOf(number)?.call.end('remote');
    await agent.until('c1:ended:remote-hang-up');
  });

  it('a customer who hung up meanwhile is noticed when it is back', async () => {
    await talking();
    await pbx.stopServer(true);
    await agent.until('line:waiting');
    // Its BYE reaches nobody.
    trunk.callOf(number)?.call.end('remote');
    await pbx.startServer();
    await agent.until('c1:ended:remote-hang-up');
  });
});
