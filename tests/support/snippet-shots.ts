import type { Page } from 'playwright-core';

const at = (page: Page, id: string): ReturnType<Page['locator']> => page.locator(`[data-testid="${id}"]`);
const rows = (page: Page): Promise<void> => at(page, 'own-snippet').first().waitFor();
const sheet = `分组,标题,内容\n开场,新问候,您好\n报价,,缺少标题的一行\n,${'很长的标题'.repeat(9)},内容\n,地址,示例市高新区创新大道 88 号 3 号楼 1205 室\n`;

/** Pictures of 快捷聊天. @param dial calls somebody */
export const snippetShots = (dial: (page: Page) => Promise<void>): Record<string, object> => {
  const inCall = async (page: Page): Promise<void> => {
    await dial(page);
    await at(page, 'snippet-panel').scrollIntoViewIfNeeded();
    await at(page, 'pick-snippet').nth(2).click();
    await at(page, 'pick-snippet').first().click();
  };
  return {
    snippets: { path: '/snippets', act: rows },
    'snippets-en': { path: '/snippets', options: { settings: { locale: 'en' } }, act: rows },
    'snippets-call': {
      path: '/snippets',
      async act(page: Page) {
        await page.goto(page.url().replace('#/snippets', '#/leads'));
        await inCall(page);
        await page.evaluate(() => (location.hash = '#/snippets'));
        await rows(page);
      },
    },
    'snippets-none': {
      path: '/snippets',
      async act(page: Page) {
        await rows(page);
        await at(page, 'snippets-search').fill('没有的');
        await page.getByText('没有找到').waitFor();
      },
    },
    'snippet-form': {
      path: '/snippets',
      async act(page: Page) {
        await rows(page);
        await page.keyboard.press('n');
        await page.fill('#own-snippet-text', '您好，');
        for (const n of [0, 1, 2]) await at(page, 'own-blank').nth(n).click();
        await at(page, 'save-own-snippet').click();
      },
    },
    'snippet-import': {
      path: '/snippets',
      async act(page: Page) {
        await rows(page);
        const file = { name: '我的聊天语.csv', mimeType: 'text/csv', buffer: Buffer.from(sheet) };
        await at(page, 'snippet-file').setInputFiles(file);
        await at(page, 'import-row').first().waitFor();
      },
    },
    'call-snippets': { path: '/leads', act: inCall },
    'lead-snippets': {
      path: '/leads',
      async act(page: Page) {
        await page.locator('[role=row][aria-rowindex="3"] .open').click();
        await at(page, 'panel-snippet').first().waitFor();
        await page.keyboard.press('Alt+1');
      },
    },
  };
};
