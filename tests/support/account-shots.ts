import type { Page } from 'playwright-core';

const revoked = { code: 'auth.revoked', details: { rows: 3, recordings: 1 } };
const inProduction = { environment: 'production', cloudUrl: 'https://desk.example.com', demoAccounts: [] };

/** 账号与设备, and what is seen of a session that is over. */
export const accountShots = {
  account: {
    path: '/settings/account',
    options: { session: inProduction },
    async act(page: Page) {
      await page.fill('#old-password', 'demo');
      await page.fill('#new-password', 'woaini1314');
      await page.locator('#old-password').focus();
      await page.locator('#new-password-error').waitFor();
    },
  },
  'account-en': { path: '/settings/account', options: { session: inProduction, settings: { locale: 'en' } } },
  'account-demo': { path: '/settings/account' },
  'account-end-device': {
    path: '/settings/account',
    options: { session: inProduction },
    act: (page: Page) => page.getByTestId('end-device').first().click(),
  },
  'signed-out-by-force': { options: { phase: 'signed-out', session: { ...inProduction, problem: revoked } } },
  'one-time-password': {
    options: { phase: 'signed-out', session: inProduction },
    async act(page: Page) {
      await page.fill('#account', 'he.shili');
      await page.fill('#password', 'one-time');
      await page.keyboard.press('Enter');
      await page.fill('#own-password', '12345678');
      await page.locator('#own-password-again').focus();
      await page.locator('#own-password-error').waitFor();
    },
  },
  'session-over': {
    path: '/leads',
    options: { session: { ...inProduction, problem: { code: 'auth.expired', details: {} } } },
    act: (page: Page) => page.getByTestId('sign-in-again').click(),
  },
  'session-over-one-time': {
    path: '/leads',
    options: { session: { ...inProduction, problem: { code: 'auth.expired', details: {} } } },
    async act(page: Page) {
      await page.getByTestId('sign-in-again').click();
      await page.fill('#password-again', 'one-time');
      await page.keyboard.press('Enter');
      await page.locator('#own-password').waitFor();
    },
  },
  'signed-in-offline': {
    path: '/leads',
    options: { session: { ...inProduction, offlineUntil: Date.UTC(2026, 11, 4, 2) } },
  },
};
