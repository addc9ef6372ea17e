import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SyncState } from '#shared/desk-contract/areas/session.ts';
import { launchChromium, openPage } from '#tests/support/chromium.ts';
import { serveUiFake, type ServedUi } from '#tests/support/ui-fake/serve.ts';

/**
 * What the window shows while everything of the company is on its way. The desk is the page's own: a real first pull is
 * over before anybody has looked (what it tells is tested in sync/reading.test.ts).
 */
let browser: Browser;
let served: ServedUi;
let page: Page;

beforeAll(async () => {
  [browser, served] = await Promise.all([launchChromium(), serveUiFake()]);
  ({ page } = await openPage(browser, `${served.url}?options=${encodeURIComponent('{"leads":0}')}#/leads`));
  await page.getByTestId('sync-state').waitFor({ timeout: 60_000 });
});
afterAll(async () => {
  await browser.close();
  await served.close();
});

const say = (part: Partial<SyncState>): Promise<void> =>
  page.evaluate((said) => {
    const { fakeWorld } = globalThis as unknown as { fakeWorld: { sync: { patch(part: object): void } } };
    fakeWorld.sync.patch(said);
  }, part as object);
/** The lists ask the fake desk first, and the page is made while others use the machine. */
const patient = { timeout: 20_000 };
const shown = (): Promise<string> => page.getByTestId('first-pull').innerText();
const corner = (): Promise<string> => page.getByTestId('sync-state').innerText();
const bar = () => page.getByTestId('first-pull').getByRole('progressbar');

describe('a new desk', () => {
  it.each(['/leads', '/calls'])('says at %s how far its first pull is, and nothing of what there is', async (path) => {
    await page.evaluate((to) => (location.hash = to), path);
    await say({ state: 'waiting', reading: { first: true, rows: 0, share: null } });
    await expect.poll(shown, patient).toContain('正在取回公司的数据\n');
    expect([await bar().count(), await page.getByText('0 条').count()]).toEqual([0, 0]);
    await say({ state: 'syncing', reading: { first: true, rows: 61_240, share: 0.4299 } });
    await expect.poll(shown, patient).toContain('正在取回公司的数据 · 42%\n\n已取回 61,240 条');
    expect(await bar().getAttribute('aria-valuenow')).toBe('42');
    expect(await corner()).toBe('正在取回公司的数据 · 42%');
    await say({ state: 'offline' });
    await expect.poll(shown, patient).toContain('还没有取全\n\n云端暂时连不上，已取回 61,240 条');
    expect(await corner()).toBe('离线');
    await say({ state: 'synced', reading: null });
    await page.getByTestId('first-pull').waitFor({ state: 'detached' });
    expect(await corner()).toBe('');
  });

  it('has its place in the title bar of a small window, also in English', async () => {
    await page.evaluate(() => {
      const { fakeWorld } = globalThis as unknown as { fakeWorld: { settings: { patch(part: object): void } } };
      fakeWorld.settings.patch({ locale: 'en' });
    });
    await say({ state: 'syncing', reading: { first: true, rows: 1, share: 0.99 } });
    await expect.poll(corner, patient).toBe('Fetching company data · 99%');
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await expect.poll(() => page.getByTestId('user-menu').isVisible(), patient).toBe(true);
  });
});

describe('a desk that reads another history', () => {
  it('tells it in the corner, and its lists stay what they are', async () => {
    await say({ state: 'syncing', reading: { first: false, rows: 500, share: 0.5 } });
    await expect.poll(corner, patient).toContain('50%');
    expect(await page.getByTestId('first-pull').count()).toBe(0);
  });
});

describe('a number on a web page', () => {
  const link = (text: string): Promise<void> =>
    page.evaluate((said) => {
      const { fakeWorld } = globalThis as unknown as { fakeWorld: { shell: { patch(part: object): void } } };
      fakeWorld.shell.patch({ dialLink: { rev: 1, text: said } });
    }, text);
  const field = () => page.locator('.dial-pad').getByRole('textbox');

  it('is in the dial pad, which dials nothing by itself; one that is none is said to be none', async () => {
    await link('tel:+86-154-0000-0137');
    await expect.poll(() => field().inputValue(), patient).toBe('154 0000 0137');
    expect(await page.locator('.call-dock').count()).toBe(0);
    await link('callto:nobody');
    await expect.poll(() => field().inputValue(), patient).toBe('callto:nobody');
    await page.locator('.dial-pad .is-wrong').first().waitFor();
    await page.keyboard.press('Escape');
  });
});
