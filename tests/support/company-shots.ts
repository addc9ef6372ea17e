import type { Page } from 'playwright-core';

const admin = {
  id: '01900000-0000-7000-8000-000000000001',
  name: '周敏',
  account: 'admin',
  role: 'admin',
  department: '运营部',
};
const options = { session: { employee: admin } };
const inEnglish = { ...options, settings: { locale: 'en' } };
const click = (page: Page, testId: string): Promise<void> => page.getByTestId(testId).first().click();

const plain = { server: 'wss://pbx.example.com:7443', domain: 'pbx.example.com', authUser: null, displayName: '', callerIds: [], stun: [], turn: [], turnUser: '', dtmf: 'rfc4733' }; // prettier-ignore
const onLine = { trouble: null, status: null, retryAt: null, simulated: false };
const registered = { ...onLine, phase: 'registered' };
const off = { ...onLine, phase: 'off' };
const line = (at: number, name: string, more: object): object => ({
  ...{ id: `01900000-0000-7000-8000-00000000001${at}`, account: { ...plain, name, user: `800${at}` } },
  ...{ company: true, enabled: true, idle: null, isDefault: at === 1, line: registered, stateReport: null },
  ...more,
});
/** The company's lines beside own ones, in each of the ways in which one may be of no use. */
const sipLinesOfCompany = [
  line(1, '客服一线', {}),
  line(2, '客服二线', { idle: 'leaving', enabled: false }),
  line(3, '', { idle: 'no-password', enabled: false, line: off }),
  line(4, '', { idle: 'unreadable', enabled: false, line: off }),
  line(5, '自己的分机', { company: false }),
  line(6, '自己的旧分机', { company: false, idle: 'of-company', enabled: false, line: off }),
  line(7, '', { company: false, idle: 'too-many', enabled: false, line: off }),
];

const onFirstDay = { ...options, company: 'new' };
const wordy = { ...options, company: 'wordy' };
const pages = ['employees', 'devices', 'rules', 'openers', 'snippets', 'outcomes', 'scripts', 'pools', 'quotas', 'recordings', 'channels', 'audit']; // prettier-ignore
/** Each page as it is on the first day, and where everything has long names. */
const pagesOf = (kind: 'new' | 'wordy'): Record<string, object> =>
  Object.fromEntries(
    pages.map((page) => [
      `company-${page}-${kind}`,
      { path: `/company/${page}`, options: kind === 'new' ? onFirstDay : wordy },
    ]),
  );

/** 公司管理, as an administrator sees it. */
export const companyShots = {
  ...pagesOf('new'),
  ...pagesOf('wordy'),
  'company-capability-new': {
    path: '/company/channels',
    options: onFirstDay,
    act: (page: Page) => click(page, 'channels-numbers'),
  },
  'company-capability-wordy': {
    path: '/company/channels',
    options: wordy,
    act: (page: Page) => click(page, 'channels-numbers'),
  },
  'company-channel-wordy': {
    path: '/company/channels',
    options: wordy,
    async act(page: Page) {
      await page.locator('.open').nth(3).click();
      await page.getByTestId('sip-account-form').waitFor();
    },
  },
  'company-opener-wordy': {
    path: '/company/openers',
    options: wordy,
    async act(page: Page) {
      await page.getByTestId('edit-company-opener').nth(1).click();
      await page.getByTestId('save-company-opener-form').waitFor();
    },
  },
  'company-department-form': {
    path: '/company/employees',
    options,
    async act(page: Page) {
      await click(page, 'create-department');
      await page.fill('#department-name', '销售二部');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    },
  },
  'company-audit-narrowed': {
    path: '/company/audit',
    options: wordy,
    async act(page: Page) {
      await page.locator('.open').nth(1).click();
      await click(page, 'audit-same-person');
      await click(page, 'audit-range-between');
    },
  },
  'company-capability-remove': {
    path: '/company/channels',
    options,
    async act(page: Page) {
      await click(page, 'channels-numbers');
      await page.locator('.open').nth(1).click();
      await click(page, 'remove-capability-number');
      await page.getByTestId('remove-capability-number-now').waitFor();
    },
  },
  'call-hold-recording': {
    path: '/calls',
    options,
    async act(page: Page) {
      await page.locator('[role=row] .open').nth(4).click();
      await click(page, 'hold-recording');
      await page.getByTestId('hold-recording-now').waitFor();
    },
  },
  'call-held-recording': {
    path: '/calls',
    options,
    async act(page: Page) {
      await page.locator('[role=row] .open').nth(4).click();
      await click(page, 'hold-recording');
      await page.fill('#hold-reason', '客户投诉');
      await click(page, 'hold-recording-now');
      await page.getByText('依法保留中').waitFor();
    },
  },
  'company-employees': { path: '/company/employees', options },
  'company-employees-en': { path: '/company/employees', options: inEnglish },
  'company-openers': { path: '/company/openers', options },
  'company-openers-en': { path: '/company/openers', options: inEnglish },
  'company-opener': {
    path: '/company/openers',
    options,
    async act(page: Page) {
      await page.getByTestId('edit-company-opener').nth(1).click();
      await page.getByTestId('save-company-opener-form').waitFor();
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
  'company-snippets-en': { path: '/company/snippets', options: inEnglish },
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
  'company-recordings-en': { path: '/company/recordings', options: inEnglish },
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
  'company-audit-en': { path: '/company/audit', options: inEnglish },
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
  'company-devices-en': { path: '/company/devices', options: inEnglish },
  'company-devices-end': {
    path: '/company/devices',
    options,
    async act(page: Page) {
      await click(page, 'end-devices-of');
      await page.getByRole('dialog').waitFor();
    },
  },
  'company-offline-days': {
    path: '/company/devices',
    options,
    async act(page: Page) {
      await click(page, 'offline-days');
      await page.getByRole('dialog').waitFor();
    },
  },
  'numbers-review': { path: '/numbers?list=blacklist', options },
  'numbers-review-en': { path: '/numbers?list=blacklist', options: inEnglish },
  'numbers-in-force': { path: '/numbers?list=blacklist' },
  'numbers-own': { path: '/numbers?list=blacklist&view=own' },
  'numbers-empty': { path: '/numbers?list=invalid&view=own' },
  'numbers-ask': {
    path: '/numbers?list=invalid',
    act: (page: Page) => click(page, 'ask-number'),
  },
  'company-rules-holidays': {
    path: '/company/rules',
    options,
    async act(page: Page) {
      await click(page, 'add-holiday');
      await click(page, 'add-holiday');
      await page.locator('[data-testid=holidays] input[type=date]').first().fill('2026-10-01');
      await page.locator('[data-testid=add-holiday]').scrollIntoViewIfNeeded();
    },
  },
  'numbers-decide': {
    path: '/numbers?list=blacklist',
    options,
    act: (page: Page) => click(page, 'approve'),
  },
  'numbers-ticked': {
    path: '/numbers?list=blacklist',
    options,
    async act(page: Page) {
      await click(page, 'tick-all');
      await click(page, 'approve-ticked');
    },
  },
  'numbers-add': {
    path: '/numbers?list=blacklist',
    options,
    async act(page: Page) {
      await click(page, 'add-number');
      await page.getByRole('dialog').locator('#listing-number').fill('154abc');
      await click(page, 'save-listing');
      await page.getByRole('alert').waitFor();
    },
  },
  'call-checks': {
    path: '/calls',
    async act(page: Page) {
      await page.locator('[role=row] .open').nth(2).click();
      const checks = page.getByTestId('call-checks');
      await checks.locator('summary').click();
      await checks.scrollIntoViewIfNeeded();
    },
  },
  'call-number-request': {
    path: '/calls',
    async act(page: Page) {
      await page.locator('[role=row] .open').nth(2).click();
      await click(page, 'ask-blacklist');
    },
  },
  'company-channels': { path: '/company/channels', options },
  'company-channels-en': { path: '/company/channels', options: inEnglish },
  'company-channel': {
    path: '/company/channels',
    options,
    async act(page: Page) {
      await page.locator('.open').nth(6).click();
      await page.getByTestId('sip-account-form').waitFor();
    },
  },
  'company-channel-take-back': {
    path: '/company/channels',
    options,
    async act(page: Page) {
      await page.locator('.open').first().click();
      await click(page, 'take-back-sip-account');
      await page.getByRole('dialog').last().waitFor();
    },
  },
  'company-channel-add': {
    path: '/company/channels',
    options,
    async act(page: Page) {
      await click(page, 'create-sip-account');
      await page.fill('#sip-server', 'pbx.example.com:7443');
      await page.fill('#sip-user', '8001');
      await page.fill('#sip-password', 'x');
      await click(page, 'save-sip-account');
      await page.locator('#sip-user-error').waitFor();
    },
  },
  'company-capability': {
    path: '/company/channels',
    options,
    act: (page: Page) => click(page, 'channels-numbers'),
  },
  'company-capability-edit': {
    path: '/company/channels',
    options,
    async act(page: Page) {
      await click(page, 'channels-numbers');
      await page.locator('.open').nth(1).click();
      await page.getByTestId('capability-number-form').waitFor();
    },
  },
  'settings-sip-company': { path: '/settings/sip', options: { sipLines: sipLinesOfCompany } },
  'settings-capability': { path: '/settings/calling' },
  'company-rules': { path: '/company/rules', options },
  'company-rules-en': { path: '/company/rules', options: inEnglish },
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
  'company-pools-en': { path: '/company/pools', options: inEnglish },
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
  'company-pools-unsaved': {
    path: '/company/pools',
    options,
    async act(page: Page) {
      await page.fill('#pool-idleDays', '9');
      await page.getByTestId('department').nth(1).click();
      await page.getByTestId('unsaved-stay').waitFor();
    },
  },
  'company-pools-drop': {
    path: '/company/pools',
    options,
    async act(page: Page) {
      await page.fill('#pool-idleDays', '9');
      await click(page, 'save-pool-rules');
      await click(page, 'reset-pool-rules');
      await page.getByTestId('reset-pool-rules-now').waitFor();
    },
  },
  'company-quotas': { path: '/company/quotas', options },
  'company-quotas-en': { path: '/company/quotas', options: inEnglish },
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
