import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeskWindow } from './desk-window.ts';
import { axeFaults } from './axe-faults.ts';
import { install, type Installation } from './installation.ts';

/** 批量外呼 from three ticked rows to its counts, then of a whole list in two windows, by the keyboard. One story in steps. */
let there: Installation;
let agent: DeskWindow;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  there = await install();
  ({ page, complaints } = await there.open());
  agent = new DeskWindow(page);
  await agent.enterDemo('agent');
});
afterAll(() => there.close());

const dialled = (): number => there.host.demo.phone().calls.length;
const next = (): Promise<string> => agent.at('queue-foot').locator('b').innerText();

describe('three customers, one after the other', () => {
  it('are ticked, and start with what the form is left at but for its mode', async () => {
    const valid = agent.leadRows.filter({ hasText: '实号' });
    for (const n of [0, 1, 2]) await valid.nth(n).getByTestId('tick').check();
    await page.keyboard.press('q');
    await agent.at('queue-selection').filter({ hasText: '将拨打 3 位客户' }).waitFor();
    await agent.at('queue-mode-progressive').check();
    await agent.at('queue-create').click();
    await agent.at('queue-progress').filter({ hasText: '0 / 3' }).waitFor();
    await agent.callState('通话中');
    expect(await agent.at('queue-sign').innerText()).toContain('0/3');
  });

  it('behind the first call the next one is skipped, and the queue is paused and goes on', async () => {
    await agent.at('hang-up').click();
    await agent.at('queue-foot').waitFor();
    const second = await next();
    await page.keyboard.press('t');
    await expect.poll(next).not.toBe(second);
    await page.keyboard.press('p');
    await page.getByRole('menuitem', { name: '暂停一下' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.role)).toBe('menuitem');
    await page.keyboard.press('Enter');
    await agent.at('queue-paused').waitFor();
    await agent.at('queue-sign').filter({ hasText: '已暂停' }).waitFor();
    expect(dialled()).toBe(1);
    await page.keyboard.press('p');
    await agent.at('queue-foot').waitFor();
  });

  it('waits for whoever writes, also in letters of an input method, of which no field knows yet', async () => {
    await page.keyboard.press('n');
    const keyboard = await page.context().newCDPSession(page);
    await keyboard.send('Input.imeSetComposition', { text: 'xiangqingjiage', selectionStart: 14, selectionEnd: 14 });
    await agent.at('queue-foot').filter({ hasText: '不会自动拨打' }).waitFor({ timeout: 40_000 });
    expect(dialled()).toBe(1);
    await keyboard.send('Input.insertText', { text: '想清楚价格' });
    expect(await agent.at('note').inputValue()).toBe('想清楚价格');
    await keyboard.detach();
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  });

  it('立即继续 calls the third at once; at the end it says what came of it', async () => {
    await page.keyboard.press('j');
    await agent.callState('通话中');
    expect(dialled()).toBe(2);
    await agent.at('hang-up').click();
    const end = agent.at('queue-end');
    await end.waitFor();
    expect((await end.innerText()).replace(/\s+/g, ' ')).toContain('全部拨完了 接通 2 未接通 0 跳过 1');
    await agent.at('queue-list').click();
    await agent.at('queue-entries').getByText('已跳过', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await agent.at('queue-close').click();
    await agent.at('queue-panel').waitFor({ state: 'detached' });
    expect([await agent.at('queue-sign').count(), complaints]).toEqual([0, []]);
  });
});

describe('a whole list, in two windows', () => {
  let other: DeskWindow;

  it('goes in by Q where nothing is ticked, and says beforehand who is left out', async () => {
    await page.keyboard.press('q');
    const selection = agent.at('queue-selection');
    await selection.filter({ hasText: '检测为空号或停机，不拨' }).waitFor();
    const words = await selection.innerText();
    const count = /将拨打 (\d+) 位客户/.exec(words)?.[1];
    expect(Number(count)).toBeGreaterThan(3);
    expect(await axeFaults(page, '.ui-dialog')).toEqual([]);
    await agent.at('queue-mode-preview').check();
    await page.keyboard.press('Enter');
    await agent
      .at('queue-progress')
      .filter({ hasText: `0 / ${count}` })
      .waitFor();
    await agent.at('queue-confirm').waitFor();
  });

  it('is the same queue in the other window, which pauses it and changes its way', async () => {
    const [second] = await Promise.all([
      page.context().waitForEvent('page'),
      page.evaluate(() => void window.open(location.href)),
    ]);
    other = new DeskWindow(second);
    await other.at('queue-confirm').waitFor();
    await second.keyboard.press('p');
    await second.getByRole('menuitem', { name: '用餐' }).click();
    await agent.at('queue-paused').filter({ hasText: '用餐' }).waitFor();
    // Whoever eats takes no calls that come in either; going on is being back.
    await agent.at('agent-state').filter({ hasText: '用餐' }).waitFor();
    await agent.at('queue-resume').filter({ hasText: '回到空闲并继续' }).waitFor();
    await second.keyboard.press('o');
    await other.at('queue-mode-progressive').check();
    await second.keyboard.press('Enter');
    await agent.at('queue-counts').filter({ hasText: '渐进' }).waitFor();
    const before = dialled();
    await page.keyboard.press('p');
    await agent.callState('通话中');
    await other.callState('通话中');
    expect(dialled()).toBe(before + 1);
  });

  it('stops from either; its list says what came of the call, and leads to its record', async () => {
    await page.keyboard.press('p');
    await page.getByRole('menuitem', { name: '暂停一下' }).click();
    await other.at('queue-paused').waitFor();
    await other.at('hang-up').click();
    await agent.callState('我方挂断');
    await page.keyboard.press('l');
    const entries = agent.at('queue-entries');
    await entries.getByTestId('queue-open-call').first().waitFor();
    expect(await axeFaults(page, '.ui-drawer')).toEqual([]);
    await entries.getByRole('grid').focus();
    await page.keyboard.press('Home');
    // D means this row, and C nobody: the cursor of the list below is on somebody else.
    const name = await entries.locator('[role=row][aria-selected=true] .open').first().innerText();
    await page.keyboard.press('c');
    await page.keyboard.press('d');
    await agent.at('call-dock').getByRole('heading', { name, level: 2 }).waitFor();
    await agent.callState('通话中');
    await agent.at('hang-up').click();
    await agent.callState('我方挂断');
    expect(await agent.at('lead-form-submit').count()).toBe(0);
    await entries.getByRole('grid').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/calls\?open=/);
    await agent.at('play').waitFor();
    await page.keyboard.press('Escape');
    await other.at('queue-stop').click();
    await other.at('queue-stop-confirm').click();
    await agent.at('queue-end').waitFor();
    await other.at('queue-end').waitFor();
    expect(complaints).toEqual([]);
  });
});
