import type { Page } from 'playwright-core';

const testId = (page: Page, id: string) => page.locator(`[data-testid="${id}"]`).first();
const steps = (page: Page): Promise<void> => testId(page, 'next-steps').waitFor();
const dial = async (page: Page): Promise<void> => {
  await steps(page);
  await page.evaluate(() => {
    const { fakeWorld } = globalThis as unknown as { fakeWorld: { dial(n: string, id: string): void; leads: { id: string; phone: string }[] } }; // prettier-ignore
    const lead = fakeWorld.leads[2];
    if (lead) fakeWorld.dial(lead.phone, lead.id);
  });
  await page.waitForTimeout(3500);
};
const admin = { session: { employee: { id: '01900000-0000-7000-8000-000000000001', name: '周敏', account: 'zhoumin', role: 'admin', department: '' } } }; // prettier-ignore

/** 工作台: with all of it, the first morning, without leads, when all is done, beside a call and a queue. */
export const workbenchShots = {
  workbench: { path: '/workbench', act: steps },
  'workbench-en': { path: '/workbench', options: { settings: { locale: 'en' } }, act: steps },
  'workbench-first': { path: '/workbench', options: { day: 'first', leads: 0 }, act: steps },
  'workbench-empty': { path: '/workbench', options: { day: 'empty', leads: 0, ...admin }, act: steps },
  'workbench-done': { path: '/workbench', options: { day: 'done' }, act: steps },
  'workbench-call': { path: '/workbench', act: dial },
  'workbench-wrap-up': {
    path: '/workbench',
    async act(page: Page) {
      await dial(page);
      await page.evaluate(() => (globalThis as unknown as { fakeWorld: { hangUp(): void } }).fakeWorld.hangUp());
    },
  },
  'workbench-queue': {
    path: '/workbench',
    options: { queue: { mode: 'progressive', pause: { by: 'program', reason: 'restart', problem: null } } },
    async act(page: Page) {
      await steps(page);
      await testId(page, 'queue-fold').click();
      await testId(page, 'queue-card').waitFor();
    },
  },
  'workbench-done-row': {
    path: '/workbench',
    async act(page: Page) {
      await steps(page);
      await testId(page, 'row-done').focus();
      await page.keyboard.press('f');
      await page.waitForTimeout(400);
    },
  },
  'workbench-step-queue': {
    path: '/workbench',
    async act(page: Page) {
      await testId(page, 'do-taken-back').click();
      await testId(page, 'queue-create').waitFor();
      await page.waitForTimeout(300);
    },
  },
};
