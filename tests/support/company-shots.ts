import type { Page } from 'playwright-core';

const admin = {
  id: '01900000-0000-7000-8000-000000000001',
  name: '周敏',
  account: 'admin',
  role: 'admin',
  department: '运营部',
};
const options = { session: { employee: admin } };
const click = (page: Page, testId: string): Promise<void> => page.getByTestId(testId).first().click();

/** 公司管理, as an administrator sees it. */
export const companyShots = {
  'company-employees': { path: '/company/employees', options },
  'company-employees-en': { path: '/company/employees', options: { ...options, settings: { locale: 'en' } } },
  'company-openers': { path: '/company/openers', options },
  'company-openers-en': { path: '/company/openers', options: { ...options, settings: { locale: 'en' } } },
  'company-opener': {
    path: '/company/openers',
    options,
    async act(page: Page) {
      await page.getByTestId('edit-company-opener').nth(1).click();
      await page.getByTestId('company-opener-form').waitFor();
    },
  },
  'company-opener-missing': {
    path: '/company/openers',
    options,
    async act(page: Page) {
      await click(page, 'add-company-opener');
      await click(page, 'for-some');
      await click(page, 'save-company-opener');
      await page.getByRole('alert').first().waitFor();
    },
  },
  'company-snippets': { path: '/company/snippets', options },
  'company-snippets-en': { path: '/company/snippets', options: { ...options, settings: { locale: 'en' } } },
  'company-snippet': {
    path: '/company/snippets',
    options,
    async act(page: Page) {
      await click(page, 'add-snippet');
      await click(page, 'blank');
      await click(page, 'save-snippet');
      await page.getByRole('alert').first().waitFor();
    },
  },
  'company-recordings': { path: '/company/recordings', options },
  'company-recordings-en': { path: '/company/recordings', options: { ...options, settings: { locale: 'en' } } },
  'company-recordings-due': {
    path: '/company/recordings',
    options,
    async act(page: Page) {
      await page.locator('.days').click();
      await page.getByRole('option').nth(1).click();
      await click(page, 'save-keep-days');
      await page.getByRole('dialog').waitFor();
    },
  },
  'company-employee': {
    path: '/company/employees',
    options,
    async act(page: Page) {
      await page.locator('.open').nth(4).click();
      await page.getByTestId('employee-form').waitFor();
    },
  },
  'company-one-time-password': {
    path: '/company/employees',
    options,
    async act(page: Page) {
      await click(page, 'create-employee');
      await page.fill('#employee-name', '何示例');
      await page.fill('#employee-account', 'he.shili');
      await click(page, 'save-employee');
      await page.getByTestId('one-time-password').waitFor();
    },
  },
  'company-department': {
    path: '/company/employees',
    options,
    async act(page: Page) {
      await click(page, 'department');
      await click(page, 'remove-department');
      await click(page, 'remove-department-now');
      await page.getByRole('alert').waitFor();
    },
  },
  'company-audit': { path: '/company/audit', options },
  'company-audit-en': { path: '/company/audit', options: { ...options, settings: { locale: 'en' } } },
  'company-audit-entry': {
    path: '/company/audit',
    options,
    async act(page: Page) {
      await page.locator('.open').nth(6).click();
      await page.getByTestId('audit-entry').waitFor();
    },
  },
  'company-audit-between': {
    path: '/company/audit',
    options,
    async act(page: Page) {
      await click(page, 'audit-range-between');
      await page.getByTestId('audit-from').fill('2020-01-01');
      await page.getByTestId('audit-to').fill('2020-01-02');
      await page.getByTestId('audit-clear').or(page.locator('.ui-empty')).first().waitFor();
    },
  },
  'company-devices': { path: '/company/devices', options },
  'company-devices-en': { path: '/company/devices', options: { ...options, settings: { locale: 'en' } } },
  'company-devices-end': {
    path: '/company/devices',
    options,
    async act(page: Page) {
      await click(page, 'end-devices-of');
      await page.getByRole('dialog').waitFor();
    },
  },
  'company-numbers': { path: '/company/numbers', options },
  'company-numbers-en': { path: '/company/numbers', options: { ...options, settings: { locale: 'en' } } },
  'company-numbers-decide': {
    path: '/company/numbers',
    options,
    act: (page: Page) => click(page, 'approve'),
  },
  'company-numbers-add': {
    path: '/company/numbers',
    options,
    async act(page: Page) {
      await click(page, 'add-number');
      await page.getByRole('dialog').locator('#listing-number').fill('154abc');
      await click(page, 'save-listing');
      await page.getByRole('alert').waitFor();
    },
  },
  'call-number-request': {
    path: '/calls',
    async act(page: Page) {
      await page.locator('[role=row] .open').nth(2).click();
      await click(page, 'ask-blacklist');
    },
  },
  'company-rules': { path: '/company/rules', options },
  'company-rules-en': { path: '/company/rules', options: { ...options, settings: { locale: 'en' } } },
  'company-rules-department': {
    path: '/company/rules',
    options,
    async act(page: Page) {
      await page.getByTestId('department').first().click();
      await page.getByTestId('day-6').locator('.ui-switch').click();
      await click(page, 'save-call-rules');
      await page.getByTestId('reset-call-rules').waitFor();
    },
  },
  'company-pools': { path: '/company/pools', options },
  'company-pools-en': { path: '/company/pools', options: { ...options, settings: { locale: 'en' } } },
  'company-pools-department': {
    path: '/company/pools',
    options,
    act: (page: Page) => page.getByTestId('department').nth(1).click(),
  },
  'company-pools-wrong': {
    path: '/company/pools',
    options,
    act: (page: Page) => page.fill('#pool-idleDays', '0'),
  },
  'company-quotas': { path: '/company/quotas', options },
  'company-quotas-en': { path: '/company/quotas', options: { ...options, settings: { locale: 'en' } } },
  'company-quota-form': {
    path: '/company/quotas',
    options,
    async act(page: Page) {
      await click(page, 'create-quota');
      await page.fill('#quota-amount', 'x');
    },
  },
  'company-quota-remove': { path: '/company/quotas', options, act: (page: Page) => click(page, 'remove-quota') },
};
