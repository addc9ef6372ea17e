import type { Page } from 'playwright-core';
import type { FakeWorld } from './ui-fake/world.ts';

const at = (page: Page, id: string): ReturnType<Page['locator']> => page.locator(`[data-testid="${id}"]`);
const own = { ownOutcomes: true, scripts: true };
const admin = { employee: { id: '01900000-0000-7000-8000-000000000001', name: '周敏', account: 'admin', role: 'admin', department: '运营部' } }; // prettier-ignore
const hangUp = (page: Page): Promise<void> =>
  page.evaluate(() => (globalThis as unknown as { fakeWorld: { hangUp(): void } }).fakeWorld.hangUp());

/** Pictures of 话后结果 and 通话话术. @param dial calls somebody */
export const outcomeShots = (dial: (page: Page) => Promise<void>): Record<string, object> => {
  /** Whom the person follows, and has not got far with. */
  const dialOwn = (page: Page): Promise<void> =>
    page.evaluate(() => {
      const world = (globalThis as unknown as { fakeWorld: FakeWorld }).fakeWorld;
      const lead = world.leads.find(({ following, stage, phone }) => following === 'me' && stage !== 'won' && phone);
      if (!lead) return;
      Object.assign(lead, { stage: 'new', nextFollowUpAt: null });
      world.dial(lead.phone ?? '', lead.id);
    });
  const talked = async (page: Page): Promise<void> => {
    await dialOwn(page);
    await page.waitForTimeout(3500);
    await hangUp(page);
    await at(page, 'wrap-up').waitFor();
  };
  const tooEarly = async (page: Page): Promise<void> => {
    await talked(page);
    await page.keyboard.press('1');
    await at(page, 'wrap-up-missing').waitFor();
    await at(page, 'continue-now').click();
  };
  return {
    'call-script': {
      path: '/followed',
      options: own,
      async act(page: Page) {
        await dial(page);
        await page.waitForTimeout(3500);
      },
    },
    'call-script-folded': {
      path: '/followed',
      options: own,
      async act(page: Page) {
        await dial(page);
        await page.keyboard.press('h');
        await at(page, 'script-open').waitFor();
      },
    },
    'call-incomplete': { path: '/followed', options: own, act: tooEarly },
    'call-incomplete-en': { path: '/followed', options: { ...own, settings: { locale: 'en' } }, act: tooEarly },
    'call-drawer-incomplete': {
      path: '/followed',
      options: own,
      async act(page: Page) {
        await tooEarly(page);
        await page.evaluate(() => (location.hash = '#/calls'));
        await page.locator('[role=row][aria-rowindex="2"] .open').click();
        await at(page, 'call-missing').waitFor();
      },
    },
    'statistics-own': {
      path: '/calls/statistics',
      options: own,
      act: (page: Page) => at(page, 'figure-dials').waitFor(),
    },
    'company-outcomes': {
      path: '/company/outcomes',
      options: { ...own, session: admin },
      act: (page: Page) => at(page, 'outcome-row').first().waitFor(),
    },
    'company-outcomes-edit': {
      path: '/company/outcomes',
      options: { session: admin },
      async act(page: Page) {
        await at(page, 'add-outcome').click();
        await page.locator('[data-testid=outcome-row] .name input').last().fill('无需求');
        await at(page, 'outcome-up').last().click();
      },
    },
    'company-outcomes-en': {
      path: '/company/outcomes',
      options: { ...own, session: admin, settings: { locale: 'en' } },
      act: (page: Page) => at(page, 'outcome-row').first().waitFor(),
    },
    'company-scripts': {
      path: '/company/scripts',
      options: { ...own, session: admin },
      act: (page: Page) => at(page, 'script').first().waitFor(),
    },
    'company-script-form': {
      path: '/company/scripts',
      options: { ...own, session: admin },
      async act(page: Page) {
        await at(page, 'edit-script').first().click();
        await at(page, 'save-script-form').waitFor();
      },
    },
  };
};
