import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dial, hangUp, reads, talkWith, typeNumber } from './desk-steps.ts';
import { openPhonePage, type PhonePageHere } from './phone-page-here.ts';

/** 「话机」: who stands there, its slots, and what it says, over the demo's five-SIM phone. */
let { there, page, agent, phone } = {} as PhonePageHere;
beforeAll(async () => {
  ({ there, page, agent, phone } = await openPhonePage());
});
afterEach(() => phone.plug());
afterAll(() => there.close());

const lines = () => agent.at('phone-log-lines');
const card = (slot: number) => agent.at(`slot-card-${slot}`);
const filter = (text: string) => page.getByRole('textbox', { name: '筛选内容' }).fill(text);
const distanceToEnd = () =>
  lines().evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);

describe('the phone page', () => {
  it('says which phone stands here and what its slots are', async () => {
    await reads(agent.at('phone-device'), 'Jinhu JH-5 SIM', '已连接', 'JH5-1.0.0 SIMULATED', '每卡一模组', 'jinhu-jh5');
    await reads(card(1), '移动', 'dBm', '已注册', /尾号 \d{4}/, '使用中');
    await agent.at('make-active-2').click();
    await reads(card(2), '使用中');
    await agent.at('make-active-1').click();
    await reads(card(1), '使用中');
  });

  it('shows a dial while the call runs, and never the number', async () => {
    await talkWith(agent, '15400779999');
    await filter('ATD');
    await reads(lines(), /发送\s*ATD\*{9}99;/);
    await filter('CLCC: 1');
    await reads(lines(), /\+CLCC: 1,0,0,0,0,"\*{9}99"/);
    expect(await lines().innerText()).not.toMatch(/\d{7}/);
    await filter('');
    await hangUp(agent);
  });

  it('marks the card that a call goes by, whichever card is the active one', async () => {
    await agent.at('make-active-3').click();
    await reads(card(3), '使用中');
    await talkWith(agent, '15400000137');
    const slot = Number(/SIM (\d)/.exec(await agent.at('call-dock').innerText())?.[1]);
    expect(slot).not.toBe(3);
    await reads(card(slot), '通话中');
    await hangUp(agent);
    await agent.at(`slot-card-${slot}`).filter({ hasNotText: '通话中' }).waitFor();
  });

  it('hides the own number in the call that it was asked for, and in no other', async () => {
    await typeNumber(agent, '15400770001');
    await agent.at('hide-number').click();
    await reads(page.locator('.dial-pad'), '不少人不接没有号码的来电');
    await page.keyboard.press('Enter');
    await agent.callState(/拨号中|振铃|通话中/);
    await hangUp(agent);
    await dial(agent, '15400770002');
    await agent.callState(/拨号中|振铃|通话中/);
    await hangUp(agent);
    await filter('ATD');
    await reads(lines(), /发送\s*ATD\*{9}01I;/, /发送\s*ATD\*{9}02;/);
    await filter('');
  });

  it('a call that the phone does not let go of: says so, and restarts the modem when it is asked to', async () => {
    await talkWith(agent, '15400770003');
    phone.faults.set('stuck-call', 99);
    await agent.at('hang-up').click();
    const note = agent.at('stuck-call');
    await reads(note, '话机还没有放开这通电话', '再挂断一次', '重启话机模组');
    await agent.at('force-end').click();
    await agent.callState('我方挂断');
    await note.waitFor({ state: 'detached' });
    phone.faults.off('stuck-call');
    await reads(card(1), '已注册');
    await talkWith(agent, '15400770004');
    await hangUp(agent);
  });

  it('follows the newest line until somebody looks further up, and again from the end on', async () => {
    await expect.poll(distanceToEnd).toBeLessThan(24);
    await lines().hover();
    await page.mouse.wheel(0, -600);
    await expect.poll(distanceToEnd).toBeGreaterThan(200);
    phone.setCoverage(4, 'none');
    await agent.at('phone-log-newer').waitFor();
    const still = await lines().evaluate((element) => element.scrollTop);
    // Another batch comes, and the page does not move.
    const count = await agent.at('phone-log-newer').innerText();
    phone.setCoverage(4, 'home');
    await expect.poll(() => agent.at('phone-log-newer').innerText(), { timeout: 40_000 }).not.toBe(count);
    expect(await lines().evaluate((element) => element.scrollTop)).toBe(still);
    await agent.at('phone-log-newer').click();
    await expect.poll(distanceToEnd).toBeLessThan(24);
    await agent.at('phone-log-pause').click();
    await reads(agent.at('phone-log-pause'), '继续');
    await agent.at('phone-log-pause').click();
  });

  it('copies a line with the keyboard alone', async () => {
    await filter('+CSQ:');
    await lines().getByRole('row').first().waitFor();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await lines().focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('c');
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(copied).toMatch(/^\d\d:\d\d:\d\d\.\d{3} \d\/\d < \+CSQ: \d+,99$/);
    await filter('');
  });

  it('gives the whole trace as a file, masked', async () => {
    const coming = page.waitForEvent('download');
    await agent.at('export-trace').click();
    const download = await coming;
    expect(download.suggestedFilename()).toMatch(/^phone-trace-\d{8}-\d{6}\.txt$/);
    const text = await readFile(await download.path(), 'utf8');
    expect(text).toMatch(/^# program {4}Jinhu Desk \d/);
    expect(text).toContain('# firmware   JH5-1.0.0 SIMULATED');
    expect(text).toMatch(/ 1\/1 > ATD\*{9}99;\n/);
    expect(text.split('\n').filter((line) => /^\d{4}-/.test(line) && /\d{7}/.test(line.slice(24)))).toEqual([]);
  });

  it('asks the PIN of a locked card: tries left before and after, and the card is there', async () => {
    phone.lockSim(3, '4321');
    await agent.at('enter-pin-3').click();
    const dialog = page.getByRole('dialog', { name: '3 号卡槽的 PIN 码' });
    await reads(dialog, '还可以输 3 次');
    const send = async (pin: string): Promise<void> => {
      await dialog.locator('#pin-3').fill(pin);
      await page.keyboard.press('Enter');
    };
    await send('0000');
    await reads(dialog, 'PIN 码不正确', '还可以输 2 次');
    await send('0000');
    await reads(dialog, '只剩最后 1 次机会');
    await send('4321');
    await reads(dialog, '没有提交这次输入的 PIN 码');
    expect(phone.card(3)?.pinTries).toBe(1);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    phone.lockSim(5, '4321');
    await agent.at('enter-pin-5').click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('pin-5');
    await page.keyboard.type('4321');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await reads(card(5), '已注册');
  });

  it('asks the network for the balance: by one click, by typing, and takes it back', async () => {
    await agent.at('ask-ussd-1').click();
    const dialog = page.getByRole('dialog', { name: '1 号卡槽的查询（USSD）' });
    const focus = () => page.evaluate(() => document.activeElement?.id);
    await expect.poll(focus).toBe('ussd-1');
    await reads(dialog, '以运营商为准');
    await agent.at('ussd-code-*100#').click();
    await reads(agent.at('ussd-waiting'), '正在等待运营商回复', /\d 秒/);
    await reads(agent.at('ussd-talk'), '话费余额 36.50 元');
    await expect.poll(focus).toBe('ussd-1');
    await page.keyboard.type('余额');
    await reads(dialog, '只能由数字、* 和 # 组成');
    expect(await agent.at('ussd-send').isDisabled()).toBe(true);
    await dialog.locator('#ussd-1').fill('１００');
    await page.keyboard.press('Enter');
    await reads(dialog, '不支持这个指令');
    await dialog.locator('#ussd-1').fill('*100#');
    await page.keyboard.press('Enter');
    await agent.at('ussd-cancel').click();
    await agent.at('ussd-waiting').waitFor({ state: 'detached' });
    await expect.poll(focus).toBe('ussd-1');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await filter('CUSD');
    await reads(lines(), /AT\+CUSD=1,\*{4}/, /AT\+CUSD=2/);
    expect(await lines().innerText()).not.toMatch(/\+CUSD: \d,"[^"]*\d/);
    await filter('');
  });

  it('is told what a card is called, and shows its caps', async () => {
    await reads(card(2), '本小时', '今日', '今日通话', '可以通话');
    await agent.at('edit-slot-2').click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('label-2');
    await page.keyboard.type('杭州二号');
    await page.keyboard.press('Enter');
    await agent.at('card-dialog').waitFor({ state: 'detached' });
    await reads(card(2), '杭州二号 · 尾号');
  });

  it('is asked whether a card may roam, in the card itself', async () => {
    phone.setCoverage(4, 'roaming');
    await reads(card(4), '漫游');
    await agent.at('card-roaming-4').click();
    await reads(card(4), '设为当前卡');
    phone.setCoverage(4, 'home');
    await agent.at('card-roaming-4').waitFor({ state: 'detached' });
  });

  it('unplugged: says what is wrong with the one thing that helps, and is whole again by itself', async () => {
    phone.unplug();
    await reads(agent.at('phone-device'), /找不到话机端口|话机连接断开/, '重新连接', '选择端口');
    await filter('port closed');
    await reads(lines(), /备注\s*port closed: phone\.lost/);
    await filter('');
    phone.plug();
    await reads(card(1), '已注册');
    await reads(agent.at('phone-device'), '已连接');
    await page.getByRole('button', { name: '选择端口' }).click();
    await page.waitForURL(/\/settings\/phone$/);
  });
});
