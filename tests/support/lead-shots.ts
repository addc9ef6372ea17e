import type { Page } from 'playwright-core';
import { leadQuery, mostViews } from '#shared/desk-contract/areas/leads.ts';
import { workbenchShots } from './workbench-shots.ts';
import { queueShots } from './queue-shots.ts';
import { exportShots } from './export-shots.ts';
import { checkShots } from './check-shots.ts';
import { importShots } from './import-shots.ts';

const testId = (page: Page, id: string) => page.locator(`[data-testid=${id}]`).first();
const rows = (page: Page): Promise<void> => page.locator('[role=row][aria-rowindex="4"]').waitFor();
const row = (page: Page, n: number) => page.locator(`[role=row][aria-rowindex="${n}"]`);

/** As many views as a list keeps. */
const fullOfViews = Array.from({ length: mostViews }, (_, at) => ({
  name: `${['苏州', '杭州', '深圳', '上海'][at % 4] ?? ''}${['制造业', '未联系的大客户', '有意向'][at % 3] ?? ''}${at + 1}`,
  query: leadQuery.omit({ place: true, search: true }).parse({}),
}));

const refuse = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const { fakeWorld } = globalThis as unknown as { fakeWorld: { refuse(): void; revision: { value: number; set(n: number): void } } }; // prettier-ignore
    fakeWorld.refuse();
    fakeWorld.revision.set(fakeWorld.revision.value + 1);
  });

const hand = (page: Page): Promise<void> =>
  page.evaluate(() => (globalThis as unknown as { fakeWorld: { hand(): void } }).fakeWorld.hand());

/** By a card that has had its share of calls, for a customer whom nobody follows. */
const dialInVain = async (page: Page): Promise<void> => {
  await rows(page);
  await page.getByRole('grid').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('d');
  await testId(page, 'refusal-plan').waitFor();
};

const asManager = { session: { employee: { id: '019a0000-0000-7000-8000-000000000300', name: '赵敏', account: 'zhaomin', role: 'manager', department: '销售一部' } } }; // prettier-ignore

/** 线索库, 我跟进的客户, 公海客户 and what is done in them, 批量外呼 too. */
export const leadShots = {
  ...workbenchShots,
  ...queueShots,
  ...exportShots,
  ...importShots,
  ...checkShots,
  leads: { path: '/leads', act: rows },
  'leads-en': { path: '/leads', options: { settings: { locale: 'en' } } },
  'dial-in-vain': { path: '/leads', options: { phone: { activeSlot: 5 } }, act: dialInVain },
  'dial-in-vain-en': {
    path: '/leads',
    options: { phone: { activeSlot: 5 }, settings: { locale: 'en' } },
    act: dialInVain,
  },
  'dial-in-vain-planned': {
    path: '/leads',
    options: { phone: { activeSlot: 5 } },
    async act(page: Page) {
      await dialInVain(page);
      await testId(page, 'refusal-plan').click();
      await testId(page, 'refusal-planned').waitFor();
    },
  },
  'leads-followed': { path: '/followed', act: rows },
  'leads-public': { path: '/public', act: rows },
  'leads-refused': {
    path: '/leads',
    async act(page: Page) {
      await rows(page);
      await refuse(page);
      await testId(page, 'lead-refusals').waitFor();
    },
  },
  'leads-refused-open': {
    path: '/leads',
    async act(page: Page) {
      await rows(page);
      await refuse(page);
      await testId(page, 'refusal-more').click();
      await page.locator('[data-testid=sync-problem]').first().waitFor();
    },
  },
  'leads-refused-drawer': {
    path: '/leads',
    async act(page: Page) {
      await rows(page);
      await refuse(page);
      await testId(page, 'wish-refused').click();
      await page.locator('[data-testid=lead-drawer] [data-testid=sync-problem]').waitFor();
      await page.waitForTimeout(400);
    },
  },
  'leads-refused-en': {
    path: '/leads',
    options: { settings: { locale: 'en' } },
    async act(page: Page) {
      await rows(page);
      await refuse(page);
      await testId(page, 'lead-refusals').waitFor();
    },
  },
  'leads-handed': {
    path: '/leads',
    options: { rings: true },
    async act(page: Page) {
      await rows(page);
      await hand(page);
      await testId(page, 'handed-notice').waitFor();
    },
  },
  'leads-handed-list': {
    path: '/leads',
    async act(page: Page) {
      await rows(page);
      await hand(page);
      await testId(page, 'handed-open').click();
      await page.waitForTimeout(400);
    },
  },
  'leads-filter': {
    path: '/leads',
    async act(page: Page) {
      await rows(page);
      await testId(page, 'lead-filter').click();
      await testId(page, 'filter-regions').click();
      await page.waitForTimeout(400);
    },
  },
  'leads-filtered': {
    path: '/leads',
    async act(page: Page) {
      await rows(page);
      await testId(page, 'lead-filter').click();
      await testId(page, 'filter-regions').click();
      await testId(page, 'filter-industries').click();
      await page.keyboard.press('Escape');
      await testId(page, 'view-save').click();
      await page.waitForTimeout(400);
    },
  },
  'leads-views-full': {
    path: '/leads',
    options: { settings: { leadLists: { library: { columns: null, views: fullOfViews } } } },
    async act(page: Page) {
      await rows(page);
      await testId(page, 'lead-filter').click();
      await testId(page, 'filter-regions').click();
      await page.keyboard.press('Escape');
      await testId(page, 'view-save').click();
      await testId(page, 'views-full').waitFor();
      await page.waitForTimeout(300);
      await page.keyboard.type('第十三个');
    },
  },
  'leads-columns': {
    path: '/leads',
    async act(page: Page) {
      await rows(page);
      await testId(page, 'lead-columns').click();
      await page.waitForTimeout(300);
    },
  },
  'leads-ticked': {
    path: '/leads',
    async act(page: Page) {
      await rows(page);
      for (const n of [2, 4, 5]) await row(page, n).locator('[data-testid=tick]').check();
    },
  },
  'leads-claim': {
    path: '/leads',
    async act(page: Page) {
      await rows(page);
      for (const key of ['ArrowDown', 'ArrowDown', 'c']) await page.keyboard.press(key);
      await testId(page, 'lead-form-submit').waitFor();
      await page.waitForTimeout(300);
    },
  },
  'leads-claim-all': {
    path: '/leads',
    async act(page: Page) {
      await rows(page);
      await testId(page, 'claim-all').click();
      await page.waitForTimeout(500);
    },
  },
  'leads-release': {
    path: '/followed',
    async act(page: Page) {
      await rows(page);
      await row(page, 4).locator('.open').click();
      await testId(page, 'note-text').fill('下周二带样品上门，找陈厂长');
      await testId(page, 'note-add').click();
      await testId(page, 'lead-release').click();
      await page.waitForTimeout(400);
    },
  },
  'leads-drawer': {
    path: '/followed',
    async act(page: Page) {
      await rows(page);
      await row(page, 3).locator('.open').click();
      await testId(page, 'note-text').fill('下周二带样品上门，找陈厂长');
      await testId(page, 'note-add').click();
      await page.waitForTimeout(600);
    },
  },
  'leads-followed-drawer': {
    path: '/followed',
    async act(page: Page) {
      await rows(page);
      await row(page, 4).locator('.open').click();
      await page.waitForTimeout(600);
    },
  },
  'leads-timeline': {
    path: '/followed',
    async act(page: Page) {
      await rows(page);
      await row(page, 4).locator('.open').click();
      await testId(page, 'timeline').scrollIntoViewIfNeeded();
      await testId(page, 'timeline-told').last().scrollIntoViewIfNeeded();
      await page.waitForTimeout(600);
    },
  },
  'leads-contact': {
    path: '/followed',
    async act(page: Page) {
      await rows(page);
      await row(page, 4).locator('.open').click();
      await testId(page, 'contact-edit').click();
      await page.waitForTimeout(400);
    },
  },
  'leads-due': {
    path: '/followed',
    async act(page: Page) {
      await rows(page);
      await testId(page, 'due-open').click();
      await page.waitForTimeout(400);
    },
  },
  'leads-assign': {
    path: '/followed',
    options: asManager,
    async act(page: Page) {
      await rows(page);
      for (const n of [2, 3]) await row(page, n).locator('[data-testid=tick]').check();
      await testId(page, 'assign-ticked').click();
      await page.waitForTimeout(500);
    },
  },
  'leads-spread': {
    path: '/leads',
    options: { ...asManager, leads: 900 },
    async act(page: Page) {
      await rows(page);
      await testId(page, 'whose-others').click();
      await testId(page, 'tick-all').check();
      await testId(page, 'tick-whole').click();
      await testId(page, 'assign-ticked').click();
      await testId(page, 'assign-all').check();
      await page.waitForTimeout(500);
    },
  },
  'leads-bulk': {
    path: '/leads',
    options: { ...asManager, leads: 900 },
    async act(page: Page) {
      await rows(page);
      await testId(page, 'whose-others').click();
      await testId(page, 'tick-all').check();
      await testId(page, 'tick-whole').click();
      await testId(page, 'assign-ticked').click();
      await testId(page, 'assign-all').check();
      await testId(page, 'confirm-assign').click();
      await testId(page, 'lead-bulk').waitFor();
      await page.waitForTimeout(400);
    },
  },
  'leads-owners': {
    path: '/leads',
    options: asManager,
    async act(page: Page) {
      await rows(page);
      await testId(page, 'whose-others').click();
      await testId(page, 'lead-filter').click();
      await page.locator('[data-testid=filter-owners]').first().click();
      await testId(page, 'filter-owners').scrollIntoViewIfNeeded();
      await page.waitForTimeout(500);
    },
  },
  'leads-team-drawer': {
    path: '/followed',
    options: asManager,
    async act(page: Page) {
      await rows(page);
      await testId(page, 'whose-others').click();
      await row(page, 3).locator('.open').click();
      await page.waitForTimeout(600);
    },
  },
  statistics: { path: '/calls/statistics', act: (page: Page) => testId(page, 'figure-dials').waitFor() },
  'statistics-openers': {
    path: '/calls/statistics',
    options: { account: 'admin' },
    act: (page: Page) => testId(page, 'openers').scrollIntoViewIfNeeded(),
  },
  'statistics-weeks': {
    path: '/calls/statistics',
    async act(page: Page) {
      await testId(page, 'days-range').click();
      await page.getByRole('option', { name: '全部时间' }).click();
      await page.getByRole('heading', { name: /每周/ }).waitFor();
    },
  },
  'calls-narrowed': {
    path: '/calls',
    options: { account: 'admin' },
    async act(page: Page) {
      await rows(page);
      await testId(page, 'days-range').click();
      await page.getByRole('option', { name: '自定义' }).click();
      await testId(page, 'calls-way').click();
      await page.getByRole('option', { name: '呼出' }).click();
      await page
        .getByRole('columnheader', { name: /^通话$/ })
        .getByRole('button')
        .click();
    },
  },
  'calls-reversed': {
    path: '/calls',
    async act(page: Page) {
      await rows(page);
      await testId(page, 'days-range').click();
      await page.getByRole('option', { name: '自定义' }).click();
      await testId(page, 'days-first').fill('2026-03-09');
      await testId(page, 'days-last').fill('2026-03-02');
    },
  },
  'calls-customer': {
    path: '/calls',
    async act(page: Page) {
      await rows(page);
      await row(page, 2).dblclick();
      await testId(page, 'call-all-calls').click();
      await testId(page, 'calls-customer').waitFor();
    },
  },
  'lead-all-calls': {
    path: '/leads',
    async act(page: Page) {
      await rows(page);
      await row(page, 2).locator('.open').click();
      await testId(page, 'lead-all-calls').scrollIntoViewIfNeeded();
    },
  },
  'recording-downloaded': {
    path: '/calls',
    async act(page: Page) {
      await rows(page);
      await page.locator('.has').first().dblclick();
      await testId(page, 'recording-download').click();
      await testId(page, 'recording-saved').waitFor();
    },
  },
  'leads-rings': {
    path: '/leads',
    options: { rings: true },
    async act(page: Page) {
      await rows(page);
      await testId(page, 'due-rings').waitFor();
    },
  },
} as const;
