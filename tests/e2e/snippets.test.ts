import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/** 快捷聊天 from its first text to its use beside a customer. */
let there: Installation;
let agent: DeskWindow;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  there = await install();
  ({ page, complaints } = await there.open());
  agent = new DeskWindow(page);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await agent.enterDemo();
});
afterAll(() => there.close());

const names = (testId: string) => async (): Promise<string[]> =>
  agent.at(testId).evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['name'] ?? ''));
const own = names('own-snippet');
const offered = names('panel-snippet');
const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

async function create(title: string, text: string): Promise<void> {
  await page.keyboard.press('n');
  await page.fill('#own-snippet-title', title);
  await page.fill('#own-snippet-text', text);
  await agent.at('save-own-snippet').click();
  await agent.at('save-own-snippet').waitFor({ state: 'detached' });
  await expect.poll(own).toContain(title);
}

describe('the page 快捷聊天', () => {
  it('says what to do as long as there is nothing, and takes the first ones by keyboard', async () => {
    await agent.at('nav-snippets').click();
    await agent.at('snippets-own').click();
    await page.getByText('还没有聊天语').waitFor();
    await create('问候', '{客户姓名}您好，我是{我的姓名}。');
    await create('报价说明', '报价含税含运。');
    await create('地址', '示例市创新大道 88 号');
    expect(await own()).toEqual(['问候', '报价说明', '地址']);
  });

  it('puts them in order by Alt and the arrows, and the order stays', async () => {
    await agent.at('own-snippet').nth(2).locator('[data-row]').focus();
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(own).toEqual(['问候', '地址', '报价说明']);
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(own).toEqual(['地址', '问候', '报价说明']);
    await page.keyboard.press('Alt+ArrowDown');
    await expect.poll(own).toEqual(['问候', '地址', '报价说明']);
    await agent.goTo('线索库');
    await agent.at('nav-snippets').click();
    await agent.at('snippets-own').click();
    await expect.poll(own).toEqual(['问候', '地址', '报价说明']);
  });

  it('puts one elsewhere by drag', async () => {
    const rows = agent.at('own-snippet');
    await rows.nth(2).dragTo(rows.nth(0), { targetPosition: { x: 100, y: 4 } });
    await expect.poll(own).toEqual(['报价说明', '问候', '地址']);
  });

  it('finds by first letters and by pinyin', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('bjsm');
    await expect.poll(own).toEqual(['报价说明']);
    await agent.at('snippets-search').fill('wenhou');
    await expect.poll(own).toEqual(['问候']);
    await agent.at('snippets-search').fill('');
    await expect.poll(own).toHaveLength(3);
  });

  it('imports the good rows of a file, and says what is wrong with the others', async () => {
    const sheet = '分组,标题,内容\n报价,优惠,满一百件九五折\n,,没有标题\n,地址,示例市创新大道 88 号\n';
    await agent.at('snippet-file').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from(sheet) });
    const rows = agent.at('import-row');
    await rows.first().waitFor();
    expect(await rows.allInnerTexts()).toEqual([
      expect.stringContaining('可导入'),
      expect.stringContaining('缺少标题'),
      expect.stringContaining('已经有相同的'),
    ]);
    await agent.at('import-now').click();
    await expect.poll(own).toEqual(['报价说明', '问候', '地址', '优惠']);
  });
});

describe('快捷聊天 beside a customer', () => {
  it('copies by Alt and a digit, with the names in it, and counts that', async () => {
    await agent.goTo('线索库');
    await agent.leadRows.first().waitFor();
    await agent.openRow(0);
    await agent.at('lead-drawer').waitFor();
    await expect.poll(offered).toEqual(['报价说明', '问候', '地址', '优惠']);
    await page.keyboard.press('Alt+2');
    await agent.at('snippet-said').filter({ hasText: '已复制「问候」' }).waitFor();
    expect(await copied()).toMatch(/^(?!\{).+您好，我是(?!\{).+。$/);
    await agent.at('snippets-by-use').click();
    await expect.poll(offered).toEqual(['问候', '报价说明', '地址', '优惠']);
    await agent.at('snippets-by-use').click();
  });

  it('joins several in the order they were taken', async () => {
    const rows = agent.at('panel-snippet');
    await rows
      .nth(2)
      .locator('.take')
      .click({ modifiers: ['Control'] });
    await rows
      .nth(0)
      .locator('.take')
      .click({ modifiers: ['Shift'] });
    await agent.at('copy-picked').click();
    await agent.at('snippet-said').filter({ hasText: '已复制 2 条' }).waitFor();
    expect(await copied()).toBe('示例市创新大道 88 号\n报价含税含运。');
  });

  it('searches at / while the drawer has the focus; else / is the list’s', async () => {
    await page.getByRole('dialog').focus();
    await page.keyboard.press('/');
    // Enter means what is found, however quickly it comes.
    await page.keyboard.type('dz');
    await page.keyboard.press('Enter');
    await agent.at('snippet-said').filter({ hasText: '已复制「地址」' }).waitFor();
    await expect.poll(offered).toEqual(['地址']);
    await page.keyboard.press('Escape');
    await expect.poll(offered).toHaveLength(4);
    await agent.at('lead-drawer').waitFor();
    await page.keyboard.press('Escape');
    await agent.at('lead-drawer').waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('leads-search'); // prettier-ignore
    await page.keyboard.press('Enter');
  });

  it('in a call goes to the cursor of the note, which is saved with it', async () => {
    await agent.dialButton().click();
    await agent.callState('通话中');
    await agent.at('note').fill('先发后谈');
    await page.keyboard.press('Home');
    await page.keyboard.press('Alt+3');
    await expect.poll(() => agent.at('note').inputValue()).toBe('示例市创新大道 88 号先发后谈');
    await agent.at('note-state').filter({ hasText: '已保存' }).waitFor();
    await agent.at('insert-snippet').nth(0).click();
    await expect.poll(() => agent.at('note').inputValue()).toBe('示例市创新大道 88 号报价含税含运。先发后谈');
    await agent.at('hang-up').click();
    expect(complaints).toEqual([]);
  });
});
