import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterDemo, openClient, type Client } from '#tests/support/desk.ts';
import { hangUp, talkWith } from './desk-steps.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

// 公司管理 as an administrator uses it, and what a new employee meets at their first sign-in.

let there: Installation;
let window: DeskWindow;
let complaints: string[];
/** The administrator at a desk of their own, once the window is the new employee's. */
let admin: Client;
let oneTime = '';

beforeAll(async () => {
  there = await install();
  const opened = await there.open();
  complaints = opened.complaints;
  window = new DeskWindow(opened.page);
  await window.enterDemo('admin');
});
afterAll(async () => {
  admin?.dispose();
  await there.close();
});

describe('administration', () => {
  it('makes a department, and an employee in it with a one-time password', async () => {
    await window.at('nav-company').click();
    await window.at('create-department').click();
    await window.page.fill('#department-name', '客户成功部');
    await window.page.keyboard.press('Enter');
    await window.at('department').filter({ hasText: '客户成功部' }).click();
    await window.page.getByText('这个部门还没有员工').waitFor();
    await window.at('create-employee').click();
    await window.page.fill('#employee-name', '何示例');
    await window.page.fill('#employee-account', 'chen');
    await window.at('save-employee').click();
    await window.page.getByText('账号已被使用').waitFor();
    await window.page.fill('#employee-account', 'he.shili');
    await window.at('save-employee').click();
    oneTime = await window.at('one-time-password-value').innerText();
    await window.at('one-time-password-done').click();
    await window.page.getByRole('row').filter({ hasText: 'he.shili' }).getByText('待改密码').waitFor();
    await window.page.getByRole('row').filter({ hasText: 'he.shili' }).getByText('客户成功部').waitFor();
  });

  it('takes away no department in which somebody works, and says why', async () => {
    await window.at('remove-department').click();
    await window.at('remove-department-now').click();
    await window.page.getByText('还有 1 名员工，停用的账号也算在内。').waitFor();
    await window.page.getByRole('button', { name: '取消' }).click();
  });

  it('has an opener for everybody, heard before it is given out', async () => {
    await window.page.getByRole('link', { name: '开场白', exact: true }).click();
    await window.at('add-company-opener').click();
    await window.at('save-company-opener').click();
    await window.page.getByText('先上传一段声音').waitFor();
    await window.at('company-sound-file').setInputFiles(resolve(import.meta.dirname, '../fixtures/opener.mp3'));
    await window.at('company-sound-says').filter({ hasText: '已上传，0:12' }).waitFor();
    await window.page.fill('#company-opener-name', '公司统一开场白');
    await window.at('save-company-opener').click();
    const row = window.at('company-opener').filter({ hasText: '公司统一开场白' });
    await row.getByText('全公司').waitFor();
    await row.getByTestId('play-company-opener').click();
    await row.getByRole('button', { name: /^停止/ }).waitFor();
  });

  it('says when leads go back to the pool, and how much everybody may use', async () => {
    await window.page.getByRole('link', { name: '公海规则' }).click();
    await window.page.fill('#pool-idleDays', '7');
    await window.at('save-pool-rules').click();
    await window.at('reset-pool-rules').waitFor();
    // What is in force is changed as what was not.
    expect(await window.at('save-pool-rules').isDisabled()).toBe(true);
    await window.page.fill('#pool-idleDays', '9');
    await window.at('save-pool-rules').click();
    await window.page.waitForFunction(() => document.querySelector('[data-testid=save-pool-rules]:disabled') !== null);
    await window.page.reload();
    expect(await window.page.inputValue('#pool-idleDays')).toBe('9');
    await window.page.fill('#pool-idleDays', '11');
    await window.page.getByRole('link', { name: '配额' }).click();
    await window.at('unsaved-stay').click();
    await window.at('unsaved-stay').waitFor({ state: 'hidden' });
    expect(await window.page.inputValue('#pool-idleDays')).toBe('11');
    await window.page.fill('#pool-idleDays', '9');
    await window.at('reset-pool-rules').click();
    await window.page.getByText('领取不再受限制').waitFor();
    await window.page.keyboard.press('Escape');
    await window.at('reset-pool-rules-now').waitFor({ state: 'hidden' });
    await window.page.getByRole('link', { name: '配额' }).click();
    await window.at('create-quota').click();
    await window.page.fill('#quota-amount', '20');
    await window.page.keyboard.press('Enter');
    await window.at('quota').filter({ hasText: '每人默认' }).getByText('每天 20').waitFor();
  });

  it('shows in the log what was done, in words, and hands it over as a file', async () => {
    await window.at('company-audit').click();
    const row = window.page.getByRole('row').filter({ hasText: '新建员工' });
    await row.filter({ hasText: '何示例' }).getByRole('button').click();
    await window.at('audit-entry').getByText('he.shili').waitFor();
    await window.page.keyboard.press('Escape');
    await window.page.keyboard.press('/');
    await window.page.keyboard.type('客户成功部');
    await window.page.getByRole('row').filter({ hasText: '新建部门' }).waitFor();
    await row.waitFor({ state: 'detached' });
    const [file] = await Promise.all([window.page.waitForEvent('download'), window.at('export-audit').click()]);
    const text = await readFile(await file.path(), 'utf8');
    expect(file.suggestedFilename()).toMatch(/^审计日志-\d{8}-\d{4}\.csv$/);
    expect(text.startsWith('\uFEFF"时间","操作人"')).toBe(true);
    expect(text).toContain('"新建部门","部门","客户成功部"');
    expect(text.trimEnd().split('\r\n')).toHaveLength(2);
    await window.at('audit-exported').filter({ hasText: '已导出 1 条' }).waitFor();
  });

  it('knows where people are signed in', async () => {
    await window.at('company-devices').click();
    await window.page.getByRole('row').filter({ hasText: '本机' }).getByText('已登录').waitFor();
  });

  it('says for how many days people get in while the cloud is away', async () => {
    await window.at('offline-days').filter({ hasText: '7' }).click();
    expect(await window.at('save-offline-days').isDisabled()).toBe(true);
    await window.at('offline-days-choice').click();
    await window.page.getByRole('option', { name: /^3 / }).click();
    await window.at('save-offline-days').click();
    await window.at('offline-days').filter({ hasText: '3' }).waitFor();
    await window.page.reload();
    await window.at('offline-days').filter({ hasText: '3' }).waitFor();
    await window.at('company-employees').click();
  });

  it('lets the new employee in with a password of their own, and shows them nothing to administer, nor whom the last one called', async () => {
    await talkWith(window, '15400000137');
    await hangUp(window);
    await window.at('note').fill('给下一个人看不到的话');
    await window.goToSettings('账号与设备');
    await window.at('sign-out').click();
    await window.page.fill('#account', 'he.shili');
    await window.page.fill('#password', oneTime);
    await window.page.keyboard.press('Enter');
    await window.page.getByText('请设置自己的新密码').waitFor();
    await window.page.fill('#own-password', '12345678');
    await window.page.fill('#own-password-again', '12345678');
    await window.page.locator('#own-password-error').waitFor();
    expect(await window.at('sign-in').isDisabled()).toBe(true);
    await window.page.fill('#own-password', 'sieben rote Lampen');
    await window.page.fill('#own-password-again', 'sieben rote Lampen');
    await window.page.keyboard.press('Enter');
    await window.at('who-am-i').filter({ hasText: '坐席 · 客户成功部' }).waitFor();
    expect(await window.at('nav-company').count()).toBe(0);
    expect(await window.at('call-dock').count()).toBe(0);
  });

  it('lets them choose the company’s opener, and change nothing about it', async () => {
    await window.goToSettings('开场白');
    const row = window.at('openers-page').locator('li').filter({ hasText: '公司统一开场白' });
    await row.getByText('公司', { exact: true }).waitFor();
    await row.getByRole('button', { name: '设为开场白' }).click();
    await row.getByText('开场白', { exact: true }).waitFor();
    expect(await row.getByRole('button', { name: '删除' }).count()).toBe(0);
    await row.getByRole('button', { name: /^播放/ }).click();
    await row.getByRole('button', { name: /^暂停/ }).waitFor();
  });

  it('moves the employee from another desk, whose own window knows it by itself', async () => {
    admin = openClient(await there.host.openDesk('admin'));
    await enterDemo(admin, 'admin');
    const { employees } = await admin.call('company.employees', { search: 'he.shili', offset: 0, limit: 10 });
    expect(employees).toMatchObject([{ name: '何示例', departmentName: '客户成功部', mustChangePassword: false }]);
    const { departments } = await admin.call('company.departments', {});
    const departmentId = departments.find(({ name }) => name === '销售二部')?.id ?? null;
    await admin.call('company.changeEmployee', { id: employees[0]?.id ?? '', departmentId, role: 'manager' });
    await window.goToSettings('账号与设备');
    await window.at('who-am-i').filter({ hasText: '销售经理 · 销售二部' }).waitFor();
    // A manager sees who works in their department, and changes nothing.
    await window.at('nav-company').click();
    await window.page.getByRole('row').filter({ hasText: '林可' }).waitFor();
    expect(await window.at('create-employee').count()).toBe(0);
    expect(await window.page.getByRole('row').filter({ hasText: '陈晓' }).count()).toBe(0);
  });

  it('lets a manager spread a whole list over their people, who gets how many said beforehand, and work on what is theirs', async () => {
    const { page } = window;
    await window.goTo('线索库');
    await window.at('whose-others').click();
    await window.at('leads-total').filter({ hasText: /^200 / }).waitFor();
    await window.leadRows.first().waitFor();
    await window.at('tick-all').check();
    await window.at('ticked-count').filter({ hasText: '已选 100 条' }).waitFor();
    await window.at('tick-whole').click();
    await window.at('assign-ticked').filter({ hasText: '分配 200 条' }).click();
    for (const name of ['林可', '何示例']) await page.getByRole('dialog').getByLabel(name).check();
    await page.getByText('分到 100 条').nth(1).waitFor();
    await window.at('confirm-assign').click();
    await window
      .at('lead-bulk-words')
      .filter({ hasText: /^已分配 200 条：.*林可 100 条/ })
      .waitFor();
    await window.at('lead-bulk-rest').filter({ hasText: '云端已全部确认' }).waitFor({ timeout: 60_000 });
    await window.at('lead-bulk-seen').click();
    await window.at('lead-bulk').waitFor({ state: 'detached' });
    // Whose they are is a filter, and an order.
    await window.at('lead-filter').click();
    await window.at('filter-owners').filter({ hasText: '林可' }).click();
    await window.at('leads-total').filter({ hasText: /^100 / }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('跟进人：林可').waitFor();
    await window.leadRows.first().locator('.open').click();
    await window.at('lead-release').click();
    await page.getByRole('button', { name: '联系不上' }).click();
    await window.at('confirm-release').click();
    await window.at('leads-total').filter({ hasText: /^99 / }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('tells somebody who is reset why they are out', async () => {
    const { employees } = await admin.call('company.employees', { search: 'he.shili', offset: 0, limit: 10 });
    await admin.call('company.resetPassword', { id: employees[0]?.id ?? '' });
    await window.page.locator('#account').waitFor();
    await window.page.getByRole('alert').filter({ hasText: '密码' }).waitFor();
  });

  it('left no complaint in the console', () => {
    expect(complaints).toEqual([]);
  });
});
