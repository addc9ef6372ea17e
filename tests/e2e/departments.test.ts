import { afterAll, beforeAll, expect, it } from 'vitest';
import { enterDemo, openClient, until, type Client } from '#tests/support/desk.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/** An administrator looks at calls by department, in records and in statistics. */
let there: Installation;
let window: DeskWindow;
let complaints: string[];
let desk: Client;

/** One dial of whoever is signed in, known to the cloud. */
async function call(): Promise<void> {
  await until(desk, 'phone.state', null, (phone) => phone.slots.some((slot) => slot.condition === 'ready'));
  const { callId } = await desk.call('calls.dial', { number: '154 0000 1188' });
  await desk.call('calls.hangUp', { callId });
  await until(desk, 'calls.current', null, (current) => current.call?.state === 'ended');
  await desk.call('sync.now', null);
}

beforeAll(async () => {
  there = await install();
  desk = openClient(await there.host.openDesk('main'));
  // 陈晓 works in 销售一部, 周敏 (who sees both calls) in 运营部.
  await enterDemo(desk, 'chen');
  await call();
  await desk.call('session.signOut', null);
  await enterDemo(desk, 'admin');
  await call();
  const opened = await there.open();
  complaints = opened.complaints;
  window = new DeskWindow(opened.page);
});
afterAll(async () => {
  desk?.dispose();
  await there.close();
});

async function choose(test: string, name: string): Promise<void> {
  await window.at(test).click();
  await window.page.getByRole('option', { name, exact: true }).click();
}

it('filters records and statistics by department, and then offers its people alone', async () => {
  const { page } = window;
  await window.at('nav-calls').click();
  await expect.poll(() => window.at('calls-total').textContent(), { timeout: 20_000 }).toMatch(/\b2\b/);
  await choose('calls-department', '运营部');
  await expect.poll(() => window.at('calls-total').textContent()).toMatch(/\b1\b/);
  await page.getByRole('grid').getByText('周敏').waitFor();
  await page.getByRole('combobox', { name: '员工' }).click();
  await expect.poll(() => page.getByRole('option', { name: '周敏' }).isVisible()).toBe(true);
  expect(await page.getByRole('option', { name: '陈晓' }).count()).toBe(0);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '清除筛选' }).click();
  await expect.poll(() => window.at('calls-total').textContent()).toMatch(/\b2\b/);
  await window.at('calls-tab-statistics').click();
  await expect.poll(() => window.at('figure-dials').textContent()).toBe('2');
  await choose('calls-department', '销售一部');
  await expect.poll(() => window.at('figure-dials').textContent()).toBe('1');
  expect(complaints).toEqual([]);
});
