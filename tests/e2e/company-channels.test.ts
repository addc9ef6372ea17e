import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pbx } from '#simulator/pbx/pbx.ts';
import { openPage } from '#tests/support/chromium.ts';
import { lookInside, reads } from './desk-steps.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

// 通道 as an administrator sets them up, and what comes of it at the desk of the person who calls by them.

const password = 'pw-8001-geheim';

let there: Installation;
/** A real one: it lets nobody in who has not got the company's password. */
let pbx: Pbx;
let admin: DeskWindow;
/** 陈晓 at a desk of their own, open beside the administrator's all the time. */
let agent: DeskWindow;
let complaints: string[];
let colleaguesComplaints: string[];
/** All that the administrator's window was ever told. */
const told: string[] = [];

beforeAll(async () => {
  pbx = await Pbx.start({ users: [{ name: '8001', password }] });
  there = await install();
  const opened = await there.open();
  complaints = opened.complaints;
  admin = new DeskWindow(opened.page);
  await admin.enterDemo('admin');
  opened.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => told.push(String(payload))));
  // The socket of before was not listened to.
  await opened.page.reload();
  agent = await deskOfColleague();
  await admin.at('nav-company').click();
  await admin.at('company-channels').click();
});
afterAll(async () => {
  await there?.close();
  await pbx?.close();
});

/** In a browser of its own, as they have it: two tabs of one browser would not both be drawn. */
async function deskOfColleague(): Promise<DeskWindow> {
  const inside = await lookInside(there);
  const { url } = await inside.call('session.openDesk', { account: 'chen' });
  inside.dispose();
  const opened = await openPage(there.browser, url ?? '');
  colleaguesComplaints = opened.complaints;
  return new DeskWindow(opened.page);
}
async function choose(page: Page, id: string, name: string): Promise<void> {
  await page.locator(`#${id}`).fill(name);
  await page.getByRole('option', { name }).first().click();
}
const typed = (id: string): Promise<string> => admin.page.locator(`#${id}`).inputValue();
const row = (words: string): Locator => admin.page.getByRole('row').filter({ hasText: words });
const openRow = (words: string): Promise<void> => row(words).getByRole('button').first().click();
const lineOfAgent = (): Locator => agent.at('sip-line-row').filter({ hasText: '公司分配' });
/** The list is read when its page is opened. */
async function lookAnew(): Promise<void> {
  if (await admin.at('close-drawer').isVisible()) await admin.at('close-drawer').click();
  await admin.at('channels-numbers').click();
  await admin.at('channels-sip').click();
}

describe('SIP accounts of the company', () => {
  it('are none at first, and the page says what they are for', async () => {
    await admin.page.getByText('公司还没有统一的分机').waitFor();
    await admin.at('create-sip-account').click();
  });

  it('says at the field what is wrong, and keeps what was typed', async () => {
    const { page } = admin;
    await page.fill('#sip-server', 'https://pbx.example.com');
    await page.fill('#sip-user', '8001');
    await page.fill('#sip-name', '客服一线');
    await page.fill('#sip-password', password);
    await admin.at('save-sip-account').click();
    await reads(page.locator('#sip-server-error'), '服务器地址不对');
    await page.fill('#sip-server', pbx.url);
    await page.fill('#sip-domain', pbx.domain);
    await page.fill('#sip-password', '');
    await admin.at('save-sip-account').click();
    await reads(page.locator('#sip-password-error'), '请填写密码');
    expect([await typed('sip-server'), await typed('sip-user'), await typed('sip-name')]).toEqual([pbx.url, '8001', '客服一线']); // prettier-ignore
  });

  it('is added for nobody yet, and stands in the list', async () => {
    await admin.page.fill('#sip-password', password);
    await admin.at('save-sip-account').click();
    await admin.at('sip-account-form').waitFor({ state: 'detached' });
    await reads(row('客服一线'), `8001 · ${pbx.domain}`, '未分配');
    await reads(admin.at('sip-accounts-total'), '1 个分机');
  });

  it('never shows the password again', async () => {
    await openRow('客服一线');
    await admin.page.getByText('已保存；留空则不改。').waitFor();
    expect(await typed('sip-password')).toBe('');
    expect(await admin.page.content()).not.toContain(password);
    expect(told.length).toBeGreaterThan(0);
    expect(told.filter((frame) => frame.includes(password))).toEqual([]);
  });

  it('is not added twice, and nothing of the second one is lost', async () => {
    const { page } = admin;
    await admin.at('close-drawer').click();
    await admin.at('create-sip-account').click();
    await page.fill('#sip-server', pbx.url);
    await page.fill('#sip-domain', pbx.domain);
    await page.fill('#sip-user', '8001');
    await page.fill('#sip-password', 'another');
    await choose(page, 'sip-account-employee', '林可');
    await admin.at('save-sip-account').click();
    await admin.page.getByRole('dialog').getByText('公司已经有这个分机了').waitFor();
    expect([await typed('sip-user'), await typed('sip-password')]).toEqual(['8001', 'another']);
    await reads(admin.at('sip-account-form').locator('.el-select'), '林可');
    await admin.at('close-drawer').click();
    await reads(admin.at('sip-accounts-total'), '1 个分机');
  });

  it('comes to the desk of whom it is given to, and registers there by itself', async () => {
    await agent.goToSettings('锦云通讯');
    expect(await lineOfAgent().count()).toBe(0);
    await openRow('客服一线');
    await choose(admin.page, 'sip-account-owner', '陈晓');
    await admin.at('assign-sip-account').click();
    await reads(admin.page.getByRole('dialog').last(), '把「客服一线」分配给 陈晓');
    await admin.at('sip-account-now').click();
    await reads(row('客服一线'), '陈晓');
    await reads(lineOfAgent(), '客服一线', '已注册', '默认线路');
    // Theirs to try, and not to edit, switch off or read the password of.
    expect(await lineOfAgent().getByTestId('sip-edit').count()).toBe(0);
    expect(await lineOfAgent().getByTestId('sip-enabled').count()).toBe(0);
    await lineOfAgent().getByTestId('sip-test-company').click();
    await reads(agent.at('sip-company-line'), pbx.url, `8001@${pbx.domain}`);
    expect(await agent.page.content()).not.toContain(password);
    await lookAnew();
    await reads(row('客服一线'), '使用中');
  });

  it('is changed without its password, which stays', async () => {
    await openRow('客服一线');
    await admin.page.fill('#sip-name', '客服热线');
    await admin.page.fill('#sip-caller-ids', '057155000001');
    await admin.at('save-sip-account').click();
    await admin.page.getByText('已保存，员工的电脑会自动更新').waitFor();
    await admin.page.getByRole('dialog', { name: '客服热线' }).waitFor();
    await reads(row('客服热线'), '057155000001', '陈晓');
    await reads(lineOfAgent(), '客服热线', '已注册');
    await reads(agent.at('sip-company-line'), '057155000001');
  });

  it('is changed by what is saved next, as often as one likes: another password too', async () => {
    await admin.page.fill('#sip-password', 'not-the-one');
    await admin.at('save-sip-account').click();
    await reads(lineOfAgent(), '账号被拒绝', '分机号或密码不对');
    expect(await typed('sip-password')).toBe('');
    await admin.page.fill('#sip-password', password);
    await admin.at('save-sip-account').click();
    await reads(lineOfAgent(), '已注册');
    expect(told.filter((frame) => frame.includes(password))).toEqual([]);
  });
});

describe('capability numbers', () => {
  const numbers = (): Locator => agent.at('capability-numbers');

  it('says why a number is refused, and keeps what was typed', async () => {
    await admin.at('close-drawer').click();
    await admin.at('channels-numbers').click();
    await admin.page.getByText('还没有能力号').waitFor();
    await agent.goToSettings('呼叫设置');
    await agent.page.getByRole('heading', { name: '呼叫设置' }).first().waitFor();
    expect(await numbers().count()).toBe(0);
    await admin.at('create-capability-number').click();
    expect(await admin.at('save-capability-number').isDisabled()).toBe(true);
    await admin.page.fill('#capability-number', '0571abc');
    await admin.page.fill('#capability-answering', '15400000201');
    await admin.page.fill('#capability-note', '售前咨询');
    await choose(admin.page, 'capability-holder', '陈晓');
    await admin.at('save-capability-number').click();
    await admin.at('capability-number-form').getByRole('alert').waitFor();
    expect([await typed('capability-number'), await typed('capability-answering'), await typed('capability-note')]).toEqual(['0571abc', '15400000201', '售前咨询']); // prettier-ignore
  });

  it('is bound to an employee, whose desk shows it by itself', async () => {
    await admin.page.fill('#capability-number', '057155000001');
    await admin.at('save-capability-number').click();
    await admin.at('capability-number-form').waitFor({ state: 'detached' });
    await reads(row('售前咨询'), '0571 5500 0001', '154 0000 0201', '陈晓', '呼出和接听');
    await reads(numbers(), '售前咨询', '0571 5500 0001', '154 0000 0201');
  });

  it('is bound to a department instead, and its people share it', async () => {
    await openRow('售前咨询');
    await choose(admin.page, 'capability-holder', '销售一部');
    await admin.at('save-capability-number').click();
    await reads(row('售前咨询'), '销售一部（部门共用）');
    await reads(numbers(), '部门共用');
  });

  it('is bound once alone, and removed when that is meant', async () => {
    await admin.at('create-capability-number').click();
    await admin.page.fill('#capability-number', '0571 5500 0001');
    await admin.at('save-capability-number').click();
    await admin.at('capability-number-form').getByText('已经在列表里').waitFor();
    await admin.at('close-drawer').click();
    await openRow('售前咨询');
    await admin.at('remove-capability-number').click();
    await admin.page.getByRole('button', { name: '取消' }).click();
    await reads(numbers(), '售前咨询');
    await admin.at('remove-capability-number').click();
    await admin.at('remove-capability-number-now').click();
    await admin.page.getByText('还没有能力号').waitFor();
    await numbers().waitFor({ state: 'detached' });
  });
});

describe('a SIP account that is not wanted any more', () => {
  it('is asked about before it is taken back, and goes from the desk', async () => {
    await agent.goToSettings('锦云通讯');
    await reads(lineOfAgent(), '已注册');
    await admin.at('channels-sip').click();
    await openRow('客服热线');
    await admin.at('take-back-sip-account').click();
    await reads(admin.page.getByRole('dialog').last(), '从 陈晓 收回「客服热线」');
    await admin.at('sip-account-now').click();
    await reads(row('客服热线'), '未分配');
    await lineOfAgent().waitFor({ state: 'detached' });
  });

  it('is asked about before it is deleted, and is in no list then', async () => {
    await openRow('客服热线');
    await admin.at('remove-sip-account').click();
    await admin.page.getByRole('button', { name: '取消' }).click();
    await row('客服热线').waitFor();
    await admin.at('remove-sip-account').click();
    await reads(admin.page.getByRole('dialog').last(), '删除「客服热线」', '通话记录都还在');
    await admin.at('sip-account-now').click();
    await admin.page.getByText('公司还没有统一的分机').waitFor();
  });

  it('left no complaint in the console', () => {
    expect([...complaints, ...colleaguesComplaints]).toEqual([]);
  });
});
