import type { Page } from 'playwright-core';

const testId = (page: Page, id: string) => page.locator(`[data-testid=${id}]`).first();
const row = (page: Page, n: number) => page.locator(`[role=row][aria-rowindex="${n}"]`);
const panel = (page: Page): Promise<void> => testId(page, 'queue-panel').waitFor();
const tick = async (page: Page, ...rows: readonly number[]): Promise<void> => {
  await row(page, 4).waitFor();
  for (const n of rows) await row(page, n).locator('[data-testid=tick]').check();
};
/** Two customers, progressive; the first has been called, and hangs up. */
const untilWrapUp = async (page: Page): Promise<void> => {
  await panel(page);
  await page.waitForTimeout(3_200);
  await page.evaluate(() =>
    (globalThis as unknown as { fakeWorld: { hangUp(cause: string): void } }).fakeWorld.hangUp('remote-hang-up'),
  );
  await testId(page, 'queue-foot').waitFor();
};
const paused = (reason: string, problem: object | null = null) => ({
  queue: { mode: 'progressive', pause: { by: 'program', reason, problem } },
});

/** 批量外呼: the form, its place in the dock in each of its states, the list. */
export const queueShots = {
  'queue-form': {
    path: '/leads',
    async act(page: Page) {
      await tick(page, 2, 3, 4, 6, 10);
      await testId(page, 'queue-ticked').click();
      await testId(page, 'queue-create').waitFor();
      await page.waitForTimeout(300);
    },
  },
  'queue-form-en': {
    path: '/leads',
    options: { settings: { locale: 'en' }, queue: { mode: 'progressive', stands: 'finished' } },
    async act(page: Page) {
      await tick(page, 2, 3, 4, 6, 10);
      await page.keyboard.press('q');
      await testId(page, 'queue-create').waitFor();
      await page.waitForTimeout(300);
    },
  },
  'queue-whole-list': {
    path: '/leads',
    async act(page: Page) {
      await row(page, 4).waitFor();
      await page.keyboard.press('q');
      await testId(page, 'queue-out-blacklisted').waitFor();
      await page.waitForTimeout(300);
    },
  },
  'queue-change': {
    path: '/leads',
    options: { queue: { mode: 'progressive' } },
    async act(page: Page) {
      await panel(page);
      await page.keyboard.press('o');
      await testId(page, 'queue-change-save').waitFor();
      await page.waitForTimeout(300);
    },
  },
  'queue-add': {
    path: '/leads',
    options: { queue: {} },
    async act(page: Page) {
      await tick(page, 2, 3);
      await testId(page, 'queue-ticked').click();
      await testId(page, 'queue-add').waitFor();
      await page.waitForTimeout(300);
    },
  },
  'queue-preview': { path: '/leads', options: { queue: {} }, act: panel },
  'queue-preview-en': { path: '/leads', options: { queue: {}, settings: { locale: 'en' } }, act: panel },
  'queue-dialling': {
    path: '/leads',
    options: { queue: {} },
    async act(page: Page) {
      await testId(page, 'queue-confirm').click();
      await page.waitForTimeout(3_500);
    },
  },
  'queue-wrap-up': {
    path: '/leads',
    options: { queue: {} },
    async act(page: Page) {
      await testId(page, 'queue-confirm').click();
      await untilWrapUp(page);
    },
  },
  'queue-pause-menu': {
    path: '/leads',
    options: { queue: {} },
    async act(page: Page) {
      await panel(page);
      await page.keyboard.press('p');
      await page.waitForTimeout(300);
    },
  },
  'queue-restarted': { path: '/calls', options: paused('restart'), act: panel },
  'queue-refused': {
    path: '/leads',
    options: paused('refused', { code: 'phone.lost', details: {} }),
    act: panel,
  },
  'queue-on-break': {
    path: '/leads',
    options: paused('break'),
    async act(page: Page) {
      await testId(page, 'agent-state').click();
      await testId(page, 'menu-meal').click();
    },
  },
  'queue-window': { path: '/leads', options: paused('window'), act: panel },
  'queue-folded': {
    path: '/leads',
    options: { queue: { pause: { by: 'person', reason: 'meal' } } },
    act: (page: Page) => testId(page, 'queue-fold').click(),
  },
  'queue-resting': { path: '/leads', options: { queue: { stands: 'resting' } }, act: panel },
  'queue-retrying': { path: '/leads', options: { queue: { stands: 'retrying' } }, act: panel },
  'queue-stop': { path: '/leads', options: { queue: {} }, act: (page: Page) => testId(page, 'queue-stop').click() },
  'queue-end': {
    path: '/leads',
    options: { queue: {} },
    async act(page: Page) {
      await testId(page, 'queue-stop').click();
      await testId(page, 'queue-stop-confirm').click();
      await testId(page, 'queue-end').waitFor();
    },
  },
  'queue-list': {
    path: '/leads',
    options: { queue: {} },
    async act(page: Page) {
      await testId(page, 'queue-list').click();
      await page.locator('.ui-drawer [role=row][aria-rowindex="4"]').waitFor();
      await page.waitForTimeout(300);
    },
  },
  'queue-list-en': {
    path: '/leads',
    options: { queue: {}, settings: { locale: 'en' } },
    async act(page: Page) {
      await testId(page, 'queue-list').click();
      await page.locator('.ui-drawer [role=row][aria-rowindex="4"]').waitFor();
      await page.waitForTimeout(300);
    },
  },
} as const;
