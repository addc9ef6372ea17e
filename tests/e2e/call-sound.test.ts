import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/** 监听 in the demo: what really reaches the sound card of the window, and that nothing of it stays behind. */
let there: Installation;
let agent: DeskWindow;
let page: Page;
let devtools: CDPSession;

interface Probe {
  open: Set<AudioContext>;
  analyser: AnalyserNode | null;
}
type Probed = typeof globalThis & { probe: Probe };

/** Puts an analyser beside every destination and keeps count of the contexts. Runs before the page's own scripts. */
function installProbe(): void {
  const probe: Probe = { open: new Set(), analyser: null };
  (globalThis as Probed).probe = probe;
  globalThis.AudioContext = class extends AudioContext {
    constructor(options?: AudioContextOptions) {
      super(options);
      probe.open.add(this);
    }
    override close(): Promise<void> {
      probe.open.delete(this);
      return super.close();
    }
  };
  const connect = Reflect.get(AudioNode.prototype, 'connect') as (this: AudioNode, to: AudioNode) => AudioNode;
  Reflect.set(AudioNode.prototype, 'connect', function (this: AudioNode, to: AudioNode): AudioNode {
    if (to instanceof AudioDestinationNode) {
      probe.analyser = this.context.createAnalyser();
      connect.call(this, probe.analyser);
    }
    return connect.call(this, to);
  });
}
const loudness = (): Promise<number> =>
  page.evaluate(() => {
    const { analyser } = (globalThis as Probed).probe;
    if (!analyser || analyser.context.state !== 'running') return -1;
    const wave = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(wave);
    return Math.sqrt(wave.reduce((sum, value) => sum + value * value, 0) / wave.length);
  });
const openContexts = (): Promise<number> => page.evaluate(() => (globalThis as Probed).probe.open.size);

beforeAll(async () => {
  there = await install();
  ({ page } = await there.open());
  await page.addInitScript(installProbe);
  // Not while the one-time link is being redeemed: a page that is torn away then has lost it.
  await page.getByRole('button', { name: '进入演示环境' }).waitFor();
  await page.reload();
  agent = new DeskWindow(page);
  await agent.enterDemo();
  devtools = await page.context().newCDPSession(page);
});
afterAll(() => there.close());

async function hangUp(): Promise<void> {
  await agent.at('hang-up').click();
  await agent.callState(/已挂断|已取消/);
}

describe('the sound of a call in the window', () => {
  it('is heard: the opener, and after the cut-in both people', async () => {
    await agent.dialButton(0).click();
    await agent.at('cut-in').waitFor();
    await expect.poll(loudness, { timeout: 10_000 }).toBeGreaterThan(0.005);
    await page.keyboard.press('F2');
    await page.getByText('已切入').first().waitFor();
    await expect.poll(loudness, { timeout: 10_000 }).toBeGreaterThan(0.005);
  });

  it('falls silent when 监听 is switched off, and comes back', async () => {
    await agent.at('listen').click();
    await page.locator('.ui-switch').click();
    await expect.poll(openContexts).toBe(0);
    await page.locator('.ui-switch').click();
    await expect.poll(loudness, { timeout: 10_000 }).toBeGreaterThan(0.005);
    await page.keyboard.press('Escape');
  });

  it('ends with the call', async () => {
    await hangUp();
    await expect.poll(openContexts).toBe(0);
  });

  it('leaves no listeners behind: six calls end where they began', async () => {
    let made = 0;
    const oneCall = async (): Promise<void> => {
      made += 1;
      await page.keyboard.press('Control+d');
      await page.getByRole('textbox', { name: '电话号码' }).fill(`154000${made + 10}137`);
      await page.keyboard.press('Enter');
      await agent.callState('振铃');
      await hangUp();
      await agent.at('continue-now').click();
      await agent.at('call-dock').waitFor({ state: 'detached' });
    };
    const listeners = async (): Promise<number> => {
      await devtools.send('HeapProfiler.collectGarbage');
      const { metrics } = await devtools.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'JSEventListeners')?.value ?? -1;
    };
    await devtools.send('Performance.enable');
    // What is made once for all calls (compiled views, popups) is made by the first ones.
    for (let warm = 0; warm < 2; warm += 1) await oneCall();
    const before = await listeners();
    for (let call = 0; call < 6; call += 1) await oneCall();
    // Fewer than one a call.
    expect((await listeners()) - before).toBeLessThan(6);
    expect(await openContexts()).toBe(0);
  });
});
