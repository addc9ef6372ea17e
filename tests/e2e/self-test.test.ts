import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reads } from './desk-steps.ts';
import { openPhonePage, type PhonePageHere } from './phone-page-here.ts';

/** 「上岗自检」 on the phone page, over the demo's five-SIM phone. */
let { there, page, agent, phone } = {} as PhonePageHere;
beforeAll(async () => {
  ({ there, page, agent, phone } = await openPhonePage());
  await agent.at('sim-5').filter({ hasText: /\d/ }).waitFor();
});
afterAll(() => there.close());

const asked = () => page.evaluate(() => document.activeElement?.getAttribute('data-asks'));

describe('the self-test on the phone page', () => {
  it('asks for F2, takes the key, and is one line when all is green', async () => {
    await agent.at('self-test-start').click();
    await expect.poll(asked, { timeout: 60_000 }).toBe('cut-in-key');
    await reads(agent.at('self-test-cut-in-key-line'), '请按一下 F2');
    await reads(agent.at('self-test-sim-1'), '1 号卡槽');
    await page.keyboard.press('F2');
    await reads(agent.at('self-test-summary'), '全部正常');
    await agent.at('self-test-sim-1').waitFor({ state: 'detached' });
    await agent.at('self-test-fold').click();
    await reads(agent.at('self-test-sim-1'), '1 号卡槽');
    await reads(agent.at('self-test-cut-in-key'), 'F2 切入键');
    await agent.at('self-test-fold').click();
    await agent.at('self-test-sim-1').waitFor({ state: 'detached' });
  });

  it('leaves somebody alone who types elsewhere, and takes the key all the same', async () => {
    await agent.at('self-test-start').click();
    const field = page.getByRole('textbox', { name: '筛选内容' });
    await field.click();
    await agent.at('self-test-cut-in-key-line').waitFor({ timeout: 60_000 });
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('F2');
    await reads(agent.at('self-test-summary'), '全部正常');
  });

  it('opens the PIN dialog from the red line of a locked card', async () => {
    phone.lockSim(3, '4321');
    await agent.at('sim-3').filter({ hasText: 'PIN' }).waitFor();
    await agent.at('self-test-start').click();
    await agent.at('self-test-skip-cut-in-key').click({ timeout: 60_000 });
    await reads(agent.at('self-test-summary'), '有问题要处理');
    await agent.at('self-test-sim-3-line').getByRole('button', { name: '输入 PIN 码' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('pin-3');
    await page.keyboard.type('4321');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    // Mended: it tests again by itself.
    await expect.poll(asked, { timeout: 60_000 }).toBe('cut-in-key');
    await page.keyboard.press('F2');
    await reads(agent.at('self-test-summary'), '全部正常');
  });
});
