import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFaults } from './axe-faults.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/** Every screen once, in both themes: axe-core finds nothing serious or critical (WCAG 2.2 A and AA). */
let there: Installation;
let agent: DeskWindow;
let page: Page;

beforeAll(async () => {
  there = await install();
  ({ page } = await there.open());
  agent = new DeskWindow(page);
});
afterAll(() => there.close());

const faults = (part?: string): Promise<string[]> => axeFaults(page, part);
const close = async (): Promise<void> => {
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('.ui-popover:visible, .ui-drawer').count()).toBe(0);
};

/** Nobody listens there, and no browser connects to port 9. */
async function failTheConnectionTest(): Promise<void> {
  await page.fill('#sip-server', 'ws://127.0.0.1:9');
  await page.fill('#sip-user', '8001');
  await page.fill('#sip-password', 'pw-8001');
  await agent.at('sip-test-start').click();
  await page.locator('[data-testid=sip-test-port][data-state=failed]').waitFor();
}

describe('for people who see or hear or move otherwise', () => {
  it('first run, sign-in, a wrong password, and the page behind them', async () => {
    await agent.at('choose-demo').waitFor();
    expect.soft(await faults()).toEqual([]);
    await agent.at('choose-demo').click();
    await agent.at('demo-agent').first().waitFor({ timeout: 60_000 });
    expect.soft(await faults()).toEqual([]);
    await page.fill('#account', 'chenxiao');
    await page.fill('#password', 'not-the-password');
    await agent.at('sign-in').click();
    await page.locator('#password-error').waitFor();
    expect.soft(await faults('main')).toEqual([]);
    await agent.at('demo-agent').first().click();
    await agent.at('next-steps').getByTestId('do-claim').waitFor();
    expect.soft(await faults()).toEqual([]);
    await agent.goTo('线索');
    await agent.leadRows.first().waitFor();
  });

  it('leads, an empty search, a lead', async () => {
    expect.soft(await faults()).toEqual([]);
    await page.keyboard.press('/');
    await page.keyboard.type('没有这家公司');
    await page.getByText('没有').first().waitFor();
    expect.soft(await faults('main')).toEqual([]);
    await page.getByRole('textbox', { name: '公司、联系人' }).fill('');
    await agent.leadRows.first().waitFor();
    await agent.openRow(1);
    await agent.at('lead-drawer').waitFor();
    expect.soft(await faults('.ui-drawer')).toEqual([]);
    await agent.at('lead-drawer').getByTestId('number-place').first().waitFor();
    await agent.at('lead-drawer').getByTestId('dial-menu').first().click();
    await page.locator('.ui-popover').getByTestId('number-place').waitFor();
    expect.soft(await faults('.ui-popover:not([aria-hidden=true])'), 'dial menu').toEqual([]);
    // One Esc closes one thing.
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.ui-popover:visible').count()).toBe(0);
    await agent.at('lead-check').click();
    await agent.at('check-scope').waitFor();
    expect.soft(await faults('.ui-dialog')).toEqual([]);
    await page.keyboard.press('Escape');
    await agent.at('check-scope').waitFor({ state: 'detached' });
    await close();
  });

  it('the menus of the title bar, the dial pad, a card that waits for its PIN', async () => {
    there.host.demo.phone().lockSim(3);
    await agent.at('sim-3').filter({ hasText: 'PIN' }).waitFor();
    for (const place of ['agent-state', 'sim-1', 'sim-3', 'open-dial-pad', 'sync-state', 'user-menu']) {
      await agent.at(place).click();
      await page.locator('.ui-popover:visible').waitFor();
      if (place === 'open-dial-pad') {
        await page.keyboard.type('15400000137');
        await page.locator('.dial-pad').getByTestId('number-place').waitFor();
      }
      expect.soft(await faults('.ui-popover:not([aria-hidden=true])'), place).toEqual([]);
      await close();
    }
  });

  it('a call: opener, cut in, keypad, wrap-up', async () => {
    await agent.dialButton(0).click();
    await agent.at('cut-in').waitFor();
    // The dock alone: a look at the whole page may last longer than the opener.
    expect.soft(await faults('.call-dock')).toEqual([]);
    await page.keyboard.press('F2');
    await page.getByText('已切入').first().waitFor();
    await agent.at('keypad').click();
    await agent.at('listen').click();
    await page.locator('.ui-popover:visible').waitFor();
    expect.soft(await faults()).toEqual([]);
    await close();
    await agent.at('hang-up').click();
    await agent.callState('我方挂断');
    await agent.at('outcome-interested').click();
    await agent.at('note').fill('看过演示再谈');
    expect.soft(await faults('.call-dock')).toEqual([]);
    await agent.at('continue-now').click();
  });

  it('the record list and a call with its recording', async () => {
    await agent.goTo('通话');
    expect.soft(await faults('main')).toEqual([]);
    await agent.at('open-export').click();
    await agent.at('export-masked').waitFor();
    expect.soft(await faults('.ui-dialog'), 'export').toEqual([]);
    await agent.at('cancel-export').click();
    await agent.openRow(0);
    await agent.at('play').waitFor();
    expect.soft(await faults('.ui-drawer')).toEqual([]);
    await close();
  });

  it('statistics, both number lists, a customer who is followed, and a queue before it starts', async () => {
    await agent.at('calls-tab-statistics').click();
    await agent.at('figure-dials').waitFor();
    expect.soft(await faults('main')).toEqual([]);
    await agent.at('nav-numbers').click();
    await page.getByRole('grid').waitFor();
    expect.soft(await faults('main')).toEqual([]);
    await agent.at('nav-leads').click();
    await agent.leadRows.first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('c');
    await agent.at('lead-form-submit').click();
    await agent.at('leads-said').filter({ hasText: '已抓取' }).waitFor();
    await agent.leadRows.nth(1).getByTestId('tick').check();
    await agent.at('queue-ticked').click();
    await page.getByRole('dialog').waitFor();
    expect.soft(await faults('.ui-dialog')).toEqual([]);
    await page.keyboard.press('Escape');
    await agent.at('nav-followed').click();
    await agent.openRow(0);
    await agent.at('plan-own').click();
    expect.soft(await faults('.ui-drawer')).toEqual([]);
    await agent.at('plan-field').fill('2026-01-05T10:00');
    await agent.at('plan-save').click();
    await close();
  });

  it('the workbench with what is due, and beside a call', async () => {
    await agent.at('nav-workbench').click();
    await agent.at('due-row').first().waitFor();
    await agent.at('step-due').waitFor();
    expect.soft(await faults('main')).toEqual([]);
    await agent.at('do-due').click();
    await agent.callState(/振铃|通话中/);
    expect.soft(await faults('main')).toEqual([]);
    await agent.at('hang-up').click();
    await agent.callState(/挂断|取消/);
    await agent.at('continue-now').click();
    await agent.at('due-row').first().getByTestId('row-done').click();
    expect.soft(await faults('main')).toEqual([]);
  });

  it('texts for chats: the form, the page, and beside a lead', async () => {
    await agent.at('nav-snippets').click();
    await page.getByText('还没有聊天语').waitFor();
    await agent.at('create-snippet').click();
    await page.fill('#own-snippet-title', '问候');
    await page.fill('#own-snippet-text', '{客户姓名}您好');
    await agent.at('snippet-preview').waitFor();
    expect.soft(await faults('.ui-dialog')).toEqual([]);
    await agent.at('save-own-snippet').click();
    await agent.at('own-snippet').first().waitFor();
    expect.soft(await faults('main')).toEqual([]);
    await agent.goTo('线索');
    await agent.openRow(1);
    await agent.at('pick-snippet').first().click();
    expect.soft(await faults('.ui-drawer')).toEqual([]);
    await close();
  });

  it('the phone: its slots, the log, the dialog of a locked card', async () => {
    await agent.at('nav-phone').click();
    await agent.at('phone-log-lines').getByRole('row').first().waitFor();
    await agent.at('phone-log-lines').focus();
    await page.keyboard.press('ArrowUp');
    expect.soft(await faults('main')).toEqual([]);
    await agent.at('enter-pin-3').click();
    await page.locator('.ui-dialog:visible').waitFor();
    expect.soft(await faults('.ui-dialog')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.ui-dialog').waitFor({ state: 'detached' });
    await agent.at('ask-ussd-1').click();
    // An answer in the middle of the look would mix two states of the dialog.
    const { faults: disturbed } = there.host.demo.phone();
    disturbed.set('ussd-silent');
    await agent.at('ussd-code-*100#').click();
    await agent.at('ussd-waiting').waitFor();
    expect.soft(await faults('.ui-dialog'), 'USSD waits').toEqual([]);
    disturbed.off('ussd-silent');
    await agent.at('ussd-cancel').click();
    await agent.at('ussd-waiting').waitFor({ state: 'detached' });
    await agent.at('ussd-code-*100#').click();
    await agent.at('ussd-talk').getByText('36.50').waitFor();
    expect.soft(await faults('.ui-dialog'), 'USSD answered').toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.ui-dialog').waitFor({ state: 'detached' });
    await agent.at('edit-slot-1').click();
    await agent.at('card-dialog').waitFor();
    expect.soft(await faults('.ui-dialog'), 'about a card').toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.ui-dialog').waitFor({ state: 'detached' });
    await agent.at('self-test-start').click();
    await agent.at('self-test-skip-cut-in-key').waitFor({ timeout: 60_000 });
    expect.soft(await faults('.self-test'), 'self-test').toEqual([]);
    await agent.at('self-test-skip-cut-in-key').click();
  });

  it('every page of the settings', async () => {
    await agent.at('nav-settings').click();
    for (const path of ['account', 'calling', 'openers', 'phone', 'sip', 'appearance', 'about']) {
      await page.locator(`a[href$="/settings/${path}"]`).first().click();
      await page.waitForURL(new RegExp(`/settings/${path}$`));
      if (path === 'sip') await failTheConnectionTest();
      expect.soft(await faults('main'), path).toEqual([]);
    }
  });

  it('the phone unplugged, and a dial that is refused for it', async () => {
    await agent.goTo('线索');
    there.host.demo.phone().unplug();
    await page.getByText('找不到话机端口').first().waitFor();
    await agent.dialButton(1).click();
    await agent.at('dial-refusal').waitFor();
    expect.soft(await faults()).toEqual([]);
  });
});
