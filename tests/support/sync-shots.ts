import type { Page } from 'playwright-core';

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
      await page.evaluate(() =>
        (globalThis as unknown as { fakeWorld: { sync: { patch(part: object): void } } }).fakeWorld.sync.patch({
          clockOffMs: -412_000,
        }),
      );
      await page.getByTestId('sync-state').click();
      await page.getByTestId('clock-off').waitFor();
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
