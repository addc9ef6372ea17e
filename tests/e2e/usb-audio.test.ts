import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frameSamples } from '#shared/domain/call-channel.ts';
import { readWav } from '#engine/audio/wav.ts';
import { Pbx } from '#simulator/pbx/pbx.ts';
import { Trunk } from '#simulator/pbx/trunk.ts';
import { addOpener } from '#tests/support/add-opener.ts';
import { until, type Client } from '#tests/support/desk.ts';
import { sitAt, type PersonAtCard } from '#tests/support/person-at-card.ts';
import { answering, openPtyPhone, type OpenPtyPhone } from '#tests/support/pty-phone.ts';
import { startSoundServer, type SoundServer } from '#tests/support/sound-server.ts';
import { loudnessOf, tonePower, tone } from '#tests/support/tone-power.ts';
import { dial, hangUp, lookInside, reads, recordingFiles } from './desk-steps.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/**
 * A phone that is a sound card of the PC, in a real browser with real sound devices (PulseAudio with null sinks): what the
 * far party and the recording hear, everybody a tone of their own.
 */
const openerHz = 1000;
const agentHz = 500;
const customerHz = 700;
const handsetHz = 2000;
/** Whoever speaks into the agent's second microphone. */
const secondHz = 1500;
const everybody = [openerHz, agentHz, customerHz, handsetHz, secondHz];
const number = '15400000137';
const sipNumber = '15400000138';
const cardName = 'JH-5U USB Audio';
const [card, headset, twin, deskSet] = [0, 1, 2, 3];
const voices = new Map([
  ['agent-talk', tone(handsetHz, 10)],
  ['customer', tone(customerHz, 120)],
]);

let server: SoundServer;
let there: Installation;
let agent: DeskWindow;
let page: Page;
let phone: OpenPtyPhone;
let client: Client;
let atHeadset: PersonAtCard;
let trunk: Trunk;
let pbx: Pbx;

const heard = (): Int16Array => phone.sim.farParty(number).heard.samples;

/** Frames of 20 ms in which this tone is the loudest, and strong. */
function framesOf(hz: number, samples: Int16Array): number {
  let count = 0;
  for (let at = 0; at + frameSamples <= samples.length; at += frameSamples) {
    const frame = samples.subarray(at, at + frameSamples);
    if (loudnessOf(frame) < 300) continue;
    const strengths = everybody.map((one) => tonePower(frame, one));
    if (tonePower(frame, hz) === Math.max(...strengths)) count += 1;
  }
  return count;
}
const heardOf = (hz: number, from = 0): number => framesOf(hz, heard().subarray(from));

const heardAt = (hz: number, at: number): boolean => framesOf(hz, heard().subarray(at, at + frameSamples)) > 0;

/** Which tones are there one after the other, each for a fifth of a second at least, in pieces too; 0 = a second of silence. */
function saidIn(samples: Int16Array): number[] {
  const said: number[] = [];
  const frames = new Map<number, number>();
  for (let at = 0; at + frameSamples <= samples.length; at += frameSamples) {
    const frame = samples.subarray(at, at + frameSamples);
    const hz = loudnessOf(frame) < 5 ? 0 : everybody.find((one) => framesOf(one, frame) > 0);
    if (hz !== 0) frames.delete(0);
    if (hz === undefined || hz === said.at(-1)) continue;
    frames.set(hz, (frames.get(hz) ?? 0) + 1);
    if (frames.get(hz) !== (hz === 0 ? 50 : 10)) continue;
    said.push(hz);
    frames.clear();
  }
  return said;
}

/** Both sides of the newest recording as 16-bit samples: left the customer, right what they were sent. */
async function recorded(): Promise<readonly [Int16Array, Int16Array]> {
  await until(client, 'calls.current', null, ({ call }) => call?.recording?.state !== 'recording');
  const files = (await recordingFiles(there)).filter(({ name }) => name.endsWith('.wav'));
  const newest = files.toSorted((a, b) => a.name.localeCompare(b.name)).at(-1);
  const [left, right] = readWav(newest?.bytes ?? new Uint8Array()).channels;
  const whole = (side: Float32Array | undefined): Int16Array =>
    Int16Array.from(side ?? [], (sample) => Math.round(sample * 32_767));
  return [whole(left), whole(right)];
}

beforeAll(async () => {
  server = await startSoundServer([cardName, 'USB Headset', cardName, 'Desk Set']);
  await server.unplug(twin);
  // As systems like to do with what was plugged in last.
  await server.choose(card);
  phone = await openPtyPhone({ voices, make: 'jh5u' });
  const pcm = phone.sim.modems[0]?.pcm;
  if (pcm) server.join(card, pcm);
  atHeadset = sitAt(server, headset, agentHz);
  phone.sim.farParty(number).behaviour = answering(400, 'customer');
  there = await install({ sound: { server: server.address } });
  ({ page } = await there.open());
  agent = new DeskWindow(page);
  await agent.enterDemo();
  client = await lookInside(there);
  await addOpener(client, tone(openerHz, 10));
  const at = phone.connection.kind === 'mux' ? phone.connection.modem.at : null;
  if (!at) throw new Error('a phone with one modem was wanted');
  const headsets = ['USB Headset'];
  await client.call('settings.change', {
    phone: { kind: 'mux', modem: { at, pcm: null } },
    voiceDevices: { inputs: headsets, outputs: headsets },
    wrapUpSeconds: 0,
  });
  const atPort = phone.ptys.modems[0]?.at;
  await until(
    client,
    'phone.state',
    null,
    ({ port, slots, problem }) => port === atPort && slots[0]?.condition === 'ready' && problem === null,
  );
});
afterAll(async () => {
  client.dispose();
  atHeadset.dispose();
  await there.close();
  await phone.ptys.close();
  await server.close();
});

const listOf = { input: '客户的声音', output: '发给客户的声音' } as const;

/** What a choice shows; its words are no text of the field itself. */
const shownFor = (side: string): Locator =>
  agent
    .at('sound-card')
    .locator('.ui-select')
    .filter({ has: page.locator(`#sound-card-${side}`) });

/** Chromium hears of devices from udev, which knows nothing of a sound server's own. */
const tellWindow = (): Promise<unknown> =>
  page.evaluate(() => navigator.mediaDevices.dispatchEvent(new Event('devicechange')));

async function callWithOpener(): Promise<void> {
  await dial(agent, number);
  await agent.at('cut-in').waitFor();
  await expect.poll(() => heardOf(openerHz), { timeout: 20_000 }).toBeGreaterThan(50);
  // Until the driver sees the answer the phone has its handset open; from the first word of the opener on it has not. Edges of a gap have a little of every tone.
  const first = heard().findIndex((_, at) => at % frameSamples === 0 && heardAt(openerHz, at));
  expect(heardOf(agentHz, first) + heardOf(handsetHz, first)).toBeLessThan(5);
}
async function cutIn(): Promise<number> {
  const at = heard().length;
  await page.keyboard.press('F2');
  await page.getByText('已切入').first().waitFor();
  return at;
}

/** What the customer of the SIP call is sent from now on. */
function customerHears(hz: number): Promise<void> {
  const from = trunk.farParty(sipNumber).heard.samples.length;
  const fresh = (): Int16Array => trunk.farParty(sipNumber).heard.samples.subarray(from);
  return expect.poll(() => framesOf(hz, fresh()), { timeout: 20_000 }).toBeGreaterThan(25);
}
const customerIsIn = ({ heard: ears }: PersonAtCard): Promise<void> =>
  expect.poll(() => framesOf(customerHz, ears()), { timeout: 20_000 }).toBeGreaterThan(25);

/** Sound devices in calls that the window itself talks in; the system's choice is the phone's card all the while. */
function sipCalls(): void {
  /** Offers that the window has made, and how many of them it took to begin the call. */
  let [invites, toBegin] = [0, 0];
  let atCard: PersonAtCard;
  let atDeskSet: PersonAtCard;
  let callId: string;

  beforeAll(async () => {
    trunk = await Trunk.open({ voices, farParties: { [sipNumber]: answering(400, 'customer') } });
    pbx = await Pbx.start({ users: [{ name: '8001', password: 'pw-8001' }], lines: { '*': trunk.port } });
    atCard = sitAt(server, card, 0);
    // Since the system's choice was pulled and came back, PulseAudio plays there what was said into the headset.
    atHeadset.sitDown();
    atDeskSet = sitAt(server, deskSet, secondHz);
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => (invites += String(payload).startsWith('INVITE') ? 1 : 0)),
    );
    const wanted = ['USB Headset', 'Desk Set'];
    await client.call('settings.change', {
      channel: 'sip',
      openerEnabled: false,
      voiceDevices: { inputs: wanted, outputs: wanted },
      ringing: { calls: 'sip', devices: ['Desk Set'], volume: 100 },
    });
    const account = { server: pbx.url, domain: pbx.domain, user: '8001', authUser: null, displayName: '' };
    await client.call('sip.saveAccount', { id: null, account: { ...account, password: 'pw-8001' } });
    await until(client, 'sip.state', null, ({ lines }) => lines[0]?.line.phase === 'registered');
  });
  afterAll(async () => {
    for (const person of [atCard, atDeskSet]) person.dispose();
    trunk.close();
    await pbx.close();
  });

  it('is spoken into the headset, and heard there alone', async () => {
    await dial(agent, sipNumber);
    await agent.callState(/通话中(?!断)/);
    const { call } = await until(client, 'calls.current', null, (now) => now.call?.state === 'active');
    callId = call?.id ?? '';
    await customerHears(agentHz);
    await customerIsIn(atHeadset);
    expect(framesOf(customerHz, atCard.heard()) + framesOf(customerHz, atDeskSet.heard())).toBe(0);
    await reads(agent.at('microphone'), 'USB Headset');
    toBegin = invites;
  });

  it('moves to the next microphone and output when the headset is pulled, without an offer', async () => {
    await server.unplug(headset);
    await tellWindow();
    await customerHears(secondHz);
    await customerIsIn(atDeskSet);
    await reads(agent.at('microphone'), 'Desk Set');
    expect(invites).toBe(toBegin);
  });

  it('goes on without any microphone, says so, and has the first that is plugged in', async () => {
    await server.unplug(deskSet);
    await tellWindow();
    await reads(agent.at('microphone-problem'), '没有找到麦克风，客户听不到您', '通话继续');
    await agent.callState(/通话中(?!断)/);
    // Chromium keeps what played there for 5 s more, which PulseAudio has moved to another card.
    await page.waitForTimeout(6_000);
    await server.plug(headset);
    atHeadset.sitDown();
    await tellWindow();
    await customerHears(agentHz);
    await customerIsIn(atHeadset);
    expect(await agent.at('microphone-problem').count()).toBe(0);
    expect(framesOf(customerHz, atCard.heard())).toBe(0);
  });

  it('opens its microphone anew when a switch of its processing is turned', async () => {
    await page.evaluate(() => {
      const { mediaDevices } = navigator;
      const open = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.getUserMedia = (wanted) => {
        Object.assign(globalThis, { asked: wanted?.audio });
        return open(wanted);
      };
    });
    await client.call('settings.change', {
      voiceProcessing: { echoCancellation: true, noiseSuppression: false, autoGain: false },
    });
    const asked = (): Promise<object> => page.evaluate(() => Reflect.get(globalThis, 'asked') as object);
    const wanted = { echoCancellation: true, noiseSuppression: false, autoGainControl: false };
    await expect.poll(asked, { timeout: 20_000 }).toMatchObject(wanted);
    await customerHears(agentHz);
    expect(invites).toBe(toBegin);
  });

  it('is recorded as long as it was, over hold and devices, each moment on the side where it was', async () => {
    await agent.at('hold').click();
    await agent.callState('保持');
    await page.waitForTimeout(1_500);
    await agent.at('hold').click();
    await agent.callState(/通话中(?!断)/);
    await customerHears(agentHz);
    await hangUp(agent);
    const [left, right] = await recorded();
    const { talkMs, answeredAt } = await client.call('calls.get', { id: callId });
    expect(Math.abs(left.length / 8 - (talkMs ?? 0))).toBeLessThanOrEqual(100);
    expect(framesOf(customerHz, left)).toBeGreaterThan(left.length / frameSamples / 2);
    expect(framesOf(customerHz, right) + framesOf(agentHz, left) + framesOf(secondHz, left)).toBeLessThan(10);
    // First microphone, second one, none at all for 5 s, the first again, hold, and back.
    expect(saidIn(right)).toEqual([agentHz, secondHz, 0, agentHz, 0, agentHz]);
    // The second microphone begins there when it began for the customer, whom it reaches a little later.
    const { samples, frameTimes } = trunk.farParty(sipNumber).heard;
    const begins = (side: Int16Array): number => {
      const at = (n: number): Int16Array => side.subarray(n * frameSamples, (n + 4) * frameSamples);
      return Array.from({ length: side.length / frameSamples }, (_, n) => n).findIndex((n) => framesOf(secondHz, at(n)) === 4); // prettier-ignore
    };
    const heardAt = (frameTimes[begins(samples)] ?? NaN) + performance.timeOrigin - (answeredAt ?? 0);
    expect(Math.abs(heardAt - begins(right) * 20)).toBeLessThan(500);
  });

  it('rings on the device for that, and nowhere else', async () => {
    await server.plug(deskSet);
    atDeskSet.sitDown();
    await tellWindow();
    for (const person of [atHeadset, atCard]) person.listenAnew();
    await trunk.incomingCall(pbx, '8001', sipNumber);
    await agent.callState(/来电/);
    await expect.poll(() => loudnessOf(atDeskSet.heard()), { timeout: 20_000 }).toBeGreaterThan(300);
    expect(loudnessOf(atHeadset.heard()) + loudnessOf(atCard.heard())).toBeLessThan(5);
    await page.keyboard.press('r');
    await agent.callState('已拒接');
    atDeskSet.listenAnew();
    await expect.poll(() => atDeskSet.heard().length, { timeout: 20_000 }).toBeGreaterThan(8_000);
    expect(loudnessOf(atDeskSet.heard().subarray(-4_000))).toBeLessThan(5);
  });
}

describe('a phone that is a sound card of the PC', () => {
  it('its card is found by name, and shown where the phone and its settings are', async () => {
    await agent.goTo('话机');
    await reads(agent.at('phone-device'), cardName);
    await page.goto(`${new URL(page.url()).origin}/#/settings/phone`);
    await reads(agent.at('sound-card-state'), '已找到');
    await reads(page.locator('fieldset').filter({ hasText: '语音口' }), '声音走话机声卡');
    for (const side of ['input', 'output']) await reads(shownFor(side), `自动：${cardName}`);
  });

  it('handset: the opener goes over the card, and from the cut-in on the handset speaks', async () => {
    await callWithOpener();
    const from = await cutIn();
    await expect.poll(() => heardOf(handsetHz, from), { timeout: 20_000 }).toBeGreaterThan(50);
    expect(heardOf(openerHz, from)).toBeLessThan(25);
    // What this window plays goes to the agent's ears, whatever the system would choose. A tone that begins or ends in
    // the middle of a frame has a little of every other one.
    expect(heardOf(customerHz)).toBeLessThan(10);
    await hangUp(agent);
    const [left, right] = await recorded();
    expect(framesOf(customerHz, left)).toBeGreaterThan(50);
    expect(framesOf(openerHz, right)).toBeGreaterThan(50);
    expect(framesOf(openerHz, left) + framesOf(customerHz, right)).toBeLessThan(5);
  });

  it('headset: from the cut-in on the customer hears the microphone, and is heard in the headset', async () => {
    await client.call('settings.change', { voiceRoute: 'headset' });
    await callWithOpener();
    const from = await cutIn();
    await expect.poll(() => heardOf(agentHz, from), { timeout: 20_000 }).toBeGreaterThan(25);
    expect(heardOf(openerHz, from)).toBeLessThan(30);
    expect(heardOf(handsetHz, from)).toBeLessThan(5);
    expect(heardOf(customerHz)).toBeLessThan(10);
    await expect.poll(() => framesOf(customerHz, atHeadset.heard()), { timeout: 20_000 }).toBeGreaterThan(0);
    await reads(agent.at('voice-delay'), /延迟 \d+ 毫秒/);
    const ms = Number(/\d+/.exec(await agent.at('voice-delay').innerText())?.[0]);
    expect(ms).toBeGreaterThanOrEqual(40);
    expect(ms).toBeLessThan(500);
  });

  it('a window that is loaded anew in the call takes the card up again; the agent sees that it was away', async () => {
    await page.reload();
    await agent.at('hang-up').waitFor();
    await agent.at('card-gaps').waitFor();
    const from = heard().length;
    await expect.poll(() => heardOf(agentHz, from), { timeout: 20_000 }).toBeGreaterThan(50);
    await hangUp(agent);
    const [left, right] = await recorded();
    expect(framesOf(customerHz, left)).toBeGreaterThan(100);
    expect(framesOf(openerHz, right)).toBeGreaterThan(50);
    expect(framesOf(agentHz, right)).toBeGreaterThan(50);
    // The gap is there, and both sides are as long as the call.
    expect(left.length).toBe(right.length);
    const silent = Array.from({ length: Math.floor(left.length / frameSamples) }, (_, n) =>
      loudnessOf(left.subarray(n * frameSamples, (n + 1) * frameSamples)),
    ).filter((loudness) => loudness < 50).length;
    expect(silent).toBeGreaterThan(10);
  });

  it('a card that is pulled is told by name, and taken up when it is back', async () => {
    const noSound = (): Promise<unknown> =>
      until(client, 'phone.state', null, ({ problem }) => problem?.details['cardMissing'] === cardName);
    await server.unplug(card);
    await tellWindow();
    await noSound();
    await dial(agent, number);
    await reads(agent.at('not-recorded'), '没有开场白和录音，请用话机听筒');
    await hangUp(agent);
    await page.goto(`${new URL(page.url()).origin}/#/settings/phone`);
    await reads(agent.at('sound-card-state'), '没有找到');
    await server.plug(card);
    await tellWindow();
    await until(client, 'phone.state', null, ({ problem }) => problem === null);
    await reads(agent.at('sound-card-state'), '已找到');
  });

  it('of twins none is guessed; the one that is picked is used from there on', async () => {
    await server.plug(twin);
    await tellWindow();
    await reads(agent.at('sound-card-state'), '有几块相似');
    for (const side of ['input', 'output'] as const) {
      await shownFor(side).click();
      // The list of the first choice may still be fading away.
      const list = page.getByRole('listbox', { name: listOf[side], exact: true });
      await list.getByRole('option', { name: `${cardName}（第 1 块）` }).click();
    }
    await reads(agent.at('sound-card-state'), '已找到');
    await server.unplug(twin);
    await until(client, 'phone.state', null, ({ problem }) => problem === null);
  });

  describe('a SIP call at the same desk', sipCalls);

  it('without a window there is no sound, and the phone says so', async () => {
    await page.close();
    await until(client, 'phone.state', null, ({ problem }) => problem?.details['cardNoWindow'] === cardName);
  });
});
