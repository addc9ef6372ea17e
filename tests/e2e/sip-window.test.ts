import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { talkative, type Behaviour } from '#simulator/network/behaviours.ts';
import { makeCertificate, type Certificate } from '#simulator/pbx/certificate.ts';
import { IceServer } from '#simulator/pbx/ice-server.ts';
import { Nat } from '#simulator/pbx/nat.ts';
import { loudnessOf } from '#tests/support/tone-power.ts';
import { until } from '#tests/support/until.ts';
import { DeskWindow } from './desk-window.ts';
import { recordingOnDisk } from './recording-on-disk.ts';
import { dialOverSip, openSipDesk, typeAccount, type SipDesk } from './sip-steps.ts';

/** Synthetic, and of no sample lead. */
const number = '15400000138';
const customer: Behaviour = { ...talkative, alertAfterMs: 100, answerAfterMs: [400, 400], replies: [] };

const pbxHost = '127.0.0.1';

let desk: SipDesk;
let { trunk, pbx, there, page, agent, complaints } = {} as SipDesk;

beforeAll(async () => {
  desk = await openSipDesk({ farParties: { [number]: customer } }, { certificate: certificateHere() });
  ({ trunk, pbx, there, page, agent, complaints } = desk);
});
afterAll(() => desk?.close());

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
const refuseMicrophone = (): Promise<unknown> =>
  page.evaluate(() => {
    const refused = (): Promise<MediaStream> => Promise.reject(new DOMException('', 'NotAllowedError'));
    Object.defineProperty(navigator.mediaDevices, 'getUserMedia', { value: refused, configurable: true });
  });
const allowMicrophone = (): Promise<unknown> =>
  page.evaluate(() => Reflect.deleteProperty(navigator.mediaDevices, 'getUserMedia'));
/** How many ways to the extension the server knows. */
const bindings = async (): Promise<number> =>
  (JSON.stringify(await pbx.command('ul.dump')).match(/"Contact":/g) ?? []).length;
const heard = (ms: number): Int16Array => trunk.farParty(number).heard.samples.subarray(-ms * 8);

describe('锦云通讯', () => {
  it('is set up in the settings, says what is wrong, and is registered', async () => {
    await agent.goToSettings('锦云通讯');
    await page.getByLabel('服务器地址').fill('not an address');
    await agent.at('sip-save').click();
    await page.getByText('服务器地址不对').waitFor();
    await typeAccount(desk, '8001', pbx.secureUrl);
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
    await testStep('media', 'untested');
    await testStep('register', 'passed');
    // The program itself does not know the certificate, the window does; and it is the window that calls.
    await testStep('certificate', 'passed');
    expect(await agent.at('sip-test-certificate').innerText()).toContain('窗口连得上');
    expect(await agent.at('sip-test-summary').innerText()).toContain('能注册');
    await page.getByLabel('密码', { exact: true }).fill('wrong');
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

  it('… and a STUN and a TURN server are asked by the window: what they give, who refuses, who is not there', async () => {
    const ice = await IceServer.start();
    const nat = await Nat.open(ice.port);
    const step = (kind: 'stun' | 'turn'): Promise<string> => agent.at(`sip-test-${kind}`).innerText();
    await page.getByLabel('密码', { exact: true }).fill('pw-8001');
    await agent.at('sip-advanced').click();
    await page.getByLabel('STUN 服务器').fill(`127.0.0.1:${nat.port}`);
    await page.getByLabel('TURN 服务器').fill(ice.turn('tcp'));
    await page.getByLabel('TURN 用户名').fill(ice.user);
    await page.getByLabel('TURN 密码').fill(ice.password);
    await agent.at('sip-test-start').click();
    await testStep('media', 'untested');
    await testStep('stun', 'passed');
    expect(await step('stun')).toContain('从外面看到的地址：127.0.0.1');
    await testStep('turn', 'passed');
    expect(await step('turn')).toContain('中继地址 127.0.0.1');
    await page.getByLabel('STUN 服务器').fill(`127.0.0.1:${ice.port}`);
    await page.getByLabel('TURN 密码').fill('wrong');
    await agent.at('sip-test-start').click();
    await testStep('media', 'untested');
    expect(await step('stun')).toContain('就是本机地址');
    await testStep('turn', 'failed');
    expect(await step('turn')).toMatch(/TURN 用户名或密码不对[^]*401[^]*请重新填写/);
    expect(await agent.at('sip-test-summary').innerText()).toContain('能注册；没有通过：TURN');
    await ice.close();
    nat.close();
    await agent.at('sip-test-start').click();
    await testStep('stun', 'running');
    await agent.at('sip-test-start').click();
    await agent.at('sip-test-summary').filter({ hasText: '测试已停止' }).waitFor();
    await page.getByLabel('STUN 服务器').fill('');
    await agent.at('sip-test-start').click();
    await testStep('turn', 'failed');
    expect(await step('turn')).toMatch(/连不上[^]*3478[^]*\?transport=tcp/);
    await testStep('stun', 'untested');
    await page.getByLabel('TURN 服务器').fill('');
  });

  it('carries a call: the opener speaks first, F2 puts the agent on the line', async () => {
    await agent.dialBy('锦云通讯');
    await dialOverSip(desk, number);
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

  it('R declines who calls', async () => {
    const declined = await trunk.incomingCall(pbx, '8001', '15400000142');
    await agent.at('reject').filter({ hasText: 'R' }).waitFor();
    await page.keyboard.press('r');
    await until('the caller is told', () => declined.finalStatus === 486);
    await agent.callState('已拒接');
    await agent.at('continue-now').click();
  });

  it('without a microphone tells the caller that nobody is there, and the person why', async () => {
    await refuseMicrophone();
    const caller = await trunk.incomingCall(pbx, '8001', '15400000143');
    await agent.at('answer').click();
    await until('the caller is told', () => caller.finalStatus === 480);
    await page.getByText('麦克风打不开').first().waitFor();
    await agent.callState('已拒接');
    await allowMicrophone();
    await agent.at('continue-now').click();
  });

  it('without a microphone calls nobody: the dial is refused with its reason, which its record keeps', async () => {
    await refuseMicrophone();
    await dialOverSip(desk, '15400000144');
    await agent.at('dial-refusal').filter({ hasText: '麦克风打不开' }).waitFor();
    await until('nobody is left on the line', () => trunk.open === 0);
    await allowMicrophone();
    await page.keyboard.press('Escape');
    await agent.goTo('通话');
    await agent.openRow(0);
    await agent.at('call-drawer').filter({ hasText: '麦克风打不开' }).waitFor();
    expect(await agent.at('call-drawer').innerText()).toContain('未拨出');
    await page.keyboard.press('Escape');
  });

  it('a window that is loaded anew in a call ends it on both sides, and has the line again', async () => {
    await dialOverSip(desk, number);
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
    await dialOverSip({ page: popup, agent: second }, number);
    await second.callState(/通话中(?!断)/);
    await second.at('hang-up').click();
    await second.callState('我方挂断');
    expect(complaints).toEqual([]);
  });
});
