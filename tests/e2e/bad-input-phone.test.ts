import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SimulatedPhone } from '#simulator/phone/phone.ts';
import { simCard } from '#simulator/phone/sim-card.ts';
import {
  dial,
  hangUp,
  lookInside,
  padField,
  padWords,
  reads,
  recordingFiles,
  talkWith,
  typeNumber,
  withSettings,
} from './desk-steps.ts';
import { DeskWindow } from './desk-window.ts';
import { wideCaps } from '#tests/support/wide-caps.ts';
import { install, type Installation } from './installation.ts';

/** Numbers, the cable, SIM cards and the gate, with everything that may be wrong with them, in one window of one agent. */
let there: Installation;
let agent: DeskWindow;
let phone: SimulatedPhone;

beforeAll(async () => {
  there = await install();
  agent = new DeskWindow((await there.open()).page);
  await agent.enterDemo('agent');
  phone = there.host.demo.phone();
  await agent.at('sim-5').waitFor();
});
// A red test must not leave its cable out for the others.
afterEach(() => phone.plug());
afterAll(() => there.close());

const refusal = () => agent.at('dial-refusal');
const dock = () => agent.at('call-dock');
/** Answered at once; the last digits are the behaviour, the rest tells the tests' customers apart. */
const customer = (n: number): string => `1540${String(n).padStart(3, '0')}9999`;

describe('a number', () => {
  it('with letters, too short, or none at all: said where it is typed, and nothing is dialled', async () => {
    await typeNumber(agent, '1540000abcd');
    await reads(padWords(agent), '号码里有字母', '请修改后再拨');
    await agent.page.keyboard.press('Enter');
    await typeNumber(agent, '15400');
    await agent.page.keyboard.press('Enter');
    await reads(padWords(agent), '号码位数不够', '手机号为 11 位，固话请加区号');
    await typeNumber(agent, '');
    await agent.page.keyboard.press('Enter');
    await reads(padWords(agent), '请输入号码');
    expect(await padField(agent).isVisible()).toBe(true);
    expect(phone.calls).toHaveLength(0);
  });

  it.each(['+86 154-0000-9999', '１５４００００９９９９', '154 0000 9999', '0086-154-0000-9999', '（154）0000－9999'])(
    'as people paste it: %s',
    async (pasted) => {
      await typeNumber(agent, pasted);
      await reads(padWords(agent), '将拨打 154 0000 9999');
    },
  );

  it('pasted is dialled without its ornaments', async () => {
    await dial(agent, '+86 154-0000-9999');
    await agent.callState('通话中');
    expect(phone.calls.at(-1)?.number).toBe('15400009999');
    await hangUp(agent);
  });
});

describe('the gate', () => {
  it('refuses the fourth dial within five minutes and says from when on it is possible', async () => {
    for (let times = 1; times <= 3; times += 1) {
      await dial(agent, customer(1));
      await agent.callState('通话中');
      await hangUp(agent);
    }
    const made = phone.calls.length;
    await dial(agent, customer(1));
    await reads(refusal(), '没有拨出', '刚刚拨过这个号码', '同一号码 5 分钟内最多拨 3 次', /\d\d:\d\d 后可以再拨/);
    expect(await refusal().getByRole('button', { name: '重拨' }).count()).toBe(0);
    expect(phone.calls).toHaveLength(made);
    await refusal().getByRole('button', { name: '知道了' }).click();
    await refusal().waitFor({ state: 'detached' });
  });
});

describe('the cable', () => {
  it('is out before a call: the dial is refused with what to do, and goes through when it is back', async () => {
    phone.unplug();
    await reads(agent.page.getByRole('banner'), /话机连接断开|找不到话机端口/);
    await dial(agent, customer(2));
    await reads(refusal(), '没有拨出', /话机连接断开|找不到话机端口/, '请检查数据线', '插好后自动');
    phone.plug();
    await agent.at('sim-5').waitFor();
    await refusal().getByRole('button', { name: '重拨' }).click();
    await agent.callState('通话中');
    expect(await refusal().count()).toBe(0);
    await hangUp(agent);
  });

  it('comes out during a call: the record, its talk time, its note and its recording stay', async () => {
    await talkWith(agent, customer(3));
    await agent.at('note').fill('线断之前说好了明天再打');
    await expect.poll(() => agent.seconds('talk-time'), { timeout: 20_000 }).toBeGreaterThan(2);
    const before = (await recordingFiles(there)).filter(({ name }) => name.endsWith('.wav')).length;
    phone.unplug();
    await agent.callState('通话中断 · 话机断开');
    await reads(dock(), '录音已上传');
    await reads(agent.at('note-state'), '已保存');
    const talked = await agent.seconds('talk-time');
    expect(talked).toBeGreaterThan(1);
    const files = (await recordingFiles(there)).filter(({ name }) => name.endsWith('.wav'));
    expect(files).toHaveLength(before + 1);
    phone.plug();
    await agent.at('sim-5').waitFor();
    await talkWith(agent, customer(4));
    await hangUp(agent);

    await agent.goTo('通话');
    await agent.openRow(1);
    await reads(agent.at('call-drawer'), '话机');
    expect(await agent.at('call-drawer').getByTestId('note').inputValue()).toBe('线断之前说好了明天再打');
    await agent.at('play').click();
    const played = (): Promise<number> =>
      agent.page.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime);
    await expect.poll(played, { timeout: 20_000 }).toBeGreaterThan(0.5);
    await agent.at('close-drawer').click();
    await agent.goTo('线索库');
  });
});

describe('the SIM cards', () => {
  const chip = (slot: number) => agent.at(`sim-${slot}`);
  const detail = (slot: number) => agent.page.getByRole('dialog', { name: `${slot} 号卡槽` });
  const open = async (slot: number): Promise<void> => {
    if (!(await detail(slot).isVisible())) await chip(slot).click();
    await detail(slot).waitFor();
  };
  const shut = async (slot: number): Promise<void> => {
    await agent.page.keyboard.press('Escape');
    await detail(slot).waitFor({ state: 'hidden' });
  };

  it('the chosen slot is empty: the dial says so, and goes through when a card is in it', async () => {
    await withSettings(there, { simPolicy: 'manual' });
    await open(2);
    if (await agent.at('use-sim-2').isVisible()) await agent.at('use-sim-2').click();
    await expect.poll(() => chip(2).getAttribute('aria-current')).toBe('true');
    const card = phone.card(2) ?? simCard('unicom', 102);
    phone.pullSim(2);
    await reads(chip(2), '无卡');
    await dial(agent, customer(5));
    await reads(refusal(), '卡槽里没有 SIM 卡', '请插入 SIM 卡，或使用其他卡槽');
    phone.insertSim(2, card);
    await reads(chip(2), '联通');
    await talkWith(agent, customer(5));
    await hangUp(agent);
    expect(phone.calls.at(-1)?.slot).toBe(2);
    await withSettings(there, { simPolicy: 'rotate' });
  });

  it('the chosen card is spent: the dial says by what rule and until when, and one click dials with another card', async () => {
    await withSettings(there, { simPolicy: 'manual' });
    const client = await lookInside(there);
    const iccidTail = phone.card(2)?.iccid.slice(-4) ?? '';
    const card = { slot: 2, iccidTail, label: '', ownNumber: null, caps: { ...wideCaps, gapSeconds: 3600 } };
    await client.call('phone.setCard', { ...card, kind: 'custom' });
    await expect.poll(() => chip(2).getAttribute('aria-current')).toBe('true');
    await reads(chip(2), /\d+:\d\d/);
    const made = phone.calls.length;
    await dial(agent, customer(8));
    await reads(refusal(), '2 号卡刚刚拨过电话', '至少间隔 3600 秒', /\d\d:\d\d 后可以再用这张卡/);
    expect(phone.calls).toHaveLength(made);
    // A number alone is nobody to be reminded of.
    expect(await agent.at('refusal-plan').count()).toBe(0);
    await agent.goTo('线索库');
    await agent.dialButton().click();
    await reads(agent.at('refusal-plan'), /\d\d:\d\d 提醒我/);
    await agent.at('refusal-plan').click();
    await reads(agent.at('refusal-planned'), /\d\d:\d\d 会提醒您跟进这位客户/);
    await dial(agent, customer(8));
    await refusal().getByTestId('dial-with-other').click();
    await agent.callState('通话中');
    expect(phone.calls.at(-1)).toMatchObject({ number: customer(8) });
    expect(phone.calls.at(-1)?.slot).not.toBe(2);
    await hangUp(agent);
    await client.call('phone.setCard', { ...card, kind: 'default' });
    client.dispose();
    await withSettings(there, { simPolicy: 'rotate' });
  });

  it('a PIN is asked: wrong ones say how many tries are left, the last one is never spent', async () => {
    phone.lockSim(3, '4321');
    await reads(chip(3), '需要 PIN');
    await open(3);
    const send = async (pin: string): Promise<void> => {
      await agent.page.locator('#pin-3').fill(pin);
      await agent.page.getByRole('button', { name: '解锁' }).click();
    };
    await send('0000');
    await reads(agent.page.locator('#pin-3-error'), 'PIN 码不正确', '还可以输 2 次');
    await send('0000');
    await reads(agent.page.locator('#pin-3-error'), 'PIN 码不正确', '还可以输 1 次');
    await send('0000');
    await reads(agent.page.locator('#pin-3-error'), '没有提交这次输入的 PIN 码', '请把卡装进手机');
    expect(phone.card(3)?.pinTries).toBe(1);
    await shut(3);
  });

  it('the right PIN makes the card ready', async () => {
    phone.pullSim(3);
    await reads(chip(3), '无卡');
    phone.insertSim(3, simCard('telecom', 133, { pin: '4321' }));
    await reads(chip(3), '需要 PIN');
    await open(3);
    await agent.page.locator('#pin-3').fill('4321');
    await agent.page.keyboard.press('Enter');
    await reads(chip(3), '电信');
    await reads(detail(3), '可用');
    await shut(3);
  });

  it('a blocked card says who can help, and offers nothing to type', async () => {
    phone.pullSim(3);
    await reads(chip(3), '无卡');
    phone.insertSim(3, simCard('telecom', 134, { pin: '4321', pinTries: 0 }));
    await reads(chip(3), '已锁死');
    await open(3);
    await reads(detail(3), 'SIM 卡已锁死，需要 PUK 码', '本程序不会代为尝试', '请联系运营商获取 PUK 码');
    expect(await agent.page.locator('#pin-3').count()).toBe(0);
    await shut(3);
    expect(phone.card(3)?.pukTries).toBe(10);
  });

  it('no service and a refusing network say what may be the matter', async () => {
    phone.setCoverage(4, 'none');
    phone.setCoverage(5, 'denied');
    await reads(chip(4), '搜网中');
    await open(4);
    await reads(detail(4), 'SIM 卡还没有连上运营商网络', '把话机移到信号好的位置');
    await shut(4);
    await reads(chip(5), '网络拒绝');
    await open(5);
    await reads(detail(5), '运营商拒绝了这张卡', '可能已停机、欠费或被限制呼出', '请联系运营商，或换一张卡拨打');
    await shut(5);
  });
});

describe('the page is loaded anew in mid-call', () => {
  it('and the dock is there again, with the same call, its timers and its opener', async () => {
    await talkWith(agent, customer(6));
    await agent.at('cut-in').waitFor();
    await agent.at('note').fill('刷新前写的');
    await expect.poll(() => agent.seconds('talk-time'), { timeout: 20_000 }).toBeGreaterThan(2);
    const talked = await agent.seconds('talk-time');
    const made = phone.calls.length;
    await agent.page.reload();
    await agent.callState('通话中');
    expect(await agent.seconds('talk-time')).toBeGreaterThanOrEqual(talked);
    await reads(dock(), '九月新品');
    await expect.poll(() => agent.at('note').inputValue()).toBe('刷新前写的');
    await agent.page.keyboard.press('F2');
    await reads(dock(), '已切入');
    await hangUp(agent);
    expect(phone.calls).toHaveLength(made);
    await reads(dock(), '录音已上传');
  });
});
