import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Baresip } from '#simulator/pbx/baresip.ts';
import type { TrunkManners } from '#simulator/pbx/trunk-call.ts';
import { ScriptedLine, slowly } from '#tests/support/scripted-line.ts';
import {
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
import { tone, tonePower } from '#tests/support/tone-power.ts';
import { until } from '#tests/support/until.ts';

declare const phone: TestPhone;

const agentHz = 1000;
const secondHz = 1400;
const ringbackHz = 450;
const deskHz = 800;

let rig: SipRig;
let agent: BrowserPhone;
let usual: TrunkManners;

beforeAll(async () => {
  rig = await openSipRig(['8001', '8004']);
  usual = { ...rig.trunk.manners };
});
afterAll(() => rig?.close());
beforeEach(async () => {
  agent = await rig.phone('8001', agentHz);
});
afterEach(async () => {
  await agent.close();
  rig.trunk.hangUpAll();
  Object.assign(rig.trunk.manners, usual);
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
/** The customer calls and the agent answers. */
async function called(): Promise<void> {
  await rig.trunk.incomingCall(rig.pbx, '8001', number);
  await agent.until(`in1:incoming:${number}:`);
  await agent.page.evaluate(() => phone.answer('in1'));
  await agent.until('in1:answered');
}
const press = (digits: string): Promise<string | null> =>
  agent.page.evaluate((keys) => phone.digits('c1', keys, 'info'), digits);

describe('key presses as messages', () => {
  it('arrive as they were pressed, and leave the sound alone', async () => {
    await talking();
    expect(await press('12#*0')).toBeNull();
    expect(rig.trunk.farParty(number).digits).toBe('12#*0');
    await bothHear('c1');
  });

  it('that nobody takes are said to be lost', async () => {
    await talking();
    rig.trunk.manners.refuseInfo = 415;
    expect(await press('1')).toBe('call.dtmf-refused');
    expect(rig.trunk.farParty(number).digits).toBe('');
    await bothHear('c1');
  });
});

describe('a call that comes from, or goes to, several at once', () => {
  it('sounds before the answer from one, and is answered by another', async () => {
    Object.assign(rig.trunk.manners, { earlyMedia: true, forked: true });
    const customer = rig.trunk.farParty(number);
    const { behaviour } = customer;
    // Long enough that its ring-back is heard.
    customer.behaviour = { ...behaviour, answerAfterMs: [2_500, 2_500] };
    await agent.dial('c1', number);
    await hears(agent, 'c1', ringbackHz);
    await agent.until('c1:answered');
    await bothHear('c1');
    customer.behaviour = behaviour;
  });

  it.each([['first'], ['second']] as const)('rings in two windows and is taken in the %s', async (taker) => {
    const second = await rig.phone('8001', secondHz);
    await rig.trunk.incomingCall(rig.pbx, '8001', number);
    const both = [agent, second] as const;
    for (const one of both) await one.until(`in1:incoming:${number}:`);
    const [winner, loser] = taker === 'first' ? both : [second, agent];
    await winner.page.evaluate(() => phone.answer('in1'));
    await winner.until('in1:answered');
    await loser.until('in1:ended:taken-elsewhere');
    await customerHears(rig, winner === agent ? agentHz : secondHz);
    await hears(winner, 'in1', customerHz);
    await second.close();
  });

  it('whose caller gives up was answered nowhere', async () => {
    const call = await rig.trunk.incomingCall(rig.pbx, '8001', number);
    await agent.until(`in1:incoming:${number}:`);
    call.call.end('remote');
    await agent.until('in1:ended:remote-hang-up');
  });
});

describe('a call that came in', () => {
  it('is held and resumed by either side', async () => {
    await called();
    await bothHear('in1');
    expect(await agent.page.evaluate(() => phone.hold('in1'))).toBeNull();
    expect(await agent.page.evaluate(() => phone.resume('in1'))).toBeNull();
    await bothHear('in1');
    rig.trunk.callOf(number)?.reinvite('sendonly');
    await until('it is held', () => rig.trunk.callOf(number)?.remote.includes('a=recvonly') ?? false);
    rig.trunk.callOf(number)?.reinvite('sendrecv');
    await bothHear('in1');
    expect(await agent.page.evaluate(() => phone.hold('in1'))).toBeNull();
    expect(await agent.page.evaluate(() => phone.resume('in1'))).toBeNull();
    await bothHear('in1');
  });

  it.each([
    ['us', 'us'],
    ['us', 'them'],
    ['them', 'us'],
    ['them', 'them'],
  ] as const)(
    'is held by both, %s first, and let go first by %s: heard when the last has',
    async (holder, releaser) => {
      await called();
      await bothHear('in1');
      const call = rig.trunk.callOf(number);
      const put = {
        us: async (held: boolean) => {
          const done = held
            ? agent.page.evaluate(() => phone.hold('in1'))
            : agent.page.evaluate(() => phone.resume('in1'));
          expect(await done).toBeNull();
        },
        them: async (held: boolean) => {
          call?.reinvite(held ? 'sendonly' : 'sendrecv');
          await until('it is answered', () => call?.finalStatus === 200);
        },
      };
      const other = { us: 'them', them: 'us' } as const;
      await put[holder](true);
      await put[other[holder]](true);
      await customerHearsNothing(rig);
      await put[releaser](false);
      await customerHearsNothing(rig);
      await put[other[releaser]](false);
      await bothHear('in1');
    },
  );
});

describe('two changes that cross', () => {
  it('are sorted out where theirs comes before ours is sent', async () => {
    await talking();
    await agent.page.evaluate(() => {
      // The first offer stands, and its INVITE waits until it is let go: as where addresses take time.
      type Set = (this: RTCPeerConnection, description?: RTCLocalSessionDescriptionInit) => Promise<void>;
      const set = RTCPeerConnection.prototype.setLocalDescription as Set;
      const { promise, resolve } = Promise.withResolvers<void>();
      RTCPeerConnection.prototype.setLocalDescription = async function (this: RTCPeerConnection, description) {
        await set.call(this, description);
        if (description?.type !== 'offer' || 'letGo' in globalThis) return;
        Object.assign(globalThis, { letGo: resolve });
        await promise;
      };
    });
    const held = agent.page.evaluate(() => phone.hold('c1'));
    await agent.page.waitForFunction(() => 'letGo' in globalThis);
    const call = rig.trunk.callOf(number);
    call?.reinvite('sendrecv');
    await until('theirs is answered', () => call?.finalStatus !== null);
    await agent.page.evaluate(() => (globalThis as unknown as { letGo: () => void }).letGo());
    expect(call?.finalStatus).toBe(200);
    expect(await held).toBeNull();
    expect(call?.call.state).toBe('held');
    expect(await agent.page.evaluate(() => phone.resume('c1'))).toBeNull();
    await bothHear('c1');
  });

  it.each([
    ['goes out', 'c1', talking],
    ['came in', 'in1', called],
  ] as const)(
    'are both refused (491) where each message takes 120 ms, and a call that %s is sorted out',
    async (_, id, begin) => {
      const line = await ScriptedLine.start(rig.pbx.url);
      const slow = slowly(120);
      line.script = slow;
      await agent.close();
      agent = await rig.phone('8001', agentHz, line.url);
      await begin();
      await bothHear(id);
      const call = rig.trunk.callOf(number);
      let crossed = false;
      line.script = (passing, at) => {
        // In the moment in which ours is on its way: who looks for that now and then may look too late.
        const { from, message } = passing;
        if (!crossed && from === 'window' && message.method === 'INVITE' && message.body.includes('a=sendonly')) {
          crossed = true;
          call?.reinvite('sendrecv');
        }
        return slow(passing, at);
      };
      const held = agent.page.evaluate((name) => phone.hold(name), id);
      await until('theirs is refused', () => call?.finalStatus === 491);
      expect(await held).toBeNull();
      // Ours was refused as well, and asked for again.
      expect(line.seen.filter(({ from, message }) => from === 'server' && message.status === 491)).toHaveLength(1);
      expect(call?.call.state).toBe('held');
      // Theirs is asked for again, too: it changes nothing of our hold.
      call?.reinvite('sendrecv');
      await until('theirs is taken', () => call?.finalStatus === 200);
      expect(call?.remote).toContain('a=sendonly');
      expect(await agent.page.evaluate((name) => phone.resume(name), id)).toBeNull();
      await bothHear(id);
      await line.close();
    },
  );
});

describe('the codec of a call', () => {
  it('is PCMA where the other side has nothing else', async () => {
    rig.trunk.manners.payloadTypes = [8];
    await talking();
  });

  it('is opus without encryption where the other side has that, and each hears the other', async () => {
    const { domain, sipPort } = rig.pbx;
    const desk = await Baresip.start({
      number: '8004',
      voice: tone(deskHz, 1),
      codecs: ['opus/48000/2'],
      at: { domain, sipPort, password: 'pw-8004' },
    });
    await until('it is registered', () => /registered successfully/.test(desk.log));
    await agent.dial('c1', '8004');
    await agent.until('c1:answered');
    await hears(agent, 'c1', deskHz);
    await until('the desk phone hears the agent', () => tonePower(desk.heard().subarray(-4000), agentHz) > 1e12);
    expect(desk.log).toMatch(/audio encoder: opus/);
    expect(desk.log).not.toMatch(/codec not found/);
    await desk.close();
  });

  it('ends a call of ours that was answered with none of ours', async () => {
    rig.trunk.manners.payloadTypes = [18];
    await agent.dial('c1', number);
    await agent.until('c1:ended:network-failure');
    await until('the customer is told', () => rig.trunk.open === 0);
  });

  it('is refused with 488 and without ringing where a caller has none of ours', async () => {
    rig.trunk.manners.payloadTypes = [18];
    const call = await rig.trunk.incomingCall(rig.pbx, '8001', number);
    await until('it is refused', () => call.finalStatus !== null);
    expect(call.finalStatus).toBe(488);
    expect((await agent.told()).filter(({ what }) => what.startsWith('in1'))).toHaveLength(0);
  });

  it('is not changed to one that is not ours, and the call goes on', async () => {
    await called();
    await bothHear('in1');
    const call = rig.trunk.callOf(number);
    rig.trunk.manners.payloadTypes = [18];
    call?.reinvite('sendrecv');
    await until('it is refused', () => call?.finalStatus === 488);
    rig.trunk.manners.payloadTypes = usual.payloadTypes;
    await bothHear('in1');
    expect(await agent.page.evaluate(() => phone.hold('in1'))).toBeNull();
    expect(await agent.page.evaluate(() => phone.resume('in1'))).toBeNull();
    await bothHear('in1');
  });
});

describe('what a caller offers', () => {
  it('is answered without its picture', async () => {
    rig.trunk.manners.video = true;
    await called();
    await bothHear('in1');
    expect(rig.trunk.callOf(number)?.remote).toMatch(/^m=audio [1-9]/m);
    expect(rig.trunk.callOf(number)?.remote).toMatch(/^m=video 0 /m);
  });

  it('may come after our own offer', async () => {
    rig.trunk.manners.lateOffer = true;
    await called();
    await bothHear('in1');
    expect(await agent.page.evaluate(() => phone.hold('in1'))).toBeNull();
    expect(await agent.page.evaluate(() => phone.resume('in1'))).toBeNull();
    await bothHear('in1');
  });
});
