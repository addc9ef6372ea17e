import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { talkative, type Behaviour } from '#simulator/network/behaviours.ts';
import type { Pbx } from '#simulator/pbx/pbx.ts';
import { headerOf } from '#simulator/pbx/sip-message.ts';
import type { Trunk } from '#simulator/pbx/trunk.ts';
import { loudnessOf } from '#tests/support/tone-power.ts';
import { until } from '#tests/support/until.ts';
import { DeskWindow } from './desk-window.ts';
import type { Installation } from './installation.ts';
import { recordingOnDisk } from './recording-on-disk.ts';
import { watchNotices } from './shown-notices.ts';
import { bindingsOf, certificateHere, openSipWindow, pbxHost, testStep, type SipWindow } from './sip-window-stage.ts';

/** Synthetic, and of no sample lead. */
const number = '15400000138';
const customer: Behaviour = { ...talkative, alertAfterMs: 100, answerAfterMs: [400, 400], replies: [] };

let stage: SipWindow | undefined;
let trunk: Trunk;
let pbx: Pbx;
let there: Installation;
let page: Page;
let complaints: string[];
let agent: DeskWindow;

beforeAll(async () => {
  stage = await openSipWindow({ [number]: customer });
  ({ trunk, pbx, there, page, complaints, agent } = stage);
});
afterAll(() => stage?.close());

const dial = async (): Promise<void> => {
  await page.keyboard.press('Control+d');
  await agent.at('dial-way').filter({ hasText: '已注册' }).waitFor();
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');
};
const heard = (ms: number): Int16Array => trunk.farParty(number).heard.samples.subarray(-ms * 8);

describe('锦云通讯', () => {
  it('is set up in the settings, says what is wrong, and is registered', async () => {
    await agent.goToSettings('锦云通讯');
    await page.getByLabel('服务器地址').fill('not an address');
    await agent.at('sip-save').click();
    await page.getByText('服务器地址不对').waitFor();
    await page.getByLabel('服务器地址').fill(pbx.secureUrl);
    await page.getByLabel('域', { exact: true }).fill(pbx.domain);
    await page.getByLabel('分机号', { exact: true }).fill('8001');
    await page.getByLabel('密码', { exact: true }).fill('wrong');
    await agent.at('sip-save').click();
    await agent.at('sip-line').filter({ hasText: '分机号或密码不对' }).waitFor();
    await page.getByLabel('密码', { exact: true }).fill('pw-8001');
    await agent.at('sip-save').click();
    await agent.at('sip-line').filter({ hasText: '已注册' }).waitFor();
    await agent.at('sip-chip').filter({ hasText: '已注册' }).waitFor();
  });

  it('is tested step by step beside the line in use, which does not notice', async () => {
    await agent.at('sip-test-start').click();
    await testStep(agent, 'media', 'untested');
    await testStep(agent, 'register', 'passed');
    // The program itself does not know the certificate, the window does; and it is the window that calls.
    await testStep(agent, 'certificate', 'passed');
    expect(await agent.at('sip-test-certificate').innerText()).toContain('窗口连得上');
    expect(await agent.at('sip-test-summary').innerText()).toContain('能注册');
    await page.getByLabel('密码', { exact: true }).fill('wrong');
    await agent.at('sip-test-summary').filter({ hasText: '改过了' }).waitFor();
    await agent.at('sip-test-start').click();
    await testStep(agent, 'register', 'failed');
    expect(await agent.at('sip-test-register').innerText()).toContain('分机号或密码不对');
    expect(await bindingsOf(pbx)).toBe(1);
    expect(await agent.at('sip-line').innerText()).toContain('已注册');
  });

  it('… and a certificate that the browser does not trust fails its step, with what to do', async () => {
    const { cert, key } = certificateHere();
    const stranger = createHttps({ cert, key });
    await new Promise<void>((resolve) => stranger.listen(0, pbxHost, resolve));
    const { port } = stranger.address() as AddressInfo;
    await page.getByLabel('服务器地址').fill(`wss://${pbxHost}:${port}`);
    await agent.at('sip-test-start').click();
    await testStep(agent, 'certificate', 'failed');
    expect(await agent.at('sip-test-certificate').innerText()).toMatch(/自签[^]*管理员/);
    await testStep(agent, 'register', 'skipped');
    stranger.close();
    // What the browser says of it itself is no mistake of the page.
    expect(complaints.splice(0).join()).toMatch(/^console: WebSocket connection to [^,]*ERR_CERT_AUTHORITY_INVALID$/);
    await page.getByLabel('服务器地址').fill(pbx.secureUrl);
  });

  it('carries a call: the opener speaks first, F2 puts the agent on the line', async () => {
    await agent.dialBy('锦云通讯');
    await dial();
    await agent.callState(/通话中(?!断)/);
    await until('the customer hears the opener', () => heard(500).length === 4000 && loudnessOf(heard(500)) > 300);
    await page.keyboard.press('F2');
    await page.getByText('已切入').first().waitFor();
    await until('the customer hears the agent', () => loudnessOf(heard(300)) > 100);
  });

  it('shows how the customer is heard, says what to do when that is bad, and finds the sound again', async () => {
    const badge = agent.at('quality');
    await badge.filter({ hasText: '好' }).waitFor();
    await badge.focus();
    await page.keyboard.press('Enter');
    await agent
      .at('quality-figures')
      .filter({ hasText: /丢包\s*0\.0%/ })
      .waitFor();
    expect(await agent.at('quality-figures').innerText()).toMatch(
      /语音评分\s*4\.\d[^]*抖动\s*\d+ 毫秒[^]*往返时延\s*\d+ 毫秒/,
    );
    await page.keyboard.press('Escape');
    trunk.manners.loss = 0.3;
    await badge.filter({ hasText: '差' }).waitFor();
    await agent.at('quality-poor').filter({ hasText: '换用网线' }).waitFor();
    trunk.manners.loss = 1;
    await agent
      .at('quality-silent')
      .filter({ hasText: /听不到对方：\d+ 秒没有收到声音，正在重新连接/ })
      .waitFor();
    await badge.filter({ hasText: '没有声音' }).waitFor();
    trunk.manners.loss = 0;
    await badge.filter({ hasText: '好' }).waitFor();
    expect(await agent.at('quality-silent').count()).toBe(0);
    await agent.callState(/通话中(?!断)/);
  });

  it('is hung up, and the record has the call, its channel, how it was heard, and a recording of both sides', async () => {
    await page.waitForTimeout(1_500);
    await agent.at('hang-up').click();
    await agent.callState('我方挂断');
    await until('the customer is told', () => trunk.open === 0);
    await page.getByText('录音已上传').first().waitFor();
    await agent.at('continue-now').click();
    await agent.goTo('通话');
    await agent.openRow(0);
    await agent.at('player').waitFor();
    expect(await agent.at('call-drawer').innerText()).toContain('锦云通讯');
    const quality = await agent.at('call-quality').innerText();
    expect(quality).toMatch(/通话质量\s*差[^]*丢包\s*[1-9][^]*无声\s*\d+ 秒/);
    const recorded = recordingOnDisk(there.dataDir);
    expect(loudnessOf(recorded.customer)).toBeGreaterThan(50);
    expect(loudnessOf(recorded.agent)).toBeGreaterThan(100);
  });

  it('somebody calls: the dock rings, and the call is taken', async () => {
    const { call } = await trunk.incomingCall(pbx, '8001', number);
    await agent.callState(/来电/);
    await agent.at('answer').click();
    await until('the customer is connected', () => call.state === 'active');
    await until('the customer hears the agent', () => loudnessOf(heard(300)) > 100);
    call.end('remote');
    await agent.callState(/挂断/);
    await agent.at('continue-now').click();
  });

  it('a call whose PBX asks to be answered rings, until the setting lets it through', async () => {
    const asking = [['Answer-Mode', 'Auto']] as const;
    const rings = await trunk.incomingCall(pbx, '8001', '15400000141', asking);
    await agent.at('answer').waitFor();
    await agent.callState(/来电/);
    rings.call.end('remote');
    await agent.callState('未接来电');
    await agent.goToSettings('呼叫设置');
    await page.locator('.el-select', { has: page.getByRole('combobox', { name: '自动接听' }) }).click();
    await page.getByRole('option', { name: '交换机要求时' }).click();
    const { call } = await trunk.incomingCall(pbx, '8001', '15400000141', asking);
    await agent.callState(/通话中 · 自动接听/);
    expect(call.state).toBe('active');
    await until('the caller hears the agent', () => {
      const { samples } = trunk.farParty('15400000141').heard;
      return loudnessOf(samples.subarray(-2_400)) > 100;
    });
    call.end('remote');
    await agent.callState(/挂断/);
    await agent.at('continue-now').click();
    const plain = await trunk.incomingCall(pbx, '8001', '15400000141');
    await agent.callState(/来电/);
    plain.call.end('remote');
    await agent.callState('未接来电');
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
    await agent.goTo('线索库');
    await agent.choose('会议');
    const refused = await trunk.incomingCall(pbx, '8001', '15400000140');
    await until('the caller is refused', () => refused.finalStatus === 486);
    await agent.at('missed-calls').filter({ hasText: '1 个未接来电' }).waitFor();
    await agent.goTo('通话');
    await agent.at('missed-calls').waitFor({ state: 'detached' });
    await agent.openRow(0);
    expect(await agent.at('call-drawer').innerText()).toContain('小休中已拒接');
    expect(await agent.at('call-drawer').getByTestId('dial-again').innerText()).toContain('回拨');
    await page.keyboard.press('Escape');
    await agent.choose('空闲');
  });

  it('R declines who calls', async () => {
    const declined = await trunk.incomingCall(pbx, '8001', '15400000142');
    await agent.at('reject').filter({ hasText: 'R' }).waitFor();
    await page.keyboard.press('r');
    await until('the caller is told', () => declined.finalStatus === 486);
    await agent.callState('已拒接');
    await agent.at('continue-now').click();
  });

  it('who calls while the window is not in front is told by the system, and so is what was missed', async () => {
    await agent.goToSettings('呼叫设置');
    await agent.at('call-notices').filter({ hasText: '浏览器禁止了本页面的通知' }).waitFor();
    await page.context().grantPermissions(['notifications']);
    await agent.at('call-notices').filter({ hasText: '点击打开窗口接听' }).waitFor();
    // A page of a test always has the focus.
    const notices = await watchNotices(page);
    const show = (): Promise<string[]> => notices.texts();
    const inFront = (is: boolean): Promise<void> =>
      page.evaluate((has) => {
        document.hasFocus = () => has;
        dispatchEvent(new Event(has ? 'focus' : 'blur'));
      }, is);
    await inFront(false);
    const missed = await trunk.incomingCall(pbx, '8001', '15400000143');
    await expect.poll(show).toEqual(['来电 · 陌生号码 / 154 0000 0143 · 点击打开窗口接听']);
    missed.call.end('remote');
    await expect.poll(show).toEqual(['未接来电 · 陌生号码 / 154 0000 0143']);
    await inFront(true);
    expect(await show()).toEqual([]);
    await inFront(false);
    const taken = await trunk.incomingCall(pbx, '8001', '15400000143');
    await expect.poll(show).toHaveLength(1);
    await notices.click();
    await agent.at('answer').click();
    await until('the caller is connected', () => taken.call.state === 'active');
    await expect.poll(show).toEqual([]);
    taken.call.end('remote');
    await agent.callState(/挂断/);
    await agent.at('continue-now').click();
    expect(await show()).toEqual([]);
    await inFront(true);
  });

  it('without a microphone tells the caller that nobody is there, and the person why', async () => {
    await page.evaluate(() => {
      const refused = (): Promise<MediaStream> => Promise.reject(new DOMException('', 'NotAllowedError'));
      Object.defineProperty(navigator.mediaDevices, 'getUserMedia', { value: refused, configurable: true });
    });
    const caller = await trunk.incomingCall(pbx, '8001', '15400000143');
    await agent.at('answer').click();
    await until('the caller is told', () => caller.finalStatus === 480);
    await page.getByText('麦克风打不开').first().waitFor();
    await agent.callState(/挂断|未接/);
    await page.evaluate(() => Reflect.deleteProperty(navigator.mediaDevices, 'getUserMedia'));
    await agent.at('continue-now').click();
  });

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

  it('a window that is loaded anew in a call ends it on both sides, and has the line again', async () => {
    await dial();
    await agent.callState(/通话中(?!断)/);
    await page.reload();
    await until('the customer is told', () => trunk.open === 0);
    await agent.at('sip-chip').filter({ hasText: '已注册' }).waitFor();
    await agent.goTo('通话');
    await agent.openRow(0);
    expect(await agent.at('call-drawer').innerText()).toMatch(/话机断开|设备|断开/);
    await page.keyboard.press('Escape');
  });

  it('a second window shows the line and leaves it where it is; when the first goes it has it', async () => {
    const [popup] = await Promise.all([
      page.context().waitForEvent('page'),
      page.evaluate(() => void window.open(location.href)),
    ]);
    const second = new DeskWindow(popup);
    await second.at('sip-chip').filter({ hasText: '已注册' }).waitFor();
    await page.close();
    await second.at('sip-chip').filter({ hasText: '已注册' }).waitFor();
    page = popup;
    agent = second;
    await dial();
    await agent.callState(/通话中(?!断)/);
    await agent.at('hang-up').click();
    await agent.callState('我方挂断');
    expect(complaints).toEqual([]);
  });
});
