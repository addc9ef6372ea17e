import type { Page } from 'playwright-core';

const testId = (page: Page, id: string) => page.locator(`[data-testid=${id}]`).first();
const asAdmin = { session: { employee: { id: '019a0000-0000-7000-8000-000000000300', name: '何姗', account: 'admin', role: 'admin', department: '运营部' } } }; // prettier-ignore

const open = async (page: Page): Promise<void> => {
  await page.locator('[role=row][aria-rowindex="4"]').waitFor();
  await testId(page, 'open-import').click();
  await testId(page, 'pick-sheet').waitFor();
};
const choose = async (page: Page, name = '展会名单.xlsx'): Promise<void> => {
  await open(page);
  await testId(page, 'sheet-file').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from('企业名称') });
};
const looked = async (page: Page, name?: string): Promise<void> => {
  await choose(page, name);
  await testId(page, 'import-row').waitFor();
  await page.waitForTimeout(300);
};

/** 导入线索. */
export const importShots = {
  import: { path: '/leads', options: asAdmin, act: open },
  'import-jobs': {
    path: '/leads',
    options: asAdmin,
    async act(page: Page) {
      await open(page);
      await page.evaluate(() => (globalThis as unknown as { fakeWorld: { imports: { fill(): void } } }).fakeWorld.imports.fill());
      await testId(page, 'import-stop').waitFor();
    },
  }, // prettier-ignore
  'import-look': { path: '/leads', options: asAdmin, act: (page: Page) => looked(page) },
  'import-look-en': {
    path: '/leads',
    options: { ...asAdmin, settings: { locale: 'en' } },
    act: (page: Page) => looked(page, '客户.csv'),
  },
  'import-preview': {
    path: '/leads',
    options: asAdmin,
    async act(page: Page) {
      await looked(page, '客户.csv');
      await testId(page, 'import-row').scrollIntoViewIfNeeded();
    },
  },
  'import-refused': {
    path: '/leads',
    options: asAdmin,
    async act(page: Page) {
      await choose(page, '坏文件.csv');
      await testId(page, 'import-refused').waitFor();
    },
  },
};
