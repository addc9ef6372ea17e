import type { Page } from 'playwright-core';

const rows = (page: Page): Promise<void> => page.locator('[role=row][aria-rowindex="4"]').waitFor();
const typed =
  (digits: string) =>
  async (page: Page): Promise<void> => {
    await page.keyboard.press('Control+d');
    await page.keyboard.type(digits);
    await page.locator('.dial-pad [data-testid=number-place]').waitFor();
  };

/** 归属地 beside a number that is typed, and above the ways it can be dialled by. */
export const placeShots = {
  'place-typing': { path: '/leads', act: typed('1540003') },
  'place-typed': { path: '/leads', options: { settings: { maskNumbers: true } }, act: typed('154 0003 0137') },
  'place-landline': { path: '/leads', act: typed('02988880000') },
  'place-typed-en': { path: '/leads', options: { settings: { locale: 'en' } }, act: typed('15400030137') },
  'place-record': {
    path: '/calls',
    async act(page: Page) {
      await rows(page);
      await page.locator('[role=row][aria-rowindex="3"] .open').click();
      await page.locator('.ui-drawer [data-testid=number-place]').waitFor();
    },
  },
  'place-column': {
    path: '/leads',
    options: { settings: { leadLists: { library: { columns: ['contact', 'phone', 'place', 'region'], views: [] } } } },
    act: rows,
  },
  'place-menu': {
    path: '/leads',
    async act(page: Page) {
      await rows(page);
      await page.locator('.dial-way').nth(2).click({ button: 'right' });
      await page.locator('.ui-menu').waitFor();
    },
  },
};
