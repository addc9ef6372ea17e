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
};
