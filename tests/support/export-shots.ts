import type { Page } from 'playwright-core';

const testId = (page: Page, id: string) => page.locator(`[data-testid=${id}]`).first();
const asAdmin = { session: { employee: { id: '019a0000-0000-7000-8000-000000000300', name: '何姗', account: 'admin', role: 'admin', department: '运营部' } } }; // prettier-ignore

const open = async (page: Page): Promise<void> => {
  await page.locator('[role=row][aria-rowindex="4"]').waitFor();
  await testId(page, 'open-export').click();
  await testId(page, 'export-masked').waitFor();
};
const setLevel = (page: Page, level: string): Promise<void> =>
  page.evaluate((wanted) => {
    const { exports } = (globalThis as unknown as { fakeWorld: { exports: { state: { value: object; set(value: object): void } } } }).fakeWorld; // prettier-ignore
    exports.state.set({ ...exports.state.value, level: wanted, ownOnly: wanted === 'masked' });
  }, level);

/** 导出. */
export const exportShots = {
  export: { path: '/leads', options: asAdmin, act: open },
  'export-en': { path: '/leads', options: { ...asAdmin, settings: { locale: 'en' } }, act: open },
  'export-running': {
    path: '/calls',
    options: asAdmin,
    async act(page: Page) {
      await open(page);
      await testId(page, 'run-export').click();
      await testId(page, 'export-progress').waitFor();
      await page.waitForTimeout(900);
    },
  },
  'export-done': {
    path: '/leads',
    options: asAdmin,
    async act(page: Page) {
      await open(page);
      await testId(page, 'run-export').click();
      await testId(page, 'close-export').waitFor();
    },
  },
  'export-masked': {
    path: '/followed',
    async act(page: Page) {
      await setLevel(page, 'masked');
      await open(page);
    },
  },
  'export-ticked': {
    path: '/leads',
    options: asAdmin,
    async act(page: Page) {
      await page.locator('[role=row][aria-rowindex="4"]').waitFor();
      await page.getByTestId('tick').nth(0).click();
      await page.getByTestId('tick').nth(1).click();
      await testId(page, 'export-ticked').waitFor();
    },
  },
  'export-rules': {
    path: '/company/exports',
    options: asAdmin,
    act: (page: Page) => testId(page, 'save-export-rules').waitFor(),
  },
};
