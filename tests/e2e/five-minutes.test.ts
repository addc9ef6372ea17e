import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loudnessOf } from '#tests/support/tone-power.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';
import { recordingOnDisk } from './recording-on-disk.ts';

/**
 * The five-minute test of a new agent (docs: README "Start"): one call from the first click to the recording in the
 * administrator's window. One story in steps, because that is what it proves.
 */
let there: Installation;
let agent: DeskWindow;
let complaints: string[];
let number: string;

beforeAll(async () => {
  there = await install({ fresh: true });
  const opened = await there.open();
  complaints = opened.complaints;
  agent = new DeskWindow(opened.page);
});
afterAll(() => there.close());

const place = /示例省 示例[东西]?市 · (移动|联通|电信|广电)(虚商)?号段/;

/** Position of the player, seconds. */
const played = (page: Page): Promise<number> =>
  page.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime);

describe('a new agent with nothing but the program', () => {
  it('chooses the demo, is signed in with one click and sees sample leads', async () => {
    await agent.enterDemo('agent');
    await agent.at('leads-total').filter({ hasText: '200' }).waitFor();
    await agent.at('sim-5').waitFor();
    expect(await agent.page.getByTestId(/^sim-\d$/).count()).toBe(5);
  });

  it('dials with one click and watches 拨号中 → 振铃 → 通话中 with waiting and talk time', async () => {
    await agent.dialButton(0).click();
    await agent.callState(/拨号中|振铃/);
    await agent.callState('振铃');
    await agent.callState('通话中');
    expect(await agent.seconds('wait-time')).toBeGreaterThan(0);
    const talked = await agent.seconds('talk-time');
    await expect.poll(() => agent.seconds('talk-time'), { timeout: 5000 }).toBeGreaterThan(talked);
    expect(await agent.at('call-dock').innerText()).toContain('九月新品');
    // The number is one of the demo's own: the sample knows where it is from.
    expect(await agent.at('call-dock').innerText()).toMatch(place);
  });

  it('lets the opener speak to the customer, and F2 puts the agent on the line', async () => {
    await agent.at('cut-in').waitFor();
    const dialled = there.host.demo.phone().calls.at(-1);
    if (!dialled) throw new Error('the simulated phone has no call');
    number = dialled.number;
    const heard = (): Int16Array => there.host.demo.phone().farParty(number).heard.samples;
    await expect.poll(() => heard().length, { timeout: 10_000 }).toBeGreaterThan(3 * 8000);
    expect(loudnessOf(heard().subarray(-8000))).toBeGreaterThan(100);
    const before = heard().length;
    await agent.page.keyboard.press('F2');
    await agent.page.getByText('已切入').first().waitFor();
    await expect.poll(() => heard().length, { timeout: 10_000 }).toBeGreaterThan(before + 3 * 8000);
    // The sample voice of the handset is what the customer hears from here on.
    expect(loudnessOf(heard().subarray(before + 8000))).toBeGreaterThan(100);
    expect(await agent.at('cut-in').count()).toBe(0);
  });

  it('hangs up, picks an outcome, writes a note that is saved', async () => {
    await agent.at('hang-up').click();
    await agent.callState('我方挂断');
    await agent.at('outcome-interested').click();
    await agent.at('note').fill('客户希望下周二看演示');
    await agent.at('note-state').filter({ hasText: '已保存' }).waitFor();
    await agent.page.getByText('录音已上传').first().waitFor();
    await agent.at('continue-now').click();
  });

  it('finds the call under 通话记录 and plays its recording, jumping to the cut-in', async () => {
    await agent.goTo('通话');
    await agent.openRow(0);
    await agent.at('player').waitFor();
    const drawer = agent.at('call-drawer');
    expect(await drawer.innerText()).toMatch(/有意向/);
    expect(await drawer.innerText()).toMatch(place);
    await agent.at('call-checks').locator('summary').click();
    expect(await agent.at('check-hours').innerText()).toMatch(/拨打时段 \d\d:\d\d–\d\d:\d\d，拨打时 \d\d:\d\d/);
    expect(await agent.at('check-card').innerText()).toMatch(/号卡：近 1 小时 \d+ \/ \d+ 次/);
    expect(await agent.at('note').last().inputValue()).toBe('客户希望下周二看演示');
    await agent.at('play').click();
    await expect.poll(() => played(agent.page), { timeout: 10_000 }).toBeGreaterThan(0.5);
    await agent.at('jump-to-cut-in').click();
    await expect.poll(() => played(agent.page), { timeout: 10_000 }).toBeGreaterThan(2.5);
  });

  it('comes back to the records as they were narrowed down', async () => {
    const { page } = agent;
    await page.keyboard.press('Escape');
    await agent.at('calls-way').click();
    await page.getByRole('option', { name: '呼入' }).click();
    await agent.at('calls-total').filter({ hasText: /^0 / }).waitFor();
    await agent.goTo('工作台');
    await agent.goTo('通话');
    await agent.at('calls-total').filter({ hasText: /^0 / }).waitFor();
    await expect.poll(() => agent.at('calls-way').innerText()).toContain('呼入');
    await page.getByRole('button', { name: '清除筛选' }).first().click();
    await agent.at('calls-total').filter({ hasText: /^1 / }).waitFor();
    await agent.openRow(0);
    await agent.at('player').waitFor();
  });

  it('keeps it as a file that says when and with whom, its number masked as an agent’s files have it', async () => {
    const { page } = agent;
    const [file] = await Promise.all([page.waitForEvent('download'), agent.at('recording-download').click()]);
    expect(file.suggestedFilename()).toMatch(/^\d{8}-\d{6} 154xxxx\d{4} 示例市.+\.wav$/);
    expect(file.suggestedFilename()).toContain(`xxxx${number.slice(-4)} `);
    expect(await readFile(await file.path())).toEqual(await readFile(recordingOnDisk(there.dataDir).path));
    await agent.at('recording-saved').waitFor();
  });

  it('goes from the customer to all calls with them, and back to everybody’s', async () => {
    const { page } = agent;
    await agent.at('call-all-calls').click();
    await agent.at('calls-customer').waitFor();
    await agent.at('calls-total').filter({ hasText: /\b1\b/ }).waitFor(); // prettier-ignore
    await agent.at('calls-customer').click();
    await agent.at('calls-customer').waitFor({ state: 'detached' });
    await agent.at('calls-way').click();
    await page.getByRole('option', { name: '未接' }).click();
    await agent.at('calls-total').filter({ hasText: /\b0\b/ }).waitFor(); // prettier-ignore
    await page.getByRole('button', { name: '清除筛选' }).first().click();
    // Times go down at first, kinds up.
    for (const [name, way] of [
      ['通话', 'descending'],
      ['通话结果', 'ascending'],
    ] as const) {
      const head = page.getByRole('columnheader', { name, exact: true });
      await head.getByRole('button').click();
      await expect.poll(() => head.getAttribute('aria-sort')).toBe(way);
    }
    await agent.at('calls-total').filter({ hasText: /\b1\b/ }).waitFor(); // prettier-ignore
  });

  it('left a stereo recording on disk whose right side begins with the opener', () => {
    const { path, customer, agent: sent } = recordingOnDisk(there.dataDir);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(loudnessOf(customer)).toBeGreaterThan(50);
    expect(loudnessOf(sent.subarray(8000, 16_000))).toBeGreaterThan(100);
  });

  it('a second window as 企业管理员 sees that call and plays it too', async () => {
    await agent.at('user-menu').click();
    const [popup] = await Promise.all([
      agent.page.context().waitForEvent('page', { timeout: 30_000 }),
      agent.page.getByRole('menuitem', { name: /周敏/ }).click(),
    ]);
    const admin = new DeskWindow(popup);
    await admin.goTo('通话');
    await admin.page.getByText('有意向').first().waitFor();
    await admin.openRow(0);
    await admin.at('player').waitFor();
    expect(await admin.at('call-drawer').innerText()).toContain('陈晓');
    await admin.at('play').click();
    await expect.poll(() => played(admin.page), { timeout: 10_000 }).toBeGreaterThan(0.5);
  });

  it('and in all of it the window complained about nothing', () => {
    expect(complaints).toEqual([]);
    // On a busy machine a frame of the opener may come too late; it is dropped and said, as it should be.
    expect(there.log.filter((line) => !line.includes('"clip-frames-dropped"'))).toEqual([]);
  });
});
