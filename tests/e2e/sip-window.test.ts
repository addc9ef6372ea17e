import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { talkative, type Behaviour } from '#simulator/network/behaviours.ts';
import { loadVoices } from '#simulator/network/voices.ts';
import { wavFile } from '#simulator/network/wav.ts';
import { makeCertificate, type Certificate } from '#simulator/pbx/certificate.ts';
import { codeParties, featureCodes } from '#simulator/pbx/feature-codes.ts';
import { Pbx } from '#simulator/pbx/pbx.ts';
import { headerOf } from '#simulator/pbx/sip-message.ts';
import { Trunk } from '#simulator/pbx/trunk.ts';
import { loudnessOf } from '#tests/support/tone-power.ts';
import { until } from '#tests/support/until.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';
import { recordingOnDisk } from './recording-on-disk.ts';

/** Synthetic, and of no sample lead. */
const number = '15400000138';
const customer: Behaviour = { ...talkative, alertAfterMs: 100, answerAfterMs: [400, 400], replies: [] };

const pbxHost = '127.0.0.1';

let folder: string;
let trunk: Trunk;
let pbx: Pbx;
let there: Installation;
let page: Page;
let complaints: string[];
let agent: DeskWindow;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sip-window-'));
  const voices = loadVoices();
  const microphone = join(folder, 'agent.wav');
  writeFileSync(microphone, wavFile(voices.get('agent-talk') ?? new Int16Array()));
  trunk = await Trunk.open({ farParties: { [number]: customer, ...codeParties } });
  const certificate = certificateHere();
  const users = ['8001', '8002'].map((name) => ({ name, password: `pw-${name}` }));
  pbx = await Pbx.start({ users, lines: { '*': trunk.port }, codes: featureCodes, certificate });
  // Trusted by this browser alone; nothing else on this machine knows it.
  there = await install(undefined, { microphone }, [certificate.spkiHash]);
  ({ page, complaints } = await there.open());
  agent = new DeskWindow(page);
  await agent.enterDemo('agent');
});
afterAll(async () => {
  await there?.close();
  trunk?.close();
  await pbx?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** For this machine, signed by itself. */
function certificateHere(): Certificate {
  const now = Date.now();
  return makeCertificate({ names: [pbxHost], validFrom: now - 86_400_000, validTo: now + 86_400_000 });
}
const testStep = (id: string, state: string): Promise<void> =>
  agent
    .at(`sip-test-${id}`)
    .and(page.locator(`[data-state="${state}"]`))
    .waitFor();
/** How many ways to the extension the server knows. */
const bindings = async (): Promise<number> =>
  (JSON.stringify(await pbx.command('ul.dump')).match(/"Contact":/g) ?? []).length;

const dial = async (): Promise<void> => {
  await page.keyboard.press('Control+d');
  await agent.at('dial-way').filter({ hasText: '已注册' }).waitFor();
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');
};
/** The channel that dials go by. */
async function dialBy(channel: string): Promise<void> {
  await goToSettings('呼叫设置');
  await page.locator('.el-select', { has: page.getByRole('combobox', { name: '外呼通道' }) }).click();
  await page.getByRole('option', { name: channel }).click();
}
const goToSettings = async (place: string): Promise<void> => {
  await agent.at('nav-settings').click();
  await page.getByRole('link', { name: place, exact: true }).click();
};
const choose = async (state: string): Promise<void> => {
  await agent.at('agent-state').click();
  await page.getByRole('menuitemradio', { name: state }).click();
};
const lineRow = (name: string): Locator => agent.at('sip-line-row').filter({ hasText: name });
const raise = (words: string): never => {
  throw new Error(words);
};
const heard = (ms: number): Int16Array => trunk.farParty(number).heard.samples.subarray(-ms * 8);

describe('锦云通讯', () => {
  it('is set up in the settings, says what is wrong, and is registered', async () => {
    await goToSettings('锦云通讯');
    await page.getByLabel('服务器地址').fill('not an address');
    await agent.at('sip-save').click();
    await page.getByText('服务器地址不对').waitFor();
    await page.getByLabel('服务器地址').fill(pbx.secureUrl);
    await page.getByLabel('域', { exact: true }).fill(pbx.domain);
    await page.getByLabel('分机号', { exact: true }).fill('8001');
    await page.getByLabel('密码').fill('wrong');
    await agent.at('sip-save').click();
    await agent.at('sip-line').filter({ hasText: '分机号或密码不对' }).waitFor();
    await page.getByLabel('密码').fill('pw-8001');
    await agent.at('sip-save').click();
    await agent.at('sip-line').filter({ hasText: '已注册' }).waitFor();
    await agent.at('sip-chip').filter({ hasText: '已注册' }).waitFor();
  });

  it('is tested step by step beside the line in use, which does not notice', async () => {
    await agent.at('sip-test-start').click();
    await testStep('media', 'untested');
    await testStep('register', 'passed');
    // The program itself does not know the certificate, the window does; and it is the window that calls.
    await testStep('certificate', 'passed');
    expect(await agent.at('sip-test-certificate').innerText()).toContain('窗口连得上');
    expect(await agent.at('sip-test-summary').innerText()).toContain('能注册');
    await page.getByLabel('密码').fill('wrong');
    await agent.at('sip-test-summary').filter({ hasText: '改过了' }).waitFor();
    await agent.at('sip-test-start').click();
    await testStep('register', 'failed');
    expect(await agent.at('sip-test-register').innerText()).toContain('分机号或密码不对');
    expect(await bindings()).toBe(1);
    expect(await agent.at('sip-line').innerText()).toContain('已注册');
  });

  it('… and a certificate that the browser does not trust fails its step, with what to do', async () => {
    const { cert, key } = certificateHere();
    const stranger = createHttps({ cert, key });
    await new Promise<void>((resolve) => stranger.listen(0, pbxHost, resolve));
    const { port } = stranger.address() as AddressInfo;
    await page.getByLabel('服务器地址').fill(`wss://${pbxHost}:${port}`);
    await agent.at('sip-test-start').click();
    await testStep('certificate', 'failed');
    expect(await agent.at('sip-test-certificate').innerText()).toMatch(/自签[^]*管理员/);
    await testStep('register', 'skipped');
    stranger.close();
    // What the browser says of it itself is no mistake of the page.
    expect(complaints.splice(0).join()).toMatch(/^console: WebSocket connection to [^,]*ERR_CERT_AUTHORITY_INVALID$/);
    await page.getByLabel('服务器地址').fill(pbx.secureUrl);
  });

  it('carries a call: the opener speaks first, F2 puts the agent on the line', async () => {
    await dialBy('锦云通讯');
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
    await goToSettings('呼叫设置');
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
    await goToSettings('锦云通讯');
    await page.getByLabel('空闲代码').fill('*79');
    await page.getByLabel('小休代码').fill('110');
    await agent.at('sip-save').click();
    await page.getByText('「110」不是功能码').waitFor();
    await page.getByLabel('小休代码').fill('*78');
    await agent.at('sip-save').click();
    await knows('ready');
    await choose('会议');
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
    await choose('空闲');
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
    await choose('会议');
    const refused = await trunk.incomingCall(pbx, '8001', '15400000140');
    await until('the caller is refused', () => refused.finalStatus === 486);
    await agent.at('missed-calls').filter({ hasText: '1 个未接来电' }).waitFor();
    await agent.goTo('通话');
    await agent.at('missed-calls').waitFor({ state: 'detached' });
    await agent.openRow(0);
    expect(await agent.at('call-drawer').innerText()).toContain('小休中已拒接');
    expect(await agent.at('call-drawer').getByTestId('dial-again').innerText()).toContain('回拨');
    await page.keyboard.press('Escape');
    await choose('空闲');
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
    await goToSettings('呼叫设置');
    await agent.at('call-notices').filter({ hasText: '浏览器禁止了本页面的通知' }).waitFor();
    await page.context().grantPermissions(['notifications']);
    await agent.at('call-notices').filter({ hasText: '点击打开窗口接听' }).waitFor();
    // A page of a test always has the focus; and what the system shows no test can see.
    const notices = await page.evaluateHandle(() => {
      const shown = new Map<string, Notification>();
      globalThis.Notification = class extends Notification {
        constructor(title: string, options?: NotificationOptions) {
          super(title, options);
          shown.set(`${title} / ${this.body}`, this);
        }
        override close(): void {
          super.close();
          for (const [text, notice] of shown) if (notice === this) shown.delete(text);
        }
      };
      return shown;
    });
    const show = (): Promise<string[]> => notices.evaluate((shown) => [...shown.keys()]);
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
    await notices.evaluate((shown) => [...shown.values()][0]?.onclick?.(new Event('click')));
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
    await goToSettings('锦云通讯');
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
    await goToSettings('锦云通讯');
    await agent.at('sip-add').click();
    await page.getByLabel('服务器地址').fill(pbx.secureUrl);
    await page.getByLabel('域', { exact: true }).fill(pbx.domain);
    await page.getByLabel('分机号', { exact: true }).fill('8002');
    await page.getByLabel('密码', { exact: true }).fill('pw-8002');
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
    // Somebody calls by the other line meanwhile; the two are of two lines.
    const waiting = await trunk.incomingCall(pbx, '8001', '15400000144');
    await agent.at('second-line').filter({ hasText: '8001@' }).waitFor();
    await agent.at('answer').click();
    await until('the second caller is connected', () => waiting.call.state === 'active');
    await agent.at('complete-transfer').click();
    await agent.at('transfer-failed').filter({ hasText: '不在同一条线路上' }).waitFor();
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
    await goToSettings('锦云通讯');
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
    await dialBy('锦呼话机');
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
    await dialBy('锦呼话机');
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
    await dialBy('锦云通讯');
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
