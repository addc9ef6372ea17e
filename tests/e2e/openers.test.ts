import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withSettings } from './desk-steps.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

const mp3 = resolve(import.meta.dirname, '../fixtures/opener.mp3');

let there: Installation;
let agent: DeskWindow;
let complaints: string[];

beforeAll(async () => {
  there = await install();
  const opened = await there.open();
  complaints = opened.complaints;
  agent = new DeskWindow(opened.page);
  await agent.enterDemo();
  await agent.goTo('设置');
  await agent.page.getByRole('link', { name: '开场白' }).click();
});
afterAll(() => there.close());

const rows = () => agent.at('openers-page').locator('li');
const rowOf = (name: string) => rows().filter({ hasText: name });

describe('openers', () => {
  it('finds the sample clip as 「开场白」 and hears it', async () => {
    await rowOf('九月新品').getByText('开场白', { exact: true }).waitFor();
    await rowOf('九月新品').getByRole('button', { name: /^播放/ }).click();
    await rowOf('九月新品').getByRole('button', { name: /^暂停/ }).waitFor();
  });

  it('falls silent when somebody calls', async () => {
    const row = rowOf('九月新品');
    if ((await row.getByRole('button', { name: /^播放/ }).count()) > 0)
      await row.getByRole('button', { name: /^播放/ }).click();
    await row.getByRole('button', { name: /^暂停/ }).waitFor();
    const caller = there.host.demo.phone().incomingCall(1, '15400000137');
    await agent.callState(/来电/);
    await row.getByRole('button', { name: /^播放/ }).waitFor({ timeout: 500 });
    caller?.end('remote');
    await agent.callState(/未接/);
  });

  it('uploads an MP3 and sets it as 「开场白」', async () => {
    await agent.at('opener-file').setInputFiles(mp3);
    await expect.poll(() => rows().count(), { timeout: 20_000 }).toBe(2);
    const uploaded = rows().nth(1);
    expect(await uploaded.innerText()).toMatch(/0:12[\s\S]*上传/);
    await uploaded.getByRole('button', { name: '设为开场白' }).click();
    await uploaded.getByText('开场白', { exact: true }).waitFor();
    await rowOf('九月新品').getByRole('button', { name: '设为开场白' }).waitFor();
  });

  it('records one online with a level meter, listens to it and keeps it', async () => {
    // Not the system's choice, which is another one.
    await withSettings(there, { voiceDevices: { inputs: ['Fake Audio Input 2'], outputs: [] } });
    await agent.at('record').click();
    await agent.at('record-start').click();
    const meter = agent.at('recorder').getByRole('meter');
    await expect
      .poll(async () => Number(await meter.getAttribute('aria-valuenow')), { timeout: 10_000 })
      .toBeGreaterThan(0);
    await agent.at('record-microphone').filter({ hasText: '麦克风：Fake Audio Input 2' }).waitFor();
    await agent.page.getByText('还可录 0:58').waitFor();
    await agent.at('record-stop').click();
    await agent.at('record-listen').click();
    const heardTo = (): Promise<number> =>
      agent
        .at('recorder')
        .locator('audio')
        .evaluate((audio: HTMLAudioElement) => audio.currentTime);
    await expect.poll(heardTo, { timeout: 10_000 }).toBeGreaterThan(0.3);
    await agent.page.locator('#record-name').fill('我录的');
    await agent.page.locator('#record-text').fill('您好，我是小陈。');
    await agent.at('record-keep').click();
    await rowOf('我录的').getByRole('button', { name: '设为开场白' }).click();
    await rowOf('我录的').getByText('开场白', { exact: true }).waitFor();
  });

  it('plays the chosen clip in the next call, with its text', async () => {
    await agent.goTo('线索库');
    await agent.dialButton(0).click();
    await agent.callState('通话中');
    await agent.page
      .getByText(/开场白「我录的」/)
      .first()
      .waitFor();
    expect(await agent.at('call-dock').innerText()).toContain('您好，我是小陈。');
    const number = there.host.demo.phone().calls.at(-1)?.number ?? '';
    const heard = (): Int16Array => there.host.demo.phone().farParty(number).heard.samples;
    // Chromium's fake microphone beeps: the customer hears that, and not silence.
    await expect
      .poll(
        () =>
          heard()
            .slice(-16_000)
            .some((sample) => Math.abs(sample) > 1000),
        { timeout: 10_000 },
      )
      .toBe(true);
    await agent.at('hang-up').click();
    await agent.callState('我方挂断');
  });

  it('deletes a clip after asking, and the next call starts without one', async () => {
    await agent.at('continue-now').click();
    await agent.goTo('设置');
    await agent.page.getByRole('link', { name: '开场白' }).click();
    await rowOf('我录的').getByRole('button', { name: '删除' }).click();
    await agent.at('remove-now').click();
    await expect.poll(() => rows().count()).toBe(2);
    await agent.page.getByText('还没有选开场白').waitFor();
    expect(complaints.filter((line) => !line.includes('ScriptProcessorNode'))).toEqual([]);
  });
});
