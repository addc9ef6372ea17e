import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterDemo, openClient } from '#tests/support/desk.ts';
import { axeFaults } from './axe-faults.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/** 话后结果 and 通话话术, from the administrator's page to the dock: what is required holds the next customer back. */
let there: Installation;
let desk: DeskWindow;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  there = await install();
  ({ page, complaints } = await there.open());
  desk = new DeskWindow(page);
  await desk.enterDemo('admin');
});
afterAll(() => there.close());

const missing = () => desk.at('wrap-up-missing').innerText();
const focused = (): Promise<string | null | undefined> =>
  page.evaluate(() => document.activeElement?.closest('[data-gap]')?.getAttribute('data-gap'));

async function talk(n: number): Promise<void> {
  await desk.goTo('线索库');
  await desk.dialButton(n).click();
  await desk.at('cut-in').waitFor();
  await page.keyboard.press('F2');
}
async function hangUp(): Promise<void> {
  await desk.at('hang-up').click();
  await desk.callState('我方挂断');
}

describe('the administrator', () => {
  it('gives outcomes their names, an order, and what they require', async () => {
    await desk.at('nav-company').click();
    await page.getByRole('link', { name: '话后结果' }).click();
    const rows = desk.at('outcome-row');
    await rows.nth(4).waitFor();
    const first = rows.first();
    await first.getByRole('textbox').fill('约面谈');
    await first.getByTestId('requires-note').check();
    await first.getByTestId('requires-follow-up').check();
    await desk.at('add-outcome').click();
    await desk.at('save-outcomes').click();
    await page.getByText('给它起个名称').waitFor();
    await rows.last().getByRole('textbox').fill('要报价');
    await rows.last().getByTestId('outcome-up').click();
    const names = (): Promise<(string | undefined)[]> =>
      rows.evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset['name']));
    await rows
      .nth(0)
      .locator('.handle')
      .dragTo(rows.nth(2), { targetPosition: { x: 10, y: 30 } });
    expect(await names()).toEqual(['再联系', '无需求', '约面谈', '无效号码', '要报价', '拒绝再联系']);
    // A drag that is given up moves nothing.
    await rows.nth(3).locator('.handle').hover();
    await page.mouse.down();
    await rows.nth(0).hover({ position: { x: 10, y: 4 } });
    await rows.nth(0).hover({ position: { x: 10, y: 6 } });
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await rows
      .nth(2)
      .locator('.handle')
      .dragTo(rows.nth(0), { targetPosition: { x: 10, y: 4 } });
    await desk.at('must-choose').click();
    await desk.at('save-outcomes').click();
    await desk.at('save-outcomes').filter({ hasText: '已保存' }).waitFor();
    expect(await names()).toEqual(['约面谈', '再联系', '无需求', '无效号码', '要报价', '拒绝再联系']);
    expect.soft(await axeFaults(page)).toEqual([]);
    // What is saved keeps its meaning: old calls count by it.
    expect(await desk.at('outcome-meaning').count()).toBe(0);
  });

  it('writes texts for everybody where they are used, and drags them into order', async () => {
    await desk.at('nav-snippets').click();
    for (const title of ['报价', '问候']) {
      await page.keyboard.press('n');
      await page.getByText('全公司', { exact: true }).click();
      await page.fill('#own-snippet-title', title);
      await page.fill('#own-snippet-text', `${title}：您好`);
      if (title === '报价') expect.soft(await axeFaults(page, '[role=dialog]')).toEqual([]);
      await desk.at('save-own-snippet').click();
      await desk.at('own-snippet').filter({ hasText: title }).waitFor();
    }
    await desk.at('nav-company').click();
    await page.getByRole('link', { name: '话术', exact: true }).click();
    const rows = desk.at('snippet');
    await rows
      .nth(1)
      .locator('.handle')
      .dragTo(rows.nth(0), { targetPosition: { x: 10, y: 4 } });
    const names = () => rows.evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset['name']));
    await expect.poll(names).toEqual(['问候', '报价']);
  });

  it('writes scripts, and sees what agents will see', async () => {
    await page.getByRole('link', { name: '通话话术' }).click();
    for (const [title, text] of [
      ['首次致电', '# 开场\n{客户公司}您好，我是{我的姓名}。\n1. 说明来意\n'],
      ['老客户回访', '样品用得怎么样？'],
    ] as const) {
      await desk.at('add-script').click();
      await page.fill('#script-title', title);
      await page.fill('#script-text', text);
      if (title === '首次致电') expect.soft(await axeFaults(page, '[role=dialog]')).toEqual([]);
      await desk.at('save-script').click();
      await desk.at('script').filter({ hasText: title }).waitFor();
    }
  });
});

describe('a call', () => {
  it('has the script beside it with the customer’s name, another by choice, folded and opened by one key', async () => {
    await talk(0);
    const text = desk.at('script-text');
    await text.getByText('示例市').waitFor();
    expect(await text.innerText()).toMatch(/开场\s+示例市.+您好，我是.+。\s+1\.\s+说明来意/);
    await desk.at('script-choice').click();
    await page.getByRole('option', { name: '老客户回访' }).click();
    await text.getByText('样品用得怎么样').waitFor();
    await page.keyboard.press('h');
    await desk.at('script-open').waitFor();
    // Nothing lies over what is pressed in a call.
    for (const control of ['hang-up', 'mute']) await desk.at(control).click({ trial: true });
    await page.keyboard.press('h');
    await text.getByText('样品用得怎么样').waitFor();
  });

  it('is not left behind while a required field is missing: it says which, and leads there', async () => {
    await desk.at('call-claim').click();
    await desk.at('plan-tomorrow').waitFor();
    await hangUp();
    await expect.poll(missing).toBe('还差：结果');
    await page.keyboard.press('j');
    await expect.poll(focused).toBe('outcome');
    await page.keyboard.press('1');
    await expect.poll(missing).toBe('还差：记录、下次跟进');
    for (const part of ['.call-dock', '[data-testid=script-panel]'])
      expect.soft(await axeFaults(page, part)).toEqual([]);
    await desk.at('continue-now').click();
    await expect.poll(focused).toBe('note');
    await page.keyboard.type('下周二去厂里看看');
    // On the heels of the last letter: what was typed counts.
    await desk.at('continue-now').click();
    await expect.poll(missing).toBe('还差：下次跟进');
    await expect.poll(focused).toBe('follow-up');
    await page.keyboard.press('g');
    await desk.at('wrap-up-missing').waitFor({ state: 'detached' });
    await page.keyboard.press('j');
    await desk.at('call-dock').waitFor({ state: 'detached' });
  });

  it('waits when the time is up, is listed as to be completed, and is completed there', async () => {
    await talk(1);
    await hangUp();
    await desk.at('wrap-up').filter({ hasText: '整理中' }).waitFor({ timeout: 60_000 });
    await desk.at('agent-state').filter({ hasText: '话后处理' }).waitFor();
    await desk.goTo('通话');
    await desk.at('calls-incomplete').click();
    await desk.at('calls-total').filter({ hasText: '1' }).waitFor();
    await desk.openRow(0);
    const drawer = desk.at('call-drawer');
    await drawer.getByText('还差：结果').waitFor();
    expect.soft(await axeFaults(page, 'main')).toEqual([]);
    expect.soft(await axeFaults(page, '.ui-drawer')).toEqual([]);
    await drawer.getByRole('radio', { name: '要报价' }).click();
    await desk.at('call-missing').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await desk
      .at('calls-total')
      .filter({ hasText: /^\D*0\D*$/ })
      .waitFor();
    await page.keyboard.press('j');
    await desk.at('call-dock').waitFor({ state: 'detached' });
  });

  it('counts by its meaning, with the company’s name below it', async () => {
    await desk.at('calls-tab-statistics').click();
    const outcomes = page.getByRole('list', { name: '按通话结果（接通的）' });
    await outcomes.getByText('约面谈').waitFor();
    expect((await outcomes.getByRole('listitem').allInnerTexts()).join(' ')).toMatch(/有意向\s+2.*约面谈\s+1.*要报价\s+1|有意向\s+2.*要报价\s+1.*约面谈\s+1/s); // prettier-ignore
  });

  it('is let go once the company no longer wants what it lacks', async () => {
    await talk(2);
    await hangUp();
    await expect.poll(missing).toBe('还差：结果');
    await desk.at('nav-company').click();
    await page.getByRole('link', { name: '话后结果' }).click();
    await desk.at('must-choose').click();
    await desk.at('save-outcomes').click();
    await desk.at('wrap-up-missing').waitFor({ state: 'detached' });
  });

  it('tells of a dead number from the dock by keys; once that is approved, the gate says so', async () => {
    await page.keyboard.press('4');
    await desk.at('ask-invalid').getByText('I', { exact: true }).waitFor();
    await page.keyboard.press('i');
    await page.fill('#number-reason', '接的人说打错了');
    await page.keyboard.press('Enter');
    await desk.at('call-dock').getByTestId('listed-invalid').filter({ hasText: '已上报无效' }).waitFor();
    await page.keyboard.press('j');
    await desk.at('nav-numbers').click();
    const asked = page
      .getByRole('row')
      .filter({ has: page.getByTestId('approve') })
      .first();
    await asked.filter({ hasText: '示例市' }).waitFor();
    await asked.getByTestId('listing-call').click();
    await page.locator('.ui-drawer').getByTestId('call-drawer').waitFor();
    await page.keyboard.press('Escape');
    await desk.at('approve').first().click();
    await desk.at('decide-now').click();
    await desk.goTo('线索库');
    // Whose number it is stands in the list before anybody dials.
    await desk.at('barred').filter({ hasText: '无效号码' }).first().waitFor();
    const listed = page
      .getByRole('row')
      .filter({ has: page.getByTestId('barred') })
      .first();
    await listed.locator('.dial-button').click();
    await desk.at('call-dock').getByText('无效').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('decides on many requests at once, with one word for all who asked', async () => {
    const asker = openClient(await there.host.openDesk('asker'));
    await enterDemo(asker, 'chen');
    for (const number of ['15400000901', '15400000902', '15400000903'])
      await asker.call('numbers.request', { list: 'invalid', number, reason: '空号', callId: null });
    await desk.at('nav-numbers').click();
    // What is asked of the cloud is asked again by a look at the other list.
    await expect
      .poll(
        async () => {
          await desk.at('list-blacklist').click();
          await desk.at('list-invalid').click();
          await page.locator('main [role=grid][aria-busy=false]').waitFor();
          return desk.at('approve').count();
        },
        { timeout: 20_000 },
      )
      .toBe(3);
    await desk.at('tick-all').check();
    await desk.at('ticked-count').filter({ hasText: '已选 3 个申请' }).waitFor();
    await page.getByRole('row').filter({ hasText: '0903' }).getByTestId('tick').uncheck();
    await desk.at('approve-ticked').click();
    expect.soft(await axeFaults(page, '.ui-dialog')).toEqual([]);
    await page.fill('#listing-note', '已核实');
    await desk.at('decide-now').click();
    await desk.at('decide-outcome').filter({ hasText: '已审核 2 个' }).waitFor();
    await expect.poll(() => desk.at('approve').count()).toBe(1);
    const notes = async (): Promise<string[]> =>
      (await asker.call('numbers.list', { list: 'invalid', view: 'own', offset: 0, limit: 9 })).rows.map((row) => `${row.state} ${row.decisionNote}`); // prettier-ignore
    await expect.poll(notes, { timeout: 20_000 }).toEqual(['requested ', 'approved 已核实', 'approved 已核实']);
    asker.dispose();
    expect(complaints).toEqual([]);
  });

  it('is planned for with its customer by one key, whoever they were', async () => {
    await page.keyboard.press('Escape');
    await talk(3);
    await desk.at('call-claim').waitFor();
    await page.keyboard.press('g');
    await desk.at('plan-done').waitFor();
    await hangUp();
    expect(complaints).toEqual([]);
  });
});
