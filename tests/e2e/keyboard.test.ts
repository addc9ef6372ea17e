import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ByKeys } from './by-keys.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/** A whole call without a mouse (ux.md "Keys"): nothing here clicks. */
let there: Installation;
let agent: DeskWindow;
let page: Page;
let keys: ByKeys;

beforeAll(async () => {
  there = await install();
  ({ page } = await there.open());
  agent = new DeskWindow(page);
  keys = new ByKeys(page);
});
afterAll(() => there.close());

const customer = (): Promise<string> => agent.at('call-dock').getByRole('heading', { level: 2 }).innerText();

describe('with the keyboard alone', () => {
  it('enters the demo, and the first step of the day leads into the list of leads', async () => {
    await agent.at('choose-demo').waitFor();
    await keys.tabTo('choose-demo');
    await page.keyboard.press('Enter');
    await agent.at('demo-agent').first().waitFor({ timeout: 60_000 });
    await keys.tabTo('demo-agent');
    await page.keyboard.press('Enter');
    await agent.at('do-claim').waitFor();
    await keys.focusOn('workbench');
    await page.keyboard.press('Enter');
    await agent.leadRows.first().waitFor();
    await keys.focusOn('grid');
  });

  it('moves by arrows, looks by Enter, comes back by Esc', async () => {
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    const name = await page.locator('[role=row][aria-selected=true] .open').innerText();
    await page.keyboard.press('Enter');
    await agent.at('lead-drawer').waitFor();
    expect(await page.getByRole('dialog').getByRole('heading').first().innerText()).toBe(name);
    await page.keyboard.press('Escape');
    await keys.focusOn('grid');
  });

  it('claims by C, with what it completes on the way, and the next row has the cursor', async () => {
    const name = await page.locator('[role=row][aria-selected=true] .open').innerText();
    await page.keyboard.press('c');
    await agent.at('lead-form-submit').waitFor();
    await keys.tabTo('lead-field-contactName');
    // Esc drops the letters of an input method, and not the form.
    const method = await page.context().newCDPSession(page);
    await method.send('Input.imeSetComposition', { text: 'qianjin', selectionStart: 7, selectionEnd: 7 });
    await page.keyboard.press('Escape');
    await method.send('Input.imeSetComposition', { text: '', selectionStart: 0, selectionEnd: 0 });
    await method.detach();
    await keys.focusOn('lead-field-contactName');
    await page.keyboard.type('钱经理');
    await page.keyboard.press('Enter');
    await agent.at('leads-said').filter({ hasText: '已抓取 1 条' }).waitFor();
    await keys.focusOn('grid');
    // It is in 我跟进 now, and no longer here.
    await page.locator('[role=row]', { hasText: name }).waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowDown');
    await page.locator('[role=row][aria-selected=true]').waitFor();
  });

  it('dials by D, cuts in by F2, marks by a digit, writes at N', async () => {
    await page.keyboard.press('d');
    await agent.callState('通话中');
    await agent.at('cut-in').waitFor();
    await page.keyboard.press('F2');
    await page.getByText('已切入').first().waitFor();
    await page.keyboard.press('1');
    await expect.poll(() => agent.at('outcome-interested').getAttribute('aria-checked')).toBe('true');
    await page.keyboard.press('n');
    await keys.focusOn('note');
    await page.keyboard.type('2 点后再打');
    await agent.at('note-state').filter({ hasText: '已保存' }).waitFor();
    // A digit in the note is text, no outcome.
    expect(await agent.at('outcome-interested').getAttribute('aria-checked')).toBe('true');
  });

  it('one Esc hangs up nothing, nor do two that close something; Esc Esc does', async () => {
    await page.keyboard.press('Control+d');
    await page.locator('.ui-popover').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.ui-popover').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    const asksAgain = agent.at('hang-up').filter({ hasText: '再按' });
    await asksAgain.waitFor();
    await asksAgain.waitFor({ state: 'detached' });
    expect(await agent.at('call-state').innerText()).toContain('通话中');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await agent.callState('我方挂断');
  });

  it('changes the outcome, goes on, and the list has the focus for the next one', async () => {
    const first = await customer();
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('2');
    await expect.poll(() => agent.at('outcome-call-again').getAttribute('aria-checked')).toBe('true');
    await keys.tabTo('continue-now');
    await page.keyboard.press('Enter');
    await keys.focusOn('grid');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('d');
    await agent.callState(/拨号中|振铃/);
    expect(await customer()).not.toBe(first);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await agent.callState('已取消');
    await keys.tabTo('continue-now');
    await page.keyboard.press('Enter');
    await keys.focusOn('grid');
  });

  it('dials a number that is typed, and hangs up while the dial pad still fades away', async () => {
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await page.evaluate(() =>
      document.styleSheets[0]?.insertRule('.ui-popover { transition-duration: 5s !important }'),
    );
    await page.keyboard.press('Control+d');
    // The place is there from the seventh digit on, and as long as the number is one.
    const words = page.locator('#dial-pad-read');
    await page.keyboard.type('154-000');
    expect(await words.innerText()).not.toContain('示例省');
    await page.keyboard.type('0');
    await words.filter({ hasText: '示例省 示例市 · 移动号段' }).waitFor();
    await page.keyboard.type('-0137');
    await words.filter({ hasText: '携号转网' }).filter({ hasText: '154 0000 0137' }).waitFor();
    await page.keyboard.press('Enter');
    await agent.callState(/拨号中|振铃|通话中/);
    expect(await agent.at('call-dock').innerText()).toContain('154 0000 0137');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await agent.callState(/已挂断|已取消/);
    await page.evaluate(() => document.styleSheets[0]?.deleteRule(0));
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await keys.tabTo('continue-now');
    await page.keyboard.press('Enter');
    await keys.focusOn('grid');
  });

  it('finds the call again and plays it', async () => {
    await keys.tabTo('nav-calls', { back: true });
    await page.keyboard.press('Enter');
    await keys.focusOn('grid');
    await page.keyboard.press('/');
    await keys.focusOn('calls-search');
    await page.keyboard.type('示例市');
    await agent.at('calls-total').filter({ hasText: '2' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await agent.at('play').waitFor();
    await keys.tabTo('play');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime)).toBeGreaterThan(0.3); // prettier-ignore
  });

  it('calls by D whom the open record is about, while the cursor of the list is nowhere', async () => {
    const name = await page.getByRole('dialog').getByRole('heading').first().innerText();
    await page.keyboard.press('/');
    await keys.focusOn('calls-search');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('Backspace');
    await agent.at('calls-total').filter({ hasText: '3' }).waitFor();
    await keys.tabTo('play', { most: 60 });
    expect(await page.locator('[role=row][aria-selected=true]').count()).toBe(0);
    // Letters for a field that has just been taken away (a call that came in over a note) are nobody's.
    const dialled = there.host.demo.phone().calls.length;
    await page.evaluate(() => {
      const field = document.body.appendChild(document.createElement('input'));
      field.id = 'gone';
      field.focus();
    });
    await page.keyboard.type('hao');
    await page.evaluate(() => document.getElementById('gone')?.remove());
    await page.keyboard.press('d');
    await page.waitForTimeout(1_700);
    expect(there.host.demo.phone().calls.length).toBe(dialled);
    const audio = page.locator('audio').first();
    await audio.evaluate((element: HTMLAudioElement) => Object.assign(element, { loop: true }).play());
    await page.keyboard.press('d');
    await agent.callState(/拨号中|振铃|通话中/);
    expect(await customer()).toBe(name);
    // What is played of a record is not heard over the call that begins.
    await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => element.paused)).toBe(true);
    await page.keyboard.press('Escape');
    await agent.at('call-drawer').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await agent.callState(/挂断|已取消/);
  });
});
