import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frameSamples } from '#shared/domain/call-channel.ts';
import { wavHeader } from '#engine/audio/wav.ts';
import { addOpener } from '#tests/support/add-opener.ts';
import { until } from '#tests/support/desk.ts';
import { answering, openPtyPhone, type OpenPtyPhone } from '#tests/support/pty-phone.ts';
import { loudnessOf, tonePower, tone } from '#tests/support/tone-power.ts';
import { dial, hangUp, lookInside, reads } from './desk-steps.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/**
 * The headset route in a real browser: fake microphone → window → engine → a phone whose sound port owns the uplink
 * (real pty) → the customer's ear, and the customer's voice back into the window. Everybody is a tone of their own.
 */
const openerHz = 1000;
const agentHz = 500;
const customerHz = 700;
/** The phone's own handset, which nobody may hear here. */
const handsetHz = 2000;
const number = '15400000137';
const voices = new Map([
  ['agent-talk', tone(handsetHz, 10)],
  ['customer', tone(customerHz, 60)],
]);

let folder: string;
let there: Installation;
let agent: DeskWindow;
let page: Page;
let phone: OpenPtyPhone;

interface Probe {
  analyser: AnalyserNode | null;
}
type Probed = typeof globalThis & { probe: Probe };

/** Puts an analyser beside what goes to the sound card. Runs before the page's own scripts. */
function installProbe(): void {
  const probe: Probe = { analyser: null };
  (globalThis as Probed).probe = probe;
  const connect = Reflect.get(AudioNode.prototype, 'connect') as (this: AudioNode, to: AudioNode) => AudioNode;
  Reflect.set(AudioNode.prototype, 'connect', function (this: AudioNode, to: AudioNode): AudioNode {
    if (to instanceof AudioDestinationNode) {
      if (probe.analyser?.context !== this.context) probe.analyser = this.context.createAnalyser();
      connect.call(this, probe.analyser);
    }
    return connect.call(this, to);
  });
}

/** The loudest frequency that the window plays; 0 = silence. */
const played = (): Promise<number> =>
  page.evaluate(() => {
    const { analyser } = (globalThis as Probed).probe;
    if (!analyser) return 0;
    const decibels = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(decibels);
    const loudest = decibels.indexOf(Math.max(...decibels));
    return (decibels[loudest] ?? -Infinity) < -60 ? 0 : (loudest * analyser.context.sampleRate) / analyser.fftSize;
  });

const heard = (): Int16Array => phone.sim.farParty(number).heard.samples;

/** Frames of 20 ms from `from` on in which this tone is the loudest. */
function framesOf(hz: number, from = 0): number {
  const samples = heard();
  let count = 0;
  for (let at = from; at + frameSamples <= samples.length; at += frameSamples) {
    const frame = samples.subarray(at, at + frameSamples);
    if (loudnessOf(frame) < 300) continue;
    const strengths = [openerHz, agentHz, customerHz, handsetHz].map((one) => tonePower(frame, one));
    if (tonePower(frame, hz) === Math.max(...strengths)) count += 1;
  }
  return count;
}

/** Bursts, since a steady tone is what a browser's noise suppression takes away. */
async function microphoneFile(): Promise<string> {
  const rate = 48_000;
  const samples = Int16Array.from({ length: rate * 3 }, (_, n) =>
    n % 14_400 < 9_600 ? Math.round(12_000 * Math.sin((2 * Math.PI * agentHz * n) / rate)) : 0,
  );
  const path = join(folder, 'microphone.wav');
  await writeFile(path, Buffer.concat([wavHeader(rate, 1, samples.byteLength), Buffer.from(samples.buffer)]));
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jinhu-headset-'));
  phone = await openPtyPhone({ voices, make: 'quectel' });
  phone.sim.farParty(number).behaviour = answering(400, 'customer');
  there = await install({ sound: { microphone: await microphoneFile() } });
  ({ page } = await there.open());
  await page.addInitScript(installProbe);
  // Not while the one-time link is being redeemed: a page that is torn away then has lost it.
  await page.getByRole('button', { name: '进入演示环境' }).waitFor();
  await page.reload();
  agent = new DeskWindow(page);
  await agent.enterDemo();
  const client = await lookInside(there);
  await addOpener(client, tone(openerHz, 10));
  await client.call('settings.change', { phone: phone.connection, voiceRoute: 'headset', wrapUpSeconds: 0 });
  const atPort = phone.ptys.modems[0]?.at;
  await until(client, 'phone.state', null, ({ port, slots }) => port === atPort && slots[0]?.condition === 'ready');
  client.dispose();
});
afterAll(async () => {
  await there.close();
  await phone.ptys.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a call on the headset', () => {
  it('the customer hears the opener alone, and from the cut-in on the microphone of the window', async () => {
    await dial(agent, number);
    await agent.at('cut-in').waitFor();
    await expect.poll(() => framesOf(openerHz), { timeout: 20_000 }).toBeGreaterThan(50);
    expect(framesOf(agentHz)).toBe(0);
    const cutInAt = heard().length;
    await page.keyboard.press('F2');
    await page.getByText('已切入').first().waitFor();
    await expect.poll(() => framesOf(agentHz, cutInAt), { timeout: 20_000 }).toBeGreaterThan(20);
    // The person's key to the end of the clip: the browser's way is in it, the bench measures the engine's.
    expect(framesOf(openerHz, cutInAt)).toBeLessThan(25);
    expect(framesOf(handsetHz)).toBe(0);
  });

  it('the customer is heard in the window', async () => {
    await expect.poll(played, { timeout: 20_000 }).toBeGreaterThan(customerHz - 30);
    expect(await played()).toBeLessThan(customerHz + 30);
  });

  it('the one-way delay is measured and shown', async () => {
    await reads(agent.at('voice-delay'), /延迟 \d+ 毫秒/);
    const ms = Number(/\d+/.exec(await agent.at('voice-delay').innerText())?.[0]);
    expect(ms).toBeGreaterThanOrEqual(20);
    expect(ms).toBeLessThan(400);
  });

  it('mute is silence at the customer, and nothing else changes', async () => {
    await agent.at('mute').click();
    await page.getByText('已静音').first().waitFor();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const from = heard().length;
    await expect.poll(() => heard().length - from, { timeout: 20_000 }).toBeGreaterThan(8000);
    expect(framesOf(agentHz, from)).toBe(0);
    await agent.at('mute').click();
    const again = heard().length;
    await expect.poll(() => framesOf(agentHz, again), { timeout: 20_000 }).toBeGreaterThan(10);
  });

  it('the line in the dock goes with the call', async () => {
    await hangUp(agent);
    await expect.poll(() => agent.at('headset-line').count()).toBe(0);
  });
});
