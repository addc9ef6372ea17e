import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '#tests/support/desk.ts';
import { dial, hangUp, lookInside, reads } from './desk-steps.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/** 工作台, from the first morning on: what is shown is true, moves with the desk, and stays under the hand. One story in steps. */
let there: Installation;
let agent: DeskWindow;
let page: Page;
let complaints: string[];
let inside: Client;

beforeAll(async () => {
  there = await install();
  ({ page, complaints } = await there.open());
  agent = new DeskWindow(page);
});
afterAll(async () => {
  inside.dispose();
  await there.close();
});

const figure = (key: string): Promise<string> => agent.at(`day-${key}`).innerText();
const focusedLead = (): Promise<string | null> => page.evaluate(() => document.activeElement?.getAttribute('data-lead') ?? null); // prettier-ignore
const names = (): Promise<string[]> => agent.at('due-row').locator('.who').allInnerTexts();

describe('the page of the morning', () => {
  it('is where a person is after the sign-in: nothing done yet, and one first step that Enter takes', async () => {
    await agent.toWorkbench();
    await reads(agent.at('next-steps'), '线索库里有', '没人跟进的线索');
    expect([await figure('dials'), await figure('rate')]).toEqual(['0', '—']);
    // Under a mouse that lies there since the sign-in, what was proposed before all leads had come keeps its place.
    await page.mouse.move(2, 2);
    await expect.poll(() => agent.at('next-steps').locator('li').allInnerTexts(), { timeout: 5000 }).toHaveLength(1);
    await page.keyboard.press('Enter');
    await agent.leadRows.first().waitFor();
    expect(await agent.at('nav-workbench').getAttribute('class')).not.toContain('is-here');
  });

  it('proposes to call who was claimed, by a queue that is one click away', async () => {
    inside = await lookInside(there);
    const { rows } = await inside.call('leads.list', {
      query: { place: 'library', filters: { numberChecks: ['valid'] } },
      offset: 0,
      limit: 3,
    });
    await inside.call('leads.claim', { ids: rows.map(({ id }) => id) });
    await agent.goTo('工作台');
    await reads(agent.at('step-never-called'), '3 个客户抓取后还没拨过', rows[0]?.companyName ?? '');
    await agent.at('do-never-called').click();
    await reads(agent.page.getByRole('dialog'), '3 位');
    await page.keyboard.press('Escape');
    await page.locator('.ui-dialog').waitFor({ state: 'detached' });
  });

  it('has the figures of a call within a second of its end, and dials nobody else meanwhile', async () => {
    await dial(agent, '15400000137');
    await agent.callState('通话中');
    await expect.poll(() => figure('dials'), { timeout: 5000 }).toBe('1');
    await expect.poll(() => figure('connects'), { timeout: 5000 }).toBe('1');
    await expect.poll(() => agent.seconds('talk-time')).toBeGreaterThan(0);
    expect(await figure('talk')).toBe('0:00');
    await hangUp(agent);
    await expect.poll(() => figure('talk'), { timeout: 1000 }).not.toBe('0:00');
    await agent.at('outcome-interested').click();
    await expect.poll(() => figure('interested'), { timeout: 1000 }).toBe('1');
    await agent.at('continue-now').click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('workbench');
  });
});

describe('what is due', () => {
  it('appears when its time comes, and rows stay where they are under the focus: F and S go down the list', async () => {
    const { rows } = await inside.call('leads.list', { query: { place: 'followed' }, offset: 0, limit: 3 });
    const plan = (n: number, inMs: number) => inside.call('leads.edit', { id: rows[n]?.id ?? '', fields: { nextFollowUpAt: Date.now() + inMs, nextFollowUpNote: `约定 ${n}` } }); // prettier-ignore
    await plan(0, -60_000);
    await plan(1, -30_000);
    await agent.at('due-row').nth(1).waitFor();
    await plan(2, 2000);
    await expect.poll(() => agent.at('due-row').count(), { timeout: 6000 }).toBe(3);
    await reads(agent.at('due-row').first(), '约定 2');
    await reads(agent.at('step-due'), '3 个跟进到时间了');

    const [top, middle] = await names();
    await agent.at('due-row').first().locator('.who').focus();
    await page.keyboard.press('f');
    await expect.poll(() => agent.at('due-row').first().getAttribute('class')).toContain('is-gone');
    expect((await names()).slice(0, 2)).toEqual([top, middle]);
    await expect.poll(focusedLead).toBe(rows[1]?.id);
    await page.keyboard.press('s');
    await expect.poll(focusedLead).toBe(rows[0]?.id);
    const left = await inside.call('leads.get', { id: rows[2]?.id ?? '' });
    expect(left.nextFollowUpAt).toBeNull();
    const later = await inside.call('leads.get', { id: rows[1]?.id ?? '' });
    expect((later.nextFollowUpAt ?? 0) - Date.now()).toBeGreaterThan(9 * 60_000);
    // Where nobody's hand is any more the places close up.
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.mouse.move(300, 20);
    await expect.poll(() => agent.at('due-row').count()).toBe(1);
  });

  it('keeps its rows under the mouse, whoever finishes one elsewhere', async () => {
    const { rows } = await inside.call('leads.list', { query: { place: 'followed' }, offset: 0, limit: 3 });
    const due = rows.find(({ nextFollowUpAt }) => (nextFollowUpAt ?? Infinity) < Date.now());
    const other = rows.find(({ id }) => id !== due?.id);
    await inside.call('leads.edit', { id: other?.id ?? '', fields: { nextFollowUpAt: Date.now() - 1000 } });
    await agent.at('due-row').nth(1).waitFor();
    await agent.at('due-row').nth(1).hover();
    const before = await names();
    await inside.call('leads.edit', { id: other?.id ?? '', fields: { nextFollowUpAt: null } });
    await expect.poll(() => agent.at('due-row').first().getAttribute('class')).toContain('is-gone');
    expect(await names()).toEqual(before);
    await page.mouse.move(300, 20);
    await expect.poll(names).toEqual(before.slice(1));
  });

  it('dials its row by D', async () => {
    await agent.at('due-row').first().locator('.who').focus();
    const [name] = await names();
    await page.keyboard.press('d');
    await agent.callState(/拨号中|振铃|通话中/);
    expect(await agent.at('call-dock').getByRole('heading', { level: 2 }).innerText()).toBe(name);
    await expect.poll(() => agent.at('do-due').isDisabled()).toBe(true);
    await hangUp(agent);
    await agent.at('continue-now').click();
  });

  it('is walked through with what is proposed by the arrows alone', async () => {
    await agent.at('workbench').focus();
    const seen: (string | null)[] = [];
    for (let n = 0; n < 6; n += 1) {
      await page.keyboard.press('ArrowDown');
      seen.push(await page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? document.activeElement?.getAttribute('data-lead') ?? null)); // prettier-ignore
    }
    expect(seen).toContain('do-due');
    expect(seen.some((one) => one?.startsWith('0'))).toBe(true);
  });
});

describe('a queue that stands', () => {
  it('is shown with how far it is, and goes on from here', async () => {
    const { rows } = await inside.call('leads.list', { query: { place: 'followed' }, offset: 0, limit: 3 });
    await inside.call('dialQueue.create', {
      leadIds: rows.map(({ id }) => id),
      mode: 'preview',
      tries: 1,
      retryMinutes: 10,
      retryOrder: 'behind-new',
      window: null,
      way: { channel: null, slot: null, lineId: null },
    });
    await reads(agent.at('step-queue'), '还有 3 个没拨');
    await agent.at('queue-fold').click();
    await reads(agent.at('queue-card'), '0/3');
    await agent.at('do-queue').click();
    await agent.at('queue-confirm').waitFor();
    // The mouse is at the list: what is done leaves its place empty, and nothing comes under the hand.
    await expect.poll(() => agent.at('step-queue').getAttribute('class')).toContain('is-gone');
    expect(await agent.at('do-queue').count()).toBe(0);
    await page.mouse.move(300, 20);
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await agent.at('step-queue').waitFor({ state: 'detached' });
    await inside.call('dialQueue.stop', null);
  });

  it('and in all of it the window complained about nothing', () => {
    expect(complaints).toEqual([]);
  });
});
