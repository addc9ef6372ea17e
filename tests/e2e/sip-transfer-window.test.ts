import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { talkative, type Behaviour } from '#simulator/network/behaviours.ts';
import { wavFile } from '#simulator/network/wav.ts';
import { Baresip } from '#simulator/pbx/baresip.ts';
import { Pbx } from '#simulator/pbx/pbx.ts';
import { Trunk } from '#simulator/pbx/trunk.ts';
import { tone, tonePower } from '#tests/support/tone-power.ts';
import { until } from '#tests/support/until.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';
import { recordingOnDisk } from './recording-on-disk.ts';

/** Synthetic, and of no sample lead. Whose voice is what tone. */
const customer = { number: '15400000138', hz: 600 };
const expert = { number: '15400000139', hz: 900 };
/** A desk phone of the company that takes a transfer, as a carrier does not. */
const colleague = { number: '8004', hz: 800 };
const agentHz = 1100;

const saying = (voice: string): Behaviour => ({
  ...talkative,
  alertAfterMs: 50,
  answerAfterMs: [200, 200],
  opening: Array.from({ length: 60 }, () => ({ voice })),
  replies: [],
});

let folder: string;
let trunk: Trunk;
let pbx: Pbx;
let desk: Baresip;
let there: Installation;
let page: Page;
let complaints: string[];
let agent: DeskWindow;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sip-transfer-window-'));
  const microphone = join(folder, 'agent.wav');
  writeFileSync(microphone, wavFile(tone(agentHz, 1, 16_000)));
  trunk = await Trunk.open({
    voices: new Map([customer, expert].map(({ number, hz }) => [number, tone(hz, 1)])),
    farParties: { [customer.number]: saying(customer.number), [expert.number]: saying(expert.number) },
  });
  const users = ['8001', colleague.number].map((name) => ({ name, password: `pw-${name}` }));
  pbx = await Pbx.start({ users, lines: { '*': trunk.port } });
  const at = { domain: pbx.domain, sipPort: pbx.sipPort, password: `pw-${colleague.number}` };
  desk = await Baresip.start({ number: colleague.number, voice: tone(colleague.hz, 1), at });
  there = await install(undefined, { microphone });
  ({ page, complaints } = await there.open());
  agent = new DeskWindow(page);
  await agent.enterDemo('agent');
  await setUp();
});
afterAll(async () => {
  await there?.close();
  await desk?.close();
  trunk?.close();
  await pbx?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The account, SIP as the channel, and nobody who speaks before the agent. */
async function setUp(): Promise<void> {
  const goTo = async (place: string): Promise<void> => {
    await agent.at('nav-settings').click();
    await page.getByRole('link', { name: place, exact: true }).click();
  };
  await goTo('锦云通讯');
  await page.getByLabel('服务器地址').fill(pbx.url);
  await page.getByLabel('域', { exact: true }).fill(pbx.domain);
  await page.getByLabel('分机号', { exact: true }).fill('8001');
  await page.getByLabel('密码').fill('pw-8001');
  await agent.at('sip-save').click();
  await agent.at('sip-line').filter({ hasText: '已注册' }).waitFor();
  await goTo('呼叫设置');
  await page.locator('.el-select', { has: page.getByRole('combobox', { name: '外呼通道' }) }).click();
  await page.getByRole('option', { name: '锦云通讯' }).click();
}

async function dial(number: string): Promise<void> {
  await page.keyboard.press('Control+d');
  await page.getByText('通过锦云通讯呼出').waitFor();
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');
  await agent.callState(/通话中(?!断)/);
  await page.keyboard.press('F2');
  await page.getByText('已切入').first().waitFor();
}
/** The colleague's phone calls, and the agent takes it. */
async function takeColleague(): Promise<void> {
  desk.command('dial', `sip:8001@${pbx.domain}`);
  await agent.callState(/来电/);
  await agent.at('answer').click();
  await agent.callState(/通话中(?!断)/);
}
async function transferTo(number: string, way: 'consult' | 'blind-transfer'): Promise<void> {
  await agent.at('transfer').click();
  await agent.at('transfer-form').getByRole('textbox').fill(number);
  await agent.at(way).click();
}
const over = async (): Promise<void> => {
  await agent.at('continue-now').click();
  await agent.at('call-dock').waitFor({ state: 'detached' });
};
const heardBy = ({ number }: { number: string }): Int16Array =>
  number === colleague.number ? desk.heard().subarray(-4_000) : trunk.farParty(number).heard.samples.subarray(-4_000);
const has = (samples: Int16Array, hz: number): boolean => samples.length === 4_000 && tonePower(samples, hz) > 1e12;
const hears = (who: { number: string }, ...tones: number[]): Promise<void> =>
  until(`${who.number} hears ${tones.join(', ')} Hz`, () => tones.every((hz) => has(heardBy(who), hz)));

describe('转接', () => {
  it('to somebody who does not answer comes back to the call, and says why', async () => {
    await until('the desk phone is registered', () => /registered successfully/.test(desk.log));
    await takeColleague();
    await transferTo('15400009990', 'blind-transfer');
    await agent.at('transfer-failed').filter({ hasText: '对方忙' }).waitFor();
    await agent.callState(/通话中(?!断)/);
    await hears(colleague, agentHz);
  });

  it('blind, connects the other side with that number, and the record says so', async () => {
    await agent.at('transfer-form').getByRole('textbox').fill(customer.number);
    await agent.at('blind-transfer').click();
    await agent.callState('已转接');
    await hears(customer, colleague.hz);
    await hears(colleague, customer.hz);
    await over();
    trunk.hangUpAll();
    await agent.goTo('通话');
    await agent.openRow(0);
    await agent.at('call-drawer').filter({ hasText: '转接给' }).waitFor();
    expect(await agent.at('call-drawer').innerText()).toContain('154 0000 0138');
    await page.keyboard.press('Escape');
  });

  it('after a consultation connects the two, and both calls of ours end', async () => {
    await takeColleague();
    await transferTo(expert.number, 'consult');
    await agent.at('swap').waitFor();
    // It records nothing while nothing comes.
    const before = desk.heard().length;
    await hears(expert, agentHz);
    expect(tonePower(desk.heard().subarray(before), agentHz)).toBeLessThan(1e9);
    await agent.at('complete-transfer').click();
    await agent.callState('已转接');
    await hears(expert, colleague.hz);
    await hears(colleague, expert.hz);
    await over();
    trunk.hangUpAll();
  });

  it('a consultation that comes to nothing goes back to the first call, and so does one that is given up', async () => {
    await takeColleague();
    await transferTo('15400009990', 'consult');
    await agent.at('transfer-failed').filter({ hasText: '对方忙' }).waitFor();
    await agent.callState(/通话中(?!断)/);
    await agent.at('transfer-form').getByRole('textbox').fill(expert.number);
    await agent.at('consult').click();
    await hears(expert, agentHz);
    await agent.at('end-consultation').click();
    await agent.at('second-call').waitFor({ state: 'detached' });
    await agent.callState(/通话中(?!断)/);
    await hears(colleague, agentHz);
  });

  it('that the other side asks for waits for the agent; accepted, it is a call with its own record', async () => {
    desk.command('transfer', `sip:${expert.number}@${pbx.domain}`);
    const asked = agent.at('transfer-asked');
    await asked.filter({ hasText: '154 0000 0139' }).waitFor();
    expect(trunk.callOf(expert.number)).toBeUndefined();
    await agent.at('accept-transfer').click();
    await hears(expert, agentHz);
    await agent.callState(/通话中(?!断)/);
    await agent.at('hang-up').click();
    await until('the expert is told', () => trunk.open === 0);
    desk.command('hangup');
    await over();
  });
});

describe('三方通话', () => {
  it('lets everybody hear everybody, and nobody themselves; each recording has what its customer was sent', async () => {
    await dial(customer.number);
    await transferTo(expert.number, 'consult');
    await hears(expert, agentHz);
    await agent.at('join').click();
    await agent.at('joined').waitFor();
    await hears(customer, agentHz, expert.hz);
    await hears(expert, agentHz, customer.hz);
    expect([has(heardBy(customer), customer.hz), has(heardBy(expert), expert.hz)]).toEqual([false, false]);
  });

  it('ends with one of them held, or gone; the other is still there', async () => {
    await agent.at('split').click();
    await agent.at('joined').waitFor({ state: 'detached' });
    await until('they hear each other no more', () => !has(heardBy(customer), expert.hz));
    await hears(customer, agentHz);
    await agent.at('end-consultation').click();
    await until('the expert is told', () => trunk.open === 1);
    await agent.at('second-call').waitFor({ state: 'detached' });
    await agent.at('hang-up').click();
    await agent.callState('我方挂断');
    await page.getByText('录音已上传').first().waitFor();
    const recorded = recordingOnDisk(there.dataDir, 'newest');
    const any = (side: Int16Array, hz: number): boolean =>
      Array.from({ length: Math.floor(side.length / 4_000) }, (_, n) => side.subarray(n * 4_000, (n + 1) * 4_000)).some(
        (part) => has(part, hz),
      );
    expect(any(recorded.customer, customer.hz)).toBe(true);
    expect(any(recorded.customer, expert.hz)).toBe(false);
    expect(any(recorded.agent, expert.hz)).toBe(true);
    expect(any(recorded.agent, agentHz)).toBe(true);
    expect(complaints).toEqual([]);
  });
});
