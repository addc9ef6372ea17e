import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leadQuery } from '#shared/desk-contract/areas/leads.ts';
import { defaultPoolRules, type PoolRules } from '#shared/domain/pool-rules.ts';
import { enterDemo, openClient, until, type Client } from '#tests/support/desk.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/** 线索库 → 我跟进的客户 → 公海客户, against the demo's own cloud. One story in steps. */
let there: Installation;
let agent: DeskWindow;
let page: Page;
/** At another desk. */
let admin: Client;
let setRules: (changed: Partial<PoolRules>, base: number) => Promise<unknown>;

beforeAll(async () => {
  there = await install();
  ({ page } = await there.open());
  agent = new DeskWindow(page);
  await agent.enterDemo('agent');
});
afterAll(() => there.close());

const total = (count: number): Promise<void> =>
  agent.at('leads-total').filter({ hasText: new RegExp(`^${count} `) }).waitFor(); // prettier-ignore
const row = (n: number) => page.locator(`[role=row][aria-rowindex="${n + 1}"]`);

describe('lists of customers', () => {
  it('find by pinyin, and say where nothing is found', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('slshi');
    await total(200);
    await page.keyboard.type('zzzz');
    await page.getByText('没有找到「slshizzzz」').waitFor();
    await page.getByRole('button', { name: '清除搜索' }).click();
    await total(200);
  });

  it('are ticked a hundred at once, however few of them have come', async () => {
    await page.keyboard.type('sl');
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          requestAnimationFrame(function look() {
            const isHere = document.querySelector('main [role=grid]')?.ariaBusy === 'false';
            if (!isHere) return void requestAnimationFrame(look);
            document.querySelector<HTMLElement>('[data-testid=tick-all]')?.click();
            resolve();
          });
        }),
    );
    await agent.at('ticked-count').filter({ hasText: '已选 100 条' }).waitFor();
    expect(await agent.at('tick-all').isChecked()).toBe(true);
    await agent.at('tick-all').uncheck();
    await agent.at('ticked-bar').waitFor({ state: 'detached' });
    await agent.at('leads-search').fill('');
    await total(200);
  });

  it('have their numbers checked: what it takes is said beforehand, what was found stands at the rows, and once is enough', async () => {
    await agent.at('check-list').click();
    await agent
      .at('check-scope')
      .filter({ hasText: '200 条线索，200 个号码' })
      .filter({ hasText: '模拟检测' })
      .waitFor();
    const ask = Number(await agent.at('check-ask').innerText());
    expect(ask).toBeGreaterThan(50);
    await agent.at('check-start').click();
    await agent
      .at('check-state')
      .filter({ hasText: `检测完成，共 ${ask} 个号码` })
      .waitFor();
    await agent.at('check-close').click();
    // 未检测 is gone from the list, 未知 has come.
    const filtered = async (state: string): Promise<void> => {
      await agent.at('lead-filter').click();
      await page.getByRole('button', { name: state, exact: true }).click();
      await page.keyboard.press('Escape');
    };
    await filtered('未知');
    const shown = page.locator('[role=row] [data-testid=check-tag]');
    await page.waitForFunction(() => {
      const tags = [...document.querySelectorAll('[role=row] [data-testid=check-tag]')].map((tag) => tag.textContent?.trim()); // prettier-ignore
      return tags.length > 0 && tags.every((text) => text === '未知');
    });
    expect(await shown.first().getAttribute('title')).toMatch(/没有这个号码的资料\n.+ 检测$/);
    await row(1).locator('.open').click();
    const detail = await agent.at('check-detail').first().innerText();
    expect(detail).toContain('模拟检测');
    expect(detail).toMatch(/原始结果：(未知（6）|失败（8）|不支持（9）)/);
    // Of what was checked a moment ago nothing is asked for again.
    await agent.at('lead-check').click();
    await agent.at('check-ask').filter({ hasText: /^0$/ }).waitFor();
    expect(await agent.at('check-start').isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await agent.at('view-all').click();
    await total(200);
  });

  it('filter by what the list has, as a view that is there again after a reload', async () => {
    await agent.at('lead-filter').click();
    const first = agent.at('filter-industries').first();
    const [industry = '', count = ''] = (await first.innerText()).split(/\s+/);
    await first.click();
    await page.keyboard.press('Escape');
    await total(Number(count));
    await agent.at('view-save').click();
    await agent.at('view-name').fill('我的行业');
    await page.keyboard.press('Enter');
    await agent.at('view-saved').filter({ hasText: '我的行业' }).waitFor();
    await page.reload();
    await total(200);
    await agent.at('view-saved').click();
    await total(Number(count));
    expect(await page.getByRole('list', { name: '已选筛选' }).innerText()).toContain(industry);
    await agent.at('view-remove').click();
    await agent.at('view-saved').waitFor({ state: 'detached' });
    await agent.at('view-all').click();
    await total(200);
  });

  it('claims with what was completed on the way; the cloud decides, and it is in 我跟进', async () => {
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    const name = await page.locator('[role=row][aria-selected=true] .open').innerText();
    await page.keyboard.press('c');
    await page.locator('[data-testid=lead-form-submit]:enabled').waitFor();
    await agent.at('lead-field-contactName').fill('王采购');
    await agent.at('lead-form-submit').click();
    await agent.at('leads-said').filter({ hasText: '已抓取 1 条' }).waitFor();
    await total(199);
    await agent.at('nav-followed').click();
    await total(1);
    await row(1).filter({ hasText: name }).filter({ hasText: '王采购' }).waitFor();
    await agent.at('wish-waiting').waitFor({ state: 'detached' });
  });

  it('come along: a stage that the cloud tells of, tag, contact, and a plan that the title bar has when it is due', async () => {
    await row(1).locator('.open').click();
    await agent.at('lead-stage').click();
    await page.getByRole('option', { name: '已报价' }).click();
    await agent.at('timeline').filter({ hasText: '把阶段从「新线索」改为「已报价」' }).waitFor();
    await agent.at('tag-field').fill('重点');
    await page.keyboard.press('Enter');
    await agent.at('lead-tag').filter({ hasText: '重点' }).waitFor();
    await agent.at('contact-add').click();
    await agent.at('contact-name').fill('李四');
    await agent.at('contact-phone').fill('154 0000 8801');
    await agent.at('contact-save').click();
    await agent.at('lead-contact').filter({ hasText: '李四' }).waitFor();
    await agent.at('plan-own').click();
    await agent.at('plan-field').fill('2026-01-05T10:00');
    await agent.at('plan-save').click();
    await agent.at('due-open').filter({ hasText: '1' }).click();
    await agent.at('due-done').click();
    await agent.at('plan-tomorrow').waitFor();
    for (let times = 0; times < 2; times += 1) await page.keyboard.press('Escape');
    await row(1).filter({ hasText: '已报价' }).filter({ hasText: '重点' }).waitFor();
  });

  it('rings where a plan has its time, from any page, and waits ten minutes more for whoever asks', async () => {
    await agent.at('nav-leads').click();
    const desk = openClient(await there.host.openDesk('main'));
    const query = leadQuery.parse({ place: 'followed' });
    const { rows } = await desk.call('leads.list', { query, offset: 0, limit: 1 });
    const { id = '', companyName = '' } = rows[0] ?? {};
    const rings = async (): Promise<void> => {
      await desk.call('leads.edit', { id, fields: { nextFollowUpAt: Date.now() + 1500, nextFollowUpNote: '带样品' } });
      await agent.at('due-rings').filter({ hasText: companyName }).filter({ hasText: '带样品' }).waitFor();
    };
    // From another list, and from its own where it was opened and closed before.
    for (let times = 0; times < 2; times += 1) {
      await rings();
      await agent.at('due-rings-show').click();
      await page.getByRole('dialog', { name: companyName }).waitFor();
      await page.keyboard.press('Escape');
      await agent.at('lead-drawer').waitFor({ state: 'detached' });
    }
    await agent.goTo('通话');
    await rings();
    await agent.at('due-open').filter({ hasText: '1' }).waitFor();
    await agent.at('due-rings-later').click();
    await agent.at('due-rings').waitFor({ state: 'detached' });
    await agent.at('due-open').waitFor({ state: 'detached' });
    const { due } = await until(desk, 'leads.due', null, () => true);
    expect(due).toEqual([]);
    desk.dispose();
    await agent.at('nav-followed').click();
    await total(1);
  });

  it('says beforehand when the pool takes one back, by the rule that an administrator has just made', async () => {
    admin = openClient(await there.host.openDesk('admin'));
    await enterDemo(admin, 'admin');
    const { company } = await until(admin, 'session.state', null, ({ phase }) => phase === 'signed-in');
    const rules = { ...defaultPoolRules, warnDays: 5 };
    setRules = (changed, base) =>
      admin.call('company.setPoolRules', { id: company?.id ?? '', ...rules, ...changed, base });
    await setRules({ idleDays: 2 }, 0);
    await row(1)
      .getByTestId('recycle-warning')
      .filter({ hasText: /^3 天后回收$/ })
      .waitFor();
    await row(1).locator('.open').click();
    await agent.at('lead-drawer').getByTestId('recycle-warning').waitFor();
    // A rule that leaves it longer has nothing to warn of yet.
    await setRules({ idleDays: 9 }, 1);
    await agent.at('recycle-warning').first().waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
  });

  it('keeps notes, and gives back with a reason that the pool shows', async () => {
    await row(1).locator('.open').click();
    await agent.at('note-text').fill('下周二带样品上门');
    // Closed in the middle of it, the drawer has it still.
    await page.keyboard.press('Escape');
    await agent.at('lead-drawer').waitFor({ state: 'detached' });
    await row(1).locator('.open').click();
    await expect.poll(() => agent.at('note-text').inputValue()).toBe('下周二带样品上门');
    await agent.at('note-text').focus();
    await page.keyboard.press('Control+Enter');
    await agent.at('timeline').filter({ hasText: '下周二带样品上门' }).waitFor();
    await agent.at('lead-release').click();
    await page.getByRole('button', { name: '暂无需求' }).click();
    await agent.at('confirm-release').click();
    await total(0);
    await page.keyboard.press('Escape');
    await page.getByText('还没有跟进的客户').waitFor();
    await agent.at('nav-public').click();
    await total(1);
    await row(1).filter({ hasText: '暂无需求' }).waitFor();
  });

  it('says of new leads that managers assign them first, where the company has said so; none is claimed with many', async () => {
    await agent.at('nav-leads').click();
    await total(199);
    // The oldest of the sample is eight days old.
    await setRules({ newLeadClaimDays: 30 }, 2);
    await agent.at('lead-locked').filter({ hasText: '新线索待分配' }).first().waitFor();
    await agent.at('claim-all').click();
    await agent.at('claim-rules').filter({ hasText: '入库不满 30 天的新线索不能抓取' }).waitFor();
    await agent.at('claim-count').fill('5');
    await agent.at('confirm-claim-all').click();
    await agent
      .at('leads-said')
      .filter({ hasText: /已抓取 0 条.*另外 5 条/ })
      .waitFor();
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('c');
    await agent.at('claim-locked').filter({ hasText: '先由经理分配' }).waitFor();
    await page.keyboard.press('Escape');
    await setRules({}, 3);
    await agent.at('lead-locked').first().waitFor({ state: 'detached' });
    admin.dispose();
  });

  it('claims all that are free, as many as are asked for', async () => {
    await agent.at('nav-leads').click();
    await total(199);
    await agent.at('claim-all').click();
    await agent.at('claim-count').fill('7');
    // Twice is meant once; where the first was through already, the second is for the button that has the focus again.
    for (let times = 0; times < 2; times += 1) await page.keyboard.press('Enter');
    await total(192);
    await page.keyboard.press('Escape');
    await agent.at('confirm-claim-all').waitFor({ state: 'detached' });
    await agent.at('nav-followed').click();
    await total(7);
    await agent.at('wish-waiting').first().waitFor({ state: 'detached' });
    await agent.at('tick-all').check();
    await agent.at('release-ticked').filter({ hasText: '7' }).click();
    await agent.at('release-reason').fill('测试完毕');
    await agent.at('confirm-release').click();
    await total(0);
  });

  it('keep the cursor on its customer while others are claimed around it, and keys mean the one that is shown', async () => {
    await agent.at('nav-leads').click();
    await total(192);
    const chen = openClient(await there.host.openDesk('main'));
    const query = leadQuery.parse({ place: 'library' });
    const { rows } = await chen.call('leads.list', { query, offset: 0, limit: 5 });
    await page.getByRole('grid').focus();
    for (let times = 0; times < 4; times += 1) await page.keyboard.press('ArrowDown');
    const name = page.locator('[role=row][aria-selected=true] .open');
    const fourth = await name.innerText();
    expect(fourth).toBe(rows[3]?.companyName);
    await chen.call('leads.claim', { ids: rows.slice(0, 2).map(({ id }) => id) });
    await total(190);
    expect([await name.innerText(), await row(2).getAttribute('aria-selected')]).toEqual([fourth, 'true']);
    // Claimed from its drawer it has left the list: the cursor is on the next one, and the drawer still has this one.
    await page.keyboard.press('Enter');
    await agent.at('lead-drawer').waitFor();
    await page.keyboard.press('c');
    await agent.at('lead-form-submit').click();
    await total(189);
    const fifth = rows[4]?.companyName;
    expect([await name.innerText(), await row(2).getAttribute('aria-selected')]).toEqual([fifth, 'true']);
    await chen.call('leads.claim', { ids: [rows[2]?.id ?? ''] });
    await total(188);
    expect([await name.innerText(), await row(1).getAttribute('aria-selected')]).toEqual([fifth, 'true']);
    await agent.at('lead-claim').waitFor({ state: 'detached' });
    await page.keyboard.press('d');
    await agent.at('call-dock').filter({ hasText: fourth }).waitFor();
    await agent.at('hang-up').click();
    await agent.at('hang-up').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    // What was scrolled to stays where it is on the screen.
    const grid = page.getByRole('grid');
    await grid.evaluate((element) => element.scrollTo({ top: 2_000 }));
    const { rows: far } = await chen.call('leads.list', { query, offset: 60, limit: 1 });
    const read = page
      .locator('[role=row]')
      .filter({ hasText: far[0]?.companyName ?? '' })
      .first();
    await read.waitFor();
    const before = await read.boundingBox();
    await chen.call('leads.claim', { ids: [rows[4]?.id ?? ''] });
    await total(187);
    expect([before !== null, await read.boundingBox()]).toEqual([true, before]);
    chen.dispose();
  });

  it('says at once who was faster, where two desks claim the same one, until it was seen', async () => {
    await agent.at('nav-leads').click();
    await total(187);
    // The desk of this window, and a colleague's; who is first at the cloud is not for the test to say.
    const chen = openClient(await there.host.openDesk('main'));
    const lin = openClient(await there.host.openDesk('lin'));
    await enterDemo(lin, 'lin');
    await until(lin, 'sync.state', null, ({ state, reading }) => state === 'synced' && reading === null);
    const query = leadQuery.parse({ place: 'library' });
    const { rows } = await lin.call('leads.list', { query, offset: 0, limit: 20 });
    for (const { id } of rows) {
      await Promise.all([lin, chen].map((client) => client.call('leads.claim', { ids: [id] })));
      const lost = (client: typeof lin) =>
        until(client, 'leads.refused', null, ({ groups }) => groups.some(({ code }) => code === 'lead.taken'));
      const chens = lost(chen).then(() => true);
      const lins = lost(lin).then(() => false);
      for (const waiting of [chens, lins]) waiting.catch(() => undefined);
      if (await Promise.race([chens, lins])) break;
      await lin.call('leads.settleRefused', { reason: { kind: 'lead-claim', code: 'lead.taken', by: '陈晓' }, how: 'dismiss' }); // prettier-ignore
    }
    await agent
      .at('lead-refusal')
      .filter({ hasText: /没有抓到「.+」：这条线索已被 林可 抓取（/ })
      .waitFor();
    await page.keyboard.press('Escape');
    await agent.at('refusal-dismiss').focus();
    await page.keyboard.press('Enter');
    await agent.at('lead-refusals').waitFor({ state: 'detached' });
    for (const client of [chen, lin]) client.dispose();
  });
});
