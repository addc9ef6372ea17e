import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { talkative, type Behaviour } from '#simulator/network/behaviours.ts';
import { codeParties, featureCodes } from '#simulator/pbx/feature-codes.ts';
import { headerOf } from '#simulator/pbx/sip-message.ts';
import { until } from '#tests/support/until.ts';
import { DeskWindow } from './desk-window.ts';
import { watchNotices } from './shown-notices.ts';
import { openSipDesk, register, typeAccount, type SipDesk } from './sip-steps.ts';

const customer: Behaviour = { ...talkative, alertAfterMs: 100, answerAfterMs: [400, 400], replies: [] };

let desk: SipDesk;
let { trunk, pbx, there, page, agent, complaints } = {} as SipDesk;

beforeAll(async () => {
  desk = await openSipDesk({ farParties: codeParties }, { codes: featureCodes, notices: true });
  ({ trunk, pbx, there, page, agent, complaints } = desk);
  await register(desk);
});
afterAll(() => desk?.close());

/** How many ways to the extension the server knows. */
const bindings = async (): Promise<number> =>
  (JSON.stringify(await pbx.command('ul.dump')).match(/"Contact":/g) ?? []).length;
const lineRow = (name: string): Locator => agent.at('sip-line-row').filter({ hasText: name });
/** A page of a test always has the focus. */
const inFront = (window: Page, is: boolean): Promise<void> =>
  window.evaluate((has) => {
    document.hasFocus = () => has;
    dispatchEvent(new Event(has ? 'focus' : 'blur'));
  }, is);
const raise = (words: string): never => {
  throw new Error(words);
};

/** A notice is there within a second where nothing else wants the processor. */
const patient = { timeout: 10_000 };

describe('lines of 锦云通讯, and what they have to do with the agent', () => {
  it('shows the number that was chosen for the call, or none', async () => {
    await agent.goToSettings('锦云通讯');
    await page.getByLabel('主叫号码', { exact: true }).fill('15400000001、154 0000 0002');
    await agent.at('sip-save').click();
    await page.getByText('已保存', { exact: true }).waitFor();
    const callee = '15400000141';
    const shownBy = async (choose: () => Promise<void>): Promise<string[]> => {
      await page.keyboard.press('Control+d');
      await agent.at('by-sip').click();
      await choose();
      await page.getByLabel('电话号码').fill(callee);
      await page.keyboard.press('Enter');
      await until('the call is at the trunk', () => Boolean(trunk.callOf(callee)?.asked));
      const invite = trunk.callOf(callee)?.asked;
      await agent.at('hang-up').click();
      await agent.at('continue-now').click();
      return ['from', 'p-preferred-identity', 'privacy'].map((name) => (invite ? headerOf(invite, name) : ''));
    };
    const [from, identity, privacy] = await shownBy(
      async () => void (await agent.at('caller-id').selectOption('15400000002')),
    );
    expect(from).toContain('sip:8001@');
    expect(identity).toBe(`<sip:15400000002@${pbx.domain}>`);
    expect(privacy).toBe('');
    const hidden = await shownBy(() => agent.at('hide-number').click());
    expect(hidden[0]).toMatch(/^"Anonymous" <sip:anonymous@anonymous\.invalid>/);
    // The PBX may still know who calls.
    expect(hidden.slice(1)).toEqual([`<sip:15400000001@${pbx.domain}>`, 'id']);
  });

  it('a second account is a line of its own beside the first, with keys by INFO', async () => {
    await agent.goToSettings('锦云通讯');
    await agent.at('sip-add').click();
    // By another name, so that nothing tells that it is the same server.
    await typeAccount(desk, '8002', `ws://localhost:${pbx.wsPort}`);
    await page.getByLabel('备注名').fill('上海线');
    await agent.at('sip-advanced').click();
    await page.getByLabel('STUN 服务器').fill('http://stun.example.com');
    await agent.at('sip-save').click();
    await page.getByText('不是 STUN 服务器地址').waitFor();
    await page.getByLabel('STUN 服务器').fill('');
    await page.getByText('随信令（INFO）').click();
    await agent.at('sip-save').click();
    await lineRow('上海线').filter({ hasText: '已注册' }).waitFor();
    await lineRow('8001@')
      .filter({ hasText: /默认线路[^]*已注册/ })
      .waitFor();
    await agent.at('sip-chip').filter({ hasText: '2/2 已注册' }).waitFor();
    expect(await bindings()).toBe(2);
  });

  it('a call goes by the line that is chosen, its keys as that account says, and its record tells', async () => {
    const callee = '15400000143';
    await page.keyboard.press('Control+d');
    await agent.at('by-sip').click();
    await agent.at('dial-line').selectOption({ label: '上海线' });
    await page.getByLabel('电话号码').fill(callee);
    await page.keyboard.press('Enter');
    await agent.callState(/通话中(?!断)/);
    expect(headerOf(trunk.callOf(callee)?.asked ?? raise('no call'), 'from')).toContain('sip:8002@');
    await agent.at('call-dock').filter({ hasText: '锦云通讯 · 上海线' }).waitFor();
    trunk.manners.refuseInfo = 415;
    await agent.at('keypad').click();
    await page.keyboard.press('5');
    await page.getByText('按键没有送达').first().waitFor();
    trunk.manners.refuseInfo = null;
    await page.keyboard.press('7');
    await until('the key arrives', () => trunk.farParty(callee).digits === '7');
    await agent.at('keypad').click();
    // Somebody calls by the other line meanwhile; the two are at two PBXs, as far as anybody knows.
    const waiting = await trunk.incomingCall(pbx, '8001', '15400000144');
    await agent.at('second-line').filter({ hasText: '8001@' }).waitFor();
    await agent.at('answer').click();
    await until('the second caller is connected', () => waiting.call.state === 'active');
    await agent.at('calls-apart').filter({ hasText: '在两个电话系统上' }).waitFor();
    expect(await agent.at('complete-transfer').isDisabled()).toBe(true);
    await agent.at('join').click();
    await agent.at('joined').waitFor();
    waiting.call.end('remote');
    await agent.at('joined').waitFor({ state: 'detached' });
    await agent.at('hang-up').click();
    await agent.callState(/挂断/);
    await agent.at('continue-now').click();
    await agent.goTo('通话');
    await agent.leadRows.first().waitFor({ state: 'detached' });
    await page.getByRole('grid').getByText('0143').first().click();
    await page.keyboard.press('Enter');
    await agent.at('call-drawer').filter({ hasText: '锦云通讯 · 上海线' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('the default line is another one when a person says so; one that is off or deleted takes no call with it', async () => {
    const callee = '15400000145';
    await agent.goToSettings('锦云通讯');
    await lineRow('上海线').getByTestId('sip-set-default').click();
    await lineRow('上海线').filter({ hasText: '默认线路' }).waitFor();
    await page.keyboard.press('Control+d');
    await agent.at('by-sip').click();
    await page.getByLabel('电话号码').fill(callee);
    await page.keyboard.press('Enter');
    await agent.callState(/通话中(?!断)/);
    expect(headerOf(trunk.callOf(callee)?.asked ?? raise('no call'), 'from')).toContain('sip:8002@');
    await lineRow('上海线').getByTestId('sip-enabled').click();
    await agent.at('sip-list-refused').filter({ hasText: '这条线路正在通话' }).waitFor();
    await lineRow('8001@').getByTestId('sip-enabled').click();
    await lineRow('8001@').filter({ hasText: '已停用' }).waitFor();
    await agent.callState(/通话中(?!断)/);
    await agent.at('hang-up').click();
    await agent.callState(/挂断/);
    await agent.at('continue-now').click();
    await lineRow('8001@').getByTestId('sip-enabled').click();
    await lineRow('8001@').filter({ hasText: '已注册' }).waitFor();
    await lineRow('上海线').getByTestId('sip-edit').click();
    await agent.at('sip-remove').click();
    await agent.at('sip-remove-now').click();
    await agent.at('sip-lines').waitFor({ state: 'detached' });
    await agent.at('sip-line').filter({ hasText: '已注册' }).waitFor();
    await expect.poll(bindings).toBe(1);
  });

  it('is one key away where the phone is the default: Shift+D in the list, and the menu of the button', async () => {
    await agent.dialBy('锦呼话机');
    await agent.goTo('线索库');
    await agent.leadRows.first().waitFor();
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+D');
    await agent.at('menu-desk-phone').filter({ hasText: '（默认）' }).waitFor();
    await agent.at('menu-sip').filter({ hasText: '已注册' }).click();
    await page.getByTestId('call-dock').filter({ hasText: '锦云通讯' }).waitFor();
    await agent.at('hang-up').click();
    await agent.callState(/挂断/);
    await agent.at('continue-now').click();
  });

  it('is a way out where the phone cannot: one click in the refusal', async () => {
    await agent.dialBy('锦呼话机');
    there.host.demo.phone().unplug();
    await page.getByText('找不到话机端口').first().waitFor();
    await page.keyboard.press('Control+d');
    // Another one: nobody is called four times in five minutes.
    await page.keyboard.type('15400000139');
    await page.keyboard.press('Enter');
    await agent.at('dial-by-sip').click();
    await agent.callState(/通话中(?!断)/);
    await agent.at('hang-up').click();
    await agent.callState('我方挂断');
    await agent.at('continue-now').click();
    there.host.demo.phone().plug();
    await agent.dialBy('锦云通讯');
  });

  it('the PBX is told the agent’s state by feature codes, which are no calls, and again when it has forgotten', async () => {
    const knows = (state: string): Promise<void> =>
      expect.poll(() => pbx.stateOf('8001'), { timeout: 20_000 }).toBe(state);
    await agent.goToSettings('锦云通讯');
    await agent.at('sip-advanced').click();
    await page.getByLabel('空闲代码').fill('*79');
    await page.getByLabel('小休代码').fill('110');
    await agent.at('sip-save').click();
    await page.getByText('「110」不是功能码').waitFor();
    await page.getByLabel('小休代码').fill('*78');
    await agent.at('sip-save').click();
    await knows('ready');
    await agent.choose('会议');
    await knows('break');
    await agent.at('sip-state-report').filter({ hasText: '已告诉电话系统「小休中」' }).waitFor();
    await pbx.stopServer(true);
    await pbx.startServer();
    expect(await pbx.stateOf('8001')).toBeNull();
    await knows('break');
    await page.getByLabel('空闲代码').fill('*9');
    trunk.farParty('*9').behaviour = {
      ...customer,
      alertAfterMs: null,
      answerAfterMs: null,
      releaseAfterMs: 50,
      cause: 1,
    };
    await agent.at('sip-save').click();
    await agent.choose('空闲');
    await agent
      .at('sip-state-report')
      .filter({ hasText: /「空闲」未报给电话系统：.*\*9（404）/ })
      .waitFor();
    await agent.at('sip-chip').filter({ hasText: '状态未报' }).waitFor();
    await page.getByLabel('空闲代码').fill('*79');
    await agent.at('sip-save').click();
    await knows('ready');
    await agent.at('sip-chip').filter({ hasText: '状态未报' }).waitFor({ state: 'detached' });
    // What a browser says of a server that is away is no mistake of the page.
    expect(complaints.splice(0).filter((said) => !said.includes('WebSocket connection to'))).toEqual([]);
    await agent.goTo('通话');
    const list = page.getByRole('grid');
    await list.filter({ hasText: '锦云通讯' }).waitFor();
    expect(await list.innerText()).not.toContain('*');
  });

  it('on a break a caller is told that we are busy, and stands in the list as missed', async () => {
    // In the list itself it would be seen at once; what was missed before is seen there now.
    await agent.goTo('通话');
    await agent.at('missed-calls').waitFor({ state: 'detached' });
    await agent.at('calls-way').click();
    await page.getByRole('option', { name: '呼出' }).click();
    await agent.goTo('线索库');
    await agent.choose('会议');
    const refused = await trunk.incomingCall(pbx, '8001', '15400000140');
    await until('the caller is refused', () => refused.finalStatus === 486);
    await agent.at('missed-calls').filter({ hasText: '1 个未接来电' }).waitFor();
    // Narrowed to something else, as it was left, the list shows none of them.
    await agent.goTo('通话');
    await page.waitForTimeout(800);
    expect(await agent.at('missed-calls').count()).toBe(1);
    await page.getByRole('button', { name: '清除筛选' }).first().click();
    await agent.at('missed-calls').waitFor({ state: 'detached' });
    await agent.openRow(0);
    expect(await agent.at('call-drawer').innerText()).toContain('小休中已拒接');
    expect(await agent.at('call-drawer').getByTestId('dial-again').innerText()).toContain('回拨');
    await page.keyboard.press('Escape');
    await agent.choose('空闲');
  });

  it('who calls while the window is not in front is told by the system, and so is what was missed', async () => {
    await agent.goToSettings('呼叫设置');
    await agent.at('call-notices').filter({ hasText: '浏览器禁止了本页面的通知' }).waitFor();
    await page.context().grantPermissions(['notifications']);
    await agent.at('call-notices').filter({ hasText: '点击打开窗口接听' }).waitFor();
    const notices = await watchNotices(page);
    const show = notices.texts;
    await inFront(page, false);
    const missed = await trunk.incomingCall(pbx, '8001', '15400000143');
    await expect
      .poll(show, patient)
      .toEqual(['来电 · 陌生号码 / 154 0000 0143 · 示例省 示例市 · 移动号段 · 点击打开窗口接听']);
    missed.call.end('remote');
    await expect.poll(show, patient).toEqual(['未接来电 · 陌生号码 / 154 0000 0143 · 示例省 示例市 · 移动号段']);
    await inFront(page, true);
    expect(await show()).toEqual([]);
    await inFront(page, false);
    const taken = await trunk.incomingCall(pbx, '8001', '15400000143');
    await expect.poll(show, patient).toHaveLength(1);
    await notices.click();
    await agent.at('answer').click();
    await until('the caller is connected', () => taken.call.state === 'active');
    await expect.poll(show, patient).toEqual([]);
    taken.call.end('remote');
    await agent.callState(/挂断/);
    await agent.at('continue-now').click();
    expect(await show()).toEqual([]);
    await inFront(page, true);
  });

  it('of two windows of the desk one tells of a caller, and none while the other is in front', async () => {
    const [second] = await Promise.all([
      page.context().waitForEvent('page'),
      page.evaluate(() => void window.open(location.href)),
    ]);
    const other = new DeskWindow(second);
    await other.at('sip-chip').filter({ hasText: '已注册' }).waitFor();
    const watched = [await watchNotices(page), await watchNotices(second)];
    const show = async (): Promise<string[]> => (await Promise.all(watched.map((each) => each.texts()))).flat();
    await inFront(page, false);
    await inFront(second, true);
    const caller = await trunk.incomingCall(pbx, '8001', '15400000146');
    for (const window of [agent, other]) await window.callState(/来电/);
    expect(await show()).toEqual([]);
    await inFront(second, false);
    await expect
      .poll(show, patient)
      .toEqual(['来电 · 陌生号码 / 154 0000 0146 · 示例省 示例市 · 移动号段 · 点击打开窗口接听']);
    await inFront(page, true);
    await expect.poll(show, patient).toEqual([]);
    await inFront(page, false);
    await expect.poll(show, patient).toHaveLength(1);
    caller.call.end('remote');
    await expect.poll(show, patient).toEqual(['未接来电 · 陌生号码 / 154 0000 0146 · 示例省 示例市 · 移动号段']);
    await inFront(second, true);
    await expect.poll(show, patient).toEqual([]);
    await second.close();
  });
});
