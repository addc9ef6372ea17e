import type { Page } from 'playwright-core';

/** The fake desk's sync says something else. */
const patchSync = (page: Page, part: object): Promise<void> =>
  page.evaluate(
    (said) =>
      (globalThis as unknown as { fakeWorld: { sync: { patch(part: object): void } } }).fakeWorld.sync.patch(said),
    part,
  );
const firstPull = { state: 'syncing', lastSyncAt: null, reading: { first: true, rows: 61_240, share: 0.42 } };

/** 同步问题 from the corner of the window, with what a cloud did not take, one of each kind. */
export const syncShots = {
  'sync-problems': {
    path: '/leads',
    async act(page: Page): Promise<void> {
      await page.locator('[role=row][aria-rowindex="3"]').waitFor();
      await page.evaluate(() => (globalThis as unknown as { fakeWorld: { refuse(): void } }).fakeWorld.refuse());
      await page.getByTestId('sync-state').click();
      await page.getByTestId('show-sync-problems').click();
      await page.getByTestId('sync-problems').waitFor();
    },
  },
  'clock-off': {
    path: '/leads',
    async act(page: Page): Promise<void> {
      await page.locator('[role=row][aria-rowindex="3"]').waitFor();
      await patchSync(page, { clockOffMs: -412_000 });
      await page.getByTestId('sync-state').click();
      await page.getByTestId('clock-off').waitFor();
    },
  },
  'first-pull': {
    path: '/leads',
    options: { leads: 0 },
    async act(page: Page): Promise<void> {
      await patchSync(page, firstPull);
      await page.getByTestId('first-pull').waitFor();
      await page.getByTestId('sync-state').click();
      await page.getByTestId('reading-rows').waitFor();
    },
  },
  'first-pull-cut': {
    path: '/calls',
    options: { leads: 0, settings: { locale: 'en' } },
    async act(page: Page): Promise<void> {
      await patchSync(page, { ...firstPull, state: 'offline', problem: { code: 'cloud.unreachable', details: {} } });
      await page.getByTestId('first-pull').waitFor();
    },
  },
  'lead-delete': {
    path: '/leads',
    options: {
      session: {
        employee: {
          id: '01900000-0000-7000-8000-000000000001',
          name: '周敏',
          account: 'admin',
          role: 'admin',
          department: '运营部',
        },
      },
    },
    async act(page: Page): Promise<void> {
      await page.locator('[role=row][aria-rowindex="3"] .open').click();
      await page.getByTestId('lead-delete').click();
      await page.getByTestId('lead-delete-reason').waitFor();
    },
  },
};
