import { readFile } from 'node:fs/promises';
import type { Download } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCsv } from '#shared/base/csv.ts';
import { formatNumber } from '#shared/domain/phone-number.ts';
import { enterDemo, openClient, until, type Client } from '#tests/support/desk.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/** 导出 as people use it, against the demo's own cloud. One story in steps. */
let there: Installation;
let window: DeskWindow;
let complaints: string[];
let agent: Client;

beforeAll(async () => {
  there = await install();
  const opened = await there.open();
  complaints = opened.complaints;
  window = new DeskWindow(opened.page);
  await window.enterDemo('admin');
  agent = openClient(await there.host.openDesk('chen'));
  await enterDemo(agent, 'chen');
});
afterAll(async () => {
  agent?.dispose();
  await there.close();
});

/** Runs what the open dialog says. */
async function save(): Promise<Download> {
  const [file] = await Promise.all([window.page.waitForEvent('download'), window.at('run-export').click()]);
  return file;
}
const rowsOf = async (file: Download): Promise<string[][]> =>
  parseCsv((await readFile(await file.path(), 'utf8')).slice(1)).map((row) => row.map((cell) => cell.trim()));
const close = (): Promise<void> => window.at('close-export').click();

/** Of 线索库 as it will be narrowed down, as the agent's desk has it; empty = there is none yet. */
async function firstNumber(): Promise<string> {
  const query = { place: 'library', search: 'jixie' } as const;
  const { rows } = await agent.call('leads.list', { query, offset: 0, limit: 20 });
  return rows.find(({ phone }) => phone !== null)?.phone ?? '';
}

describe('a list becomes a file', () => {
  let listed = '';
  let found = 0;

  it('of 线索库 as it is narrowed down, with the columns that were chosen, and what is on the blacklist masked', async () => {
    const { page } = window;
    // Their first pull may be under way.
    await expect.poll(async () => (listed = await firstNumber()), { timeout: 20_000 }).not.toBe('');
    const admin = openClient(await there.host.openDesk('admin'));
    await enterDemo(admin, 'admin');
    await admin.call('company.createListing', { list: 'blacklist', number: listed, reason: '投诉', expiresAt: null });
    admin.dispose();
    await window.at('nav-numbers').click();
    await window.at('list-blacklist').click();
    await window.at('view-in-force').click();
    await page.getByText(formatNumber(listed, { masked: false })).waitFor();
    await window.at('nav-leads').click();
    await window.at('leads-total').filter({ hasText: /^200 / }).waitFor(); // prettier-ignore
    await page.keyboard.press('/');
    await page.keyboard.type('jixie');
    // The answer to the last key, and not to the first ones, which narrow it down too.
    await page.locator('main [role=grid][aria-busy=false]').waitFor();
    await window.at('leads-total').filter({ hasNotText: /^200 / }).waitFor();
    found = Number.parseInt(await window.at('leads-total').innerText(), 10);
    expect(found).toBeGreaterThan(0);
    await window.at('open-export').click();
    await window
      .at('export-rows')
      .filter({ hasText: `${found} 行` })
      .waitFor();
    await window.at('export-masked').filter({ hasText: '完整号码' }).waitFor();
    await window.at('format-csv').check();
    await window.at('export-industry').uncheck();
    await window.at('export-createdAt').check();
    const file = await save();
    expect(file.suggestedFilename()).toMatch(/^线索库-\d{8}-\d{4}\.csv$/);
    const [head, ...cells] = await rowsOf(file);
    expect(head).toContain('入库时间');
    expect(head).not.toContain('行业');
    expect(cells).toHaveLength(found);
    const phones = cells.map((row) => row[head?.indexOf('联系电话') ?? 0]);
    expect(phones.filter((phone) => /^154\d{8}$/.test(phone ?? '')).length).toBeGreaterThan(found / 2);
    expect(phones).not.toContain(listed.replace('+86', ''));
    await window.at('export-listed').filter({ hasText: '1 行' }).waitFor();
    await close();
  });

  it('of the rows that are ticked, as a workbook, with the columns of the last time', async () => {
    await window.at('tick').nth(0).click();
    await window.at('tick').nth(1).click();
    await window.at('export-ticked').click();
    await window.at('export-rows').filter({ hasText: '2 行' }).waitFor();
    expect(await window.at('export-industry').isChecked()).toBe(false);
    await window.at('format-xlsx').check();
    const file = await save();
    expect(file.suggestedFilename()).toMatch(/\.xlsx$/);
    expect((await readFile(await file.path())).subarray(0, 2).toString()).toBe('PK');
    await close();
    await window.page.keyboard.press('Escape');
  });

  it('is in the audit log in words, without what was searched for', async () => {
    await window.at('nav-company').click();
    await window.page.getByRole('link', { name: '审计日志', exact: true }).click();
    const row = window.page.getByRole('row').filter({ hasText: '导出线索' });
    await row.first().waitFor();
    await expect.poll(() => row.count()).toBe(2);
    await row.nth(1).getByRole('button').click();
    const entry = window.at('audit-entry');
    for (const words of ['线索库', String(found), '完整号码', 'CSV', '搜索']) await entry.getByText(words, { exact: true }).first().waitFor(); // prettier-ignore
    expect(await entry.innerText()).not.toContain('jixie');
    await window.page.keyboard.press('Escape');
  });
});

describe('who may', () => {
  const calls = { list: 'calls', query: {} } as const;

  it('is the administrator’s to say, and holds at every desk of the company', async () => {
    await expect(agent.call('exports.look', { what: { list: 'leads', query: { place: 'library' }, ids: null } })).rejects.toMatchObject({ code: 'access.denied' }); // prettier-ignore
    expect(await agent.call('exports.look', { what: calls })).toEqual({ rows: 0, masked: 'role' });
    await window.page.getByRole('link', { name: '导出权限', exact: true }).click();
    await window.at('export-level-agent').click();
    await window.page.getByRole('option', { name: '不可导出' }).click();
    await window.at('save-export-rules').click();
    await window.page.getByText('已保存').waitFor();
    await until(agent, 'exports.state', null, ({ level }) => level === 'none');
    await expect(agent.call('exports.run', { what: calls, columns: ['number'], format: 'csv', locale: 'zh-CN' })).rejects.toMatchObject({ code: 'access.denied' }); // prettier-ignore
  });

  it('and nothing was said that a person had not been told', () => {
    expect(complaints).toEqual([]);
  });
});
