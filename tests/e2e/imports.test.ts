import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import writeXlsx from 'write-excel-file/node';
import { leadQuery } from '#shared/desk-contract/areas/leads.ts';
import { enterDemo, openClient, type Client } from '#tests/support/desk.ts';
import { ByKeys } from './by-keys.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/** 导入 as a manager uses it, by keys alone, from the file to another person's desk, which has nothing but what the cloud has. */
let there: Installation;
let window: DeskWindow;
let keys: ByKeys;
let complaints: string[];
let agent: Client;

beforeAll(async () => {
  there = await install();
  const opened = await there.open();
  complaints = opened.complaints;
  window = new DeskWindow(opened.page);
  keys = new ByKeys(opened.page);
  await window.enterDemo('manager');
  agent = openClient(await there.host.openDesk('chen'));
  await enterDemo(agent, 'chen');
});
afterAll(async () => {
  agent?.dispose();
  await there.close();
});

const mine = '示例市导入测试';
async function workbook(): Promise<string> {
  const path = join(there.dataDir, '展会名单.xlsx');
  const text = (value: string) => ({ value, type: String });
  const phone = (value: number) => ({ value, type: Number });
  await writeXlsx([
    ['企业名称', '联系电话', '备注'].map(text),
    [text(`${mine}甲公司`), phone(15_499_990_001), text('展会上谈过')],
    [text(''), phone(15_499_990_002), text('没有名称')],
    [text(`${mine}乙公司`), phone(15_499_990_003), text('')],
  ]).toFile(path);
  return path;
}

/** What of the sheet the agent's desk has from the cloud. */
async function arrived(): Promise<{ name: string; phone: string | null; isWaiting: boolean }[]> {
  const query = leadQuery.parse({ place: 'library', search: mine });
  const { rows } = await agent.call('leads.list', { query, offset: 0, limit: 20 });
  return rows.map(({ companyName, phone, waiting }) => ({ name: companyName, phone, isWaiting: waiting })).sort((a, b) => (a.phone ?? '').localeCompare(b.phone ?? '')); // prettier-ignore
}

describe('a sheet', () => {
  it('is looked at, imported, and taken by the cloud, which tells the other desks', async () => {
    const { page } = window;
    // Asked for early: the browser takes its time to hand its choosers over, and one that opens before is nobody's.
    const chooser = page.waitForEvent('filechooser');
    await keys.focusOn('grid');
    await keys.tabTo('open-import', { back: true });
    await keys.press('Enter');
    await keys.focusOn('dialog');
    await keys.tabTo('pick-sheet');
    await keys.press('Enter');
    await (await chooser).setFiles(await workbook());
    await window.at('import-row').nth(2).waitFor();
    expect(await window.at('import-counts').innerText()).toContain('共 3 行：可导入 2 行，不导入 1 行');
    await page.getByText('2 行将进入线索库').waitFor();
    await keys.tabTo('import-start', { most: 40 });
    await keys.press('Enter');
    const job = window.at('import-job').first();
    await job.filter({ hasText: '已完成' }).filter({ hasText: '展会名单.xlsx' }).waitFor({ timeout: 60_000 });
    await expect.poll(arrived, { timeout: 60_000 }).toEqual([
      { name: `${mine}甲公司`, phone: '+8615499990001', isWaiting: false },
      { name: `${mine}乙公司`, phone: '+8615499990003', isWaiting: false },
    ]);
  });

  it('leaves the row that was none in a sheet of its own, and its leads in the list', async () => {
    const { page } = window;
    await keys.tabTo('import-report');
    const [file] = await Promise.all([page.waitForEvent('download'), keys.press('Enter')]);
    expect(file.suggestedFilename()).toBe('展会名单-未导入.xlsx');
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type(mine);
    await window.at('leads-total').filter({ hasText: /^2 / }).waitFor(); // prettier-ignore
    expect(complaints).toEqual([]);
  });
});
