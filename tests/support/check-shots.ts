import type { Page } from 'playwright-core';

const testId = (page: Page, id: string) => page.locator(`[data-testid=${id}]`).first();
interface World {
  readonly fakeWorld: {
    readonly checks: {
      fill(state: string, problem: { code: string; details: object } | null): void;
      plan: { quotas: { left: number }[]; provider: object; ask: number };
    };
  };
}
const open = async (page: Page): Promise<void> => {
  await page.locator('[role=row][aria-rowindex="4"]').waitFor();
  await testId(page, 'check-list').click();
  await testId(page, 'check-scope').waitFor();
};
const filled = (page: Page, state: string, problem: { code: string; details: object } | null): Promise<void> =>
  page.evaluate(([one, why]) => (globalThis as unknown as World).fakeWorld.checks.fill(one, why), [
    state,
    problem,
  ] as const);

/** 号码检测. */
export const checkShots = {
  checks: { path: '/leads', act: open },
  'checks-en': { path: '/leads', options: { settings: { locale: 'en' } }, act: open },
  'checks-short': {
    path: '/leads',
    async act(page: Page) {
      await page.locator('[role=row][aria-rowindex="4"]').waitFor();
      await page.evaluate(() => {
        const { plan } = (globalThis as unknown as World).fakeWorld.checks;
        for (const quota of plan.quotas) quota.left = 120;
      });
      await open(page);
      await testId(page, 'check-short').waitFor();
    },
  },
  'checks-local': {
    path: '/leads',
    async act(page: Page) {
      await page.locator('[role=row][aria-rowindex="4"]').waitFor();
      await page.evaluate(() => {
        const { plan } = (globalThis as unknown as World).fakeWorld.checks;
        Object.assign(plan, { provider: { name: 'local', kind: 'local' }, quotas: [] });
      });
      await open(page);
    },
  },
  'checks-running': {
    path: '/leads',
    async act(page: Page) {
      await open(page);
      await testId(page, 'check-start').click();
      await testId(page, 'check-found').waitFor();
    },
  },
  'checks-failed': {
    path: '/leads',
    async act(page: Page) {
      await open(page);
      await filled(page, 'failed', { code: 'number-check.out-of-credit', details: {} });
      await testId(page, 'check-problem').waitFor();
    },
  },
};
