import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addOpener } from '#tests/support/add-opener.ts';
import { until } from '#tests/support/desk.ts';
import { answering, openPtyPhone, type OpenPtyPhone } from '#tests/support/pty-phone.ts';
import { tonePower, tone } from '#tests/support/tone-power.ts';
import { dial, hangUp, lookInside, reads } from './desk-steps.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/** A phone that gives the PC no sound on the handset route and plays the opener itself: what the window says of it. */
const openerHz = 1000;
const agentHz = 500;
const number = '15400000137';
let there: Installation;
let agent: DeskWindow;
let phone: OpenPtyPhone;

/** For a look by hand: SHOTS=folder. */
async function shoot(name: string, inView?: string): Promise<void> {
  const shots = process.env['SHOTS'];
  if (!shots) return;
  for (const dark of [false, true])
    for (const [width, height] of [
      [1280, 800],
      [1920, 1080],
    ] as const) {
      await agent.page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
      await agent.page.setViewportSize({ width, height });
      await agent.page.waitForTimeout(200);
      if (inView) await agent.at(inView).evaluate((element) => element.scrollIntoView({ block: 'center' }));
      await agent.page.screenshot({ path: join(shots, `${name}-${dark ? 'dark' : 'light'}-${width}.png`) });
    }
}

beforeAll(async () => {
  const voices = new Map([
    ['agent-talk', tone(agentHz, 10)],
    ['customer', tone(700, 60)],
  ]);
  phone = await openPtyPhone({ make: 'quectel', voices });
  phone.sim.farParty(number).behaviour = answering(800, 'customer');
  there = await install();
  agent = new DeskWindow((await there.open()).page);
  await agent.enterDemo();
  const client = await lookInside(there);
  await addOpener(client, tone(openerHz, 20));
  await client.call('settings.change', { phone: phone.connection, voiceRoute: 'handset' });
  await until(
    client,
    'phone.state',
    null,
    ({ sound, slots }) => sound?.clip === 'stored' && slots[0]?.problem === null,
  );
  client.dispose();
});
afterAll(async () => {
  await there.close();
  await phone.ptys.close();
});

const customerHears = (hz: number): boolean => {
  const last = phone.sim.farParty(number).heard.samples.slice(-800);
  return tonePower(last, hz) > 10 * tonePower(last, hz === openerHz ? agentHz : openerHz);
};

it('plays the opener, is cut into by F2, and says in the dock, the record and the settings that nothing is recorded', async () => {
  await dial(agent, number);
  await agent.callState('通话中');
  await agent.at('cut-in').waitFor();
  await expect.poll(() => customerHears(openerHz), { timeout: 10_000 }).toBe(true);
  await reads(agent.at('not-recorded'), '本次通话不录音');
  expect(await agent.page.getByRole('button', { name: '监听' }).count()).toBe(0);
  await shoot('opener');
  await agent.page.keyboard.press('F2');
  await expect.poll(() => customerHears(agentHz), { timeout: 10_000 }).toBe(true);
  await agent.at('cut-in').waitFor({ state: 'detached' });
  await shoot('live');
  await hangUp(agent);
  await reads(agent.at('call-dock'), '没有录音：话机没有把声音传给电脑');
  await shoot('ended');
  await agent.page.getByRole('button', { name: '查看记录' }).click();
  await reads(agent.at('call-drawer'), '这通电话没有录音 · 话机没有把声音传给电脑', '切入');
  await shoot('record');
  await agent.page.keyboard.press('Escape');
  await agent.goTo('设置');
  await agent.page.getByRole('link', { name: '呼叫' }).first().click();
  await reads(agent.at('voice-limits'), '开场白由话机自己播放。按这条通路通话不录音');
  await shoot('settings', 'voice-limits');
});
