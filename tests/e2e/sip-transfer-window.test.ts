import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { talkative, type Behaviour } from '#simulator/network/behaviours.ts';
import {
  bundleTelephony,
  launchToneBrowser,
  openBrowserPhone,
  type BrowserPhone,
  type ToneBrowser,
} from '#tests/support/telephony-page.ts';
import type { TestPhone } from '#tests/support/telephony-page-main.ts';
import { loudnessOf, tone, tonePower } from '#tests/support/tone-power.ts';
import { until } from '#tests/support/until.ts';
import { recordingOnDisk } from './recording-on-disk.ts';
import { dialOverSip, openSipDesk, register, typeAccount, type SipDesk } from './sip-steps.ts';

declare const phone: TestPhone;

/** Synthetic, and of no sample lead. Whose voice is what tone. */
const customer = { number: '15400000138', hz: 600 };
const expert = { number: '15400000139', hz: 900 };
/** Another one: nobody is called four times in five minutes. */
const third = { number: '15400000141', hz: 1_200 };
/** Takes a transfer, as a carrier does not. */
const colleagueHz = 800;
const busyNumber = '15400009990';

const saying = (voice: string): Behaviour => ({
  ...talkative,
  alertAfterMs: 50,
  answerAfterMs: [200, 200],
  opening: Array.from({ length: 60 }, () => ({ voice })),
  replies: [],
});

let desk: SipDesk;
let { trunk, pbx, there, page, agent, complaints } = {} as SipDesk;
let browser: ToneBrowser;
let colleague: BrowserPhone;

beforeAll(async () => {
  const people = [customer, expert, third];
  desk = await openSipDesk({
    voices: new Map(people.map(({ number, hz }) => [number, tone(hz, 1)])),
    farParties: Object.fromEntries(people.map(({ number }) => [number, saying(number)])),
  });
  ({ trunk, pbx, there, page, agent, complaints } = desk);
  browser = await launchToneBrowser(await bundleTelephony(), colleagueHz);
  colleague = await openBrowserPhone(browser);
  const { url: server, domain } = pbx;
  await colleague.start({
    server,
    domain,
    user: '8002',
    authUser: null,
    callerIds: [],
    password: 'pw-8002',
    displayName: '',
  });
  await colleague.until('line:registered');
  await colleague.page.evaluate(() => phone.setOpen(true));
  await register(desk);
  await agent.dialBy('锦云通讯');
});
afterAll(async () => {
  await browser?.close();
  await desk?.close();
});

async function dial(number: string): Promise<void> {
  await dialOverSip(desk, number);
  await agent.callState(/通话中(?!断)/);
  await agent.at('cut-in').click();
  await page.getByText('已切入').first().waitFor();
}
/** The colleague calls, and the agent takes it. */
async function colleagueCalls(id: string): Promise<void> {
  await colleague.dial(id, '8001');
  await agent.callState(/来电/);
  await agent.at('answer').click();
  await colleague.until(`${id}:answered`);
  await agent.callState(/通话中(?!断)/);
}
/** The colleague does what is asked of them in that call, by a new one. */
async function decide(id: string, asked: string, made: string): Promise<void> {
  await colleague.until(`${id}:asks:${asked}`);
  await colleague.page.evaluate(([call, name]) => phone.decide(call, name), [id, made] as const);
}
async function transferTo(number: string, way: 'consult' | 'blind-transfer'): Promise<void> {
  await agent.at('transfer').click();
  await agent.at('transfer-form').getByRole('textbox').fill(number);
  await agent.at(way).click();
}
const over = async (): Promise<void> => {
  await agent.at('continue-now').click();
  await agent.at('call-dock').waitFor({ state: 'detached' });
};
const heardBy = ({ number }: { number: string }): Int16Array => trunk.farParty(number).heard.samples.subarray(-4_000);
const has = (samples: Int16Array, hz: number): boolean => samples.length === 4_000 && tonePower(samples, hz) > 1e12;
/** A browser takes a tone for noise, so the agent speaks: what is there besides the tones. */
function hasSpeech(samples: Int16Array): boolean {
  const { length } = samples;
  const tones = [customer.hz, expert.hz, third.hz, colleagueHz].reduce(
    (sum, hz) => sum + (2 * tonePower(samples, hz)) / length ** 2,
    0,
  );
  return length === 4_000 && Math.sqrt(Math.max(0, loudnessOf(samples) ** 2 - tones)) > 200;
}
const hearsAgent = (who: { number: string }): Promise<void> =>
  until(`${who.number} hears the agent`, () => hasSpeech(heardBy(who)));
const hears = (who: { number: string }, ...tones: number[]): Promise<void> =>
  until(`${who.number} hears ${tones.join(', ')} Hz`, () => tones.every((hz) => has(heardBy(who), hz)));

describe('转接', () => {
  it('of somebody whose network refuses that says so, and the call goes on', async () => {
    await dial(customer.number);
    await transferTo(expert.number, 'blind-transfer');
    await agent.at('transfer-failed').filter({ hasText: '这通电话不能转接' }).waitFor();
    await agent.callState(/通话中(?!断)/);
    await hearsAgent(customer);
    await agent.at('hang-up').click();
    await agent.callState('我方挂断');
    await over();
  });

  it('to somebody who is busy comes back to the call; to somebody else it goes, and the record says to whom', async () => {
    await colleagueCalls('c1');
    await transferTo(busyNumber, 'blind-transfer');
    await decide('c1', busyNumber, 't1');
    await agent.at('transfer-failed').filter({ hasText: '对方忙' }).waitFor();
    await agent.callState(/通话中(?!断)/);
    await agent.at('transfer-form').getByRole('textbox').fill(customer.number);
    await agent.at('blind-transfer').click();
    await agent.at('transfer-running').filter({ hasText: '154 0000 0138' }).waitFor();
    await decide('c1', customer.number, 't2');
    await agent.callState('已转接');
    await hears(customer, colleagueHz);
    trunk.hangUpAll();
    await over();
    await agent.goTo('通话');
    await agent.openRow(0);
    await agent.at('call-drawer').filter({ hasText: '转接给' }).waitFor();
    expect(await agent.at('call-drawer').innerText()).toContain('154 0000 0138');
    await page.keyboard.press('Escape');
  });

  it('after a consultation connects the two, and both calls of ours end', async () => {
    await colleagueCalls('c2');
    await transferTo(expert.number, 'consult');
    await hearsAgent(expert);
    await agent.at('complete-transfer').click();
    await decide('c2', `${expert.number}:attended`, 't3');
    await agent.callState('已转接');
    await hears(expert, colleagueHz);
    expect(trunk.open).toBe(1);
    trunk.hangUpAll();
    await over();
  });

  it('a consultation that comes to nothing goes back to the first call, and so does one that is given up', async () => {
    await colleagueCalls('c3');
    await transferTo(busyNumber, 'consult');
    await agent.at('transfer-failed').filter({ hasText: '对方忙' }).waitFor();
    await agent.callState(/通话中(?!断)/);
    await agent.at('transfer').click();
    await agent.at('transfer-form').getByRole('textbox').fill(expert.number);
    await agent.at('consult').click();
    await hearsAgent(expert);
    await agent.at('end-consultation').click();
    await agent.at('second-call').waitFor({ state: 'detached' });
    await agent.callState(/通话中(?!断)/);
  });

  it('that the other side asks for waits for the agent; accepted, it is a call with its own record', async () => {
    const done = colleague.page.evaluate((number) => phone.transfer('c3', number), expert.number);
    await agent.at('transfer-asked').filter({ hasText: '154 0000 0139' }).waitFor();
    expect(trunk.open).toBe(0);
    await agent.at('accept-transfer').click();
    expect(await done).toBeNull();
    await hearsAgent(expert);
    await agent.at('second-call').waitFor({ state: 'detached' });
    await agent.callState(/通话中(?!断)/);
    await agent.at('hang-up').click();
    await until('the expert is told', () => trunk.open === 0);
    await over();
  });
});

describe('三方通话', () => {
  it('lets everybody hear everybody, and nobody themselves; each recording has what its customer was sent', async () => {
    await dial(customer.number);
    await transferTo(third.number, 'consult');
    await agent.at('swap').waitFor();
    const { samples } = trunk.farParty(customer.number).heard;
    await hearsAgent(third);
    // What was on its way has arrived after 200 ms.
    const meanwhile = trunk.farParty(customer.number).heard.samples.subarray(samples.length + 1_600);
    expect(loudnessOf(meanwhile)).toBeLessThan(20);
    // Neither network lets itself be sent anywhere: that is said, and all three can still talk.
    await agent.at('complete-transfer').click();
    await agent.at('transfer-failed').filter({ hasText: '不能转接' }).waitFor();
    await agent.at('join').click();
    await agent.at('joined').waitFor();
    await hears(customer, third.hz);
    await hears(third, customer.hz);
    await hearsAgent(customer);
    await hearsAgent(third);
    expect([has(heardBy(customer), customer.hz), has(heardBy(third), third.hz)]).toEqual([false, false]);
  });

  it('ends with one of them held, or gone; the other is still there', async () => {
    await agent.at('split').click();
    await agent.at('joined').waitFor({ state: 'detached' });
    await until('they hear each other no more', () => !has(heardBy(customer), third.hz));
    await hearsAgent(customer);
    await agent.at('end-consultation').click();
    await until('the third is told', () => trunk.open === 1);
    await agent.at('second-call').waitFor({ state: 'detached' });
    await agent.at('hang-up').click();
    await agent.callState('我方挂断');
    await page.getByText('录音已上传').first().waitFor();
    const recorded = recordingOnDisk(there.dataDir, 'newest');
    const any = (side: Int16Array, hz: number): boolean =>
      Array.from({ length: Math.floor(side.length / 4_000) }, (_, n) => side.subarray(n * 4_000, (n + 1) * 4_000)).some(
        (part) => has(part, hz),
      );
    expect(any(recorded.customer, customer.hz)).toBe(true);
    expect(any(recorded.customer, third.hz)).toBe(false);
    expect(any(recorded.agent, third.hz)).toBe(true);
    await over();
  });
});

describe('calls of two lines of one PBX', () => {
  it('are connected with each other: the others hear each other, ours end, the records say with whom', async () => {
    await agent.goToSettings('锦云通讯');
    await agent.at('sip-add').click();
    await typeAccount(desk, '8003');
    await page.getByLabel('备注名').fill('上海线');
    await agent.at('sip-save').click();
    await agent.at('sip-line-row').filter({ hasText: '上海线' }).filter({ hasText: '已注册' }).waitFor();
    await dial(third.number);
    await agent.at('call-dock').filter({ hasText: '8001@' }).waitFor();
    await colleague.dial('c4', '8003');
    await agent.at('second-line').filter({ hasText: '上海线' }).waitFor();
    await agent.at('answer').click();
    await colleague.until('c4:answered');
    // The trunk refuses to be sent anywhere, so the colleague is asked.
    await agent.at('complete-transfer').click();
    await decide('c4', `${third.number}:attended`, 't4');
    await agent.callState('已转接');
    await hears(third, colleagueHz);
    await colleague.page.waitForFunction((hz) => phone.hears('t4', hz) > -40, third.hz);
    await colleague.until('c4:ended:remote-hang-up');
    expect(trunk.open).toBe(1);
    trunk.hangUpAll();
    await over();
    await agent.goTo('通话');
    for (const [row, line, told] of [
      [0, '上海线', /转来\s*154 0000 0141/],
      [1, '8001@', /转接给\s*8002/],
    ] as const) {
      await agent.openRow(row);
      await agent.at('call-drawer').filter({ hasText: line }).filter({ hasText: told }).waitFor();
      await page.keyboard.press('Escape');
    }
    expect(complaints).toEqual([]);
  });
});
