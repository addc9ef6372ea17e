/** Every screen of the window over the page's own fake desk, and how to come there. */
import type { Browser, Page } from 'playwright-core';
import { accountShots } from './account-shots.ts';
import { companyShots } from './company-shots.ts';
import { leadShots } from './lead-shots.ts';
import { placeShots } from './place-shots.ts';
import { qualityShots } from './quality-shots.ts';
import { outcomeShots } from './outcome-shots.ts';
import { snippetShots } from './snippet-shots.ts';
import { syncShots } from './sync-shots.ts';

export interface Shot {
  readonly options?: object;
  readonly path?: string;
  readonly act?: (page: Page) => Promise<void>;
}

const dial = async (page: Page): Promise<void> => {
  await page.locator('[role=row][aria-rowindex="3"]').waitFor();
  await page.evaluate(() => {
    const { fakeWorld } = globalThis as unknown as {
      fakeWorld: { dial(n: string, id: string): void; leads: { id: string; phone: string }[] };
    };
    const lead = fakeWorld.leads[2];
    if (lead) fakeWorld.dial(lead.phone, lead.id);
  });
};
const ring = async (page: Page): Promise<void> => {
  await page.locator('[role=row][aria-rowindex="3"]').waitFor();
  await page.evaluate(() => (globalThis as unknown as { fakeWorld: { ring(lead: number): void } }).fakeWorld.ring(5));
  await testId(page, 'answer').waitFor();
};
/** The slots that are not live say so, as the engine does; one of them was never seen. */
const putBehindSwitch = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const { phone } = (globalThis as unknown as { fakeWorld: { phone: FakePhone } }).fakeWorld;
    const slots = phone.value.slots.map((slot, index) => {
      if (phone.value.liveSlots.includes(index + 1)) return { ...slot, offAir: index === 1 };
      const away = { signalBars: null, signalDbm: null, problem: { code: 'sim.not-selected', details: {} } };
      const unseen = {
        condition: 'unknown',
        operator: null,
        ownNumber: null,
        iccidTail: null,
        card: null,
        use: null,
        voice: null,
      };
      return { ...slot, ...away, ...(index === 4 ? unseen : {}) };
    });
    phone.patch({ slots });
  });
interface FakePhone {
  readonly value: { readonly slots: readonly object[]; readonly liveSlots: readonly number[] };
  patch(part: object): void;
}
const testId = (page: Page, id: string): ReturnType<Page['locator']> => page.locator(`[data-testid="${id}"]`);

export const shots: Record<string, Shot> = {
  'first-run': { options: { phase: 'choose-environment' } },
  'first-run-refused': {
    options: { phase: 'choose-environment' },
    async act(page) {
      await page.fill('#cloud-url', 'https://desk.example.com');
      await testId(page, 'choose-production').click();
      await page.locator('.ui-error-note').waitFor();
    },
  },
  preparing: { options: { phase: 'preparing' } },
  'sign-in': { options: { phase: 'signed-out' } },
  'sign-in-wrong': {
    options: { phase: 'signed-out' },
    async act(page) {
      await page.fill('#account', 'linxiao');
      await page.fill('#password', 'wrong');
      await testId(page, 'sign-in').click();
      await page.locator('#password-error').waitFor();
    },
  },
  ...{ ...syncShots, ...leadShots },
  calls: { path: '/calls', act: (page) => page.locator('[role=row][aria-rowindex="3"]').waitFor() },
  'call-opener': {
    path: '/leads',
    async act(page) {
      await dial(page);
      await page.waitForTimeout(6000);
    },
  },
  'call-wrap-up': {
    path: '/leads',
    async act(page) {
      await dial(page);
      await page.waitForTimeout(3500);
      await page.evaluate(() => (globalThis as unknown as { fakeWorld: { hangUp(): void } }).fakeWorld.hangUp());
    },
  },
  ...{ ...qualityShots(dial), ...snippetShots(dial), ...outcomeShots(dial) },
  'call-incoming': { path: '/leads', act: ring },
  'call-waiting': {
    path: '/leads',
    async act(page) {
      await dial(page);
      await page.waitForTimeout(3500);
      await ring(page);
    },
  },
  'sim-detail': { path: '/leads', act: (page) => testId(page, 'sim-2').click() },
  'sim-cooling': { path: '/leads', act: (page) => testId(page, 'sim-5').click() },
  'sim-card': {
    path: '/leads',
    async act(page) {
      await testId(page, 'sim-2').click();
      await testId(page, 'edit-card-2').click();
    },
  },
  'dial-spent': {
    path: '/leads',
    options: { phone: { activeSlot: 5 } },
    async act(page) {
      await page.keyboard.press('Control+d');
      await page.keyboard.type('15400000137');
      await page.keyboard.press('Enter');
      await testId(page, 'dial-refusal').waitFor();
    },
  },
  'sim-pin': { path: '/leads', act: (page) => testId(page, 'sim-3').click() },
  'agent-menu': { path: '/leads', act: (page) => testId(page, 'agent-state').click() },
  'user-menu': { path: '/leads', act: (page) => testId(page, 'user-menu').click() },
  'sync-menu': { path: '/leads', act: (page) => testId(page, 'sync-state').click() },
  'dial-pad': { path: '/leads', act: (page) => page.keyboard.press('Control+d') },
  'dial-pad-handset': {
    path: '/leads',
    async act(page) {
      await page.locator('[role=row][aria-rowindex="3"]').waitFor();
      await page.evaluate(() => {
        const { fakeWorld } = globalThis as unknown as { fakeWorld: { keys: { patch(part: object): void } } };
        for (const [index, digits] of ['1', '15', '154'].entries())
          fakeWorld.keys.patch({ dialField: { rev: index + 1, digits, redial: false } });
      });
      await page.locator('.dial-pad').waitFor();
    },
  },
  'phone-lost': {
    path: '/leads',
    options: {
      phone: { connection: 'lost', problem: { code: 'phone.port-missing', details: { port: '/dev/ttyUSB2' } } },
    },
  },
  'settings-calling': { path: '/settings/calling' },
  'settings-headset': {
    path: '/settings/calling',
    options: {
      settings: {
        voiceRoute: 'headset',
        voiceDevices: { inputs: ['USB Headset'], outputs: ['USB Headset', 'Speakers'] },
      },
    },
    async act(page) {
      await testId(page, 'microphone-test').click();
      await testId(page, 'voice-level').waitFor();
      await testId(page, 'voice-route').evaluate((element) => element.scrollIntoView());
    },
  },
  'settings-ring': {
    path: '/settings/calling',
    options: { settings: { locale: 'en', ringing: { calls: 'all', devices: ['Speakers'], volume: 40 } } },
    act: (page) => testId(page, 'ring-settings').evaluate((element) => element.scrollIntoView()),
  },
  'call-headset': {
    path: '/leads',
    options: { settings: { voiceRoute: 'headset' } },
    async act(page) {
      await dial(page);
      await page.waitForTimeout(6000);
    },
  },
  'call-no-microphone': {
    path: '/leads',
    options: { settings: { voiceRoute: 'headset' } },
    async act(page) {
      await page.evaluate(() => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'));
      });
      await dial(page);
      await testId(page, 'microphone-problem').waitFor();
    },
  },
  'settings-openers': { path: '/settings/openers' },
  'settings-appearance': { path: '/settings/appearance' },
  'settings-phone': { path: '/settings/phone' },
  'phone-keys': {
    path: '/settings/phone',
    options: {
      keys: { connected: true, name: 'Jabra EVOLVE LINK', lastKey: { name: 'mute', at: Date.now() } },
      settings: { phoneKeys: { cutIn: 'button-1' } },
    },
    async act(page) {
      await testId(page, 'learn-cut-in').click();
      await testId(page, 'phone-keys').scrollIntoViewIfNeeded();
    },
  },
  'phone-keys-denied': {
    path: '/settings/phone',
    options: {
      keys: { name: 'Jabra EVOLVE LINK', problem: { code: 'keys.denied', details: { name: 'Jabra EVOLVE LINK' } } },
    },
    act: (page) => testId(page, 'phone-keys').scrollIntoViewIfNeeded(),
  },
  'self-test': {
    path: '/phone',
    async act(page) {
      await testId(page, 'self-test-start').click();
      await testId(page, 'self-test-skip-cut-in-key').waitFor();
    },
  },
  'sim-roaming': {
    path: '/leads',
    async act(page) {
      await page.evaluate(() => {
        const { fakeWorld } = globalThis as unknown as {
          fakeWorld: { phone: { value: { slots: object[] }; patch(part: object): void } };
        };
        const slots = fakeWorld.phone.value.slots.map((slot, index) =>
          index === 1
            ? { ...slot, condition: 'roaming', problem: { code: 'sim.roaming', details: {} } }
            : index === 4
              ? { ...slot, voice: 'no', problem: { code: 'sim.no-voice', details: {} } }
              : slot,
        );
        fakeWorld.phone.patch({ slots });
      });
      await testId(page, 'sim-2').click();
    },
  },
  'settings-phone-ports': {
    path: '/settings/phone',
    options: {
      settings: {
        phone: {
          kind: 'modem-per-sim',
          modems: [{ at: { kind: 'serial', path: '/dev/ttyUSB2', baudRate: 115_200 }, pcm: null }],
        },
      },
    },
  },
  phone: { path: '/phone', act: (page) => testId(page, 'phone-log-lines').waitFor() },
  'phone-pin': {
    path: '/phone',
    async act(page) {
      await testId(page, 'enter-pin-3').click();
      await page.locator('.ui-dialog').waitFor();
    },
  },
  'phone-ussd': {
    path: '/phone',
    async act(page) {
      await testId(page, 'ask-ussd-1').click();
      await testId(page, 'ussd-code-*139#').click();
      await testId(page, 'ussd-end').waitFor();
    },
  },
  'phone-ussd-waiting': {
    path: '/phone',
    async act(page) {
      await testId(page, 'ask-ussd-1').click();
      await testId(page, 'ussd-code-*100#').click();
      await testId(page, 'ussd-waiting').waitFor();
    },
  },
  'phone-card': {
    path: '/phone',
    async act(page) {
      await testId(page, 'edit-slot-2').click();
      await testId(page, 'card-dialog').waitFor();
    },
  },
  'phone-en': { path: '/phone', options: { settings: { locale: 'en' } } },
  'phone-mux': {
    path: '/phone',
    options: { phone: { shape: 'mux', liveSlots: [1], switchesLeft: 12 } },
    act: (page) => putBehindSwitch(page),
  },
  'phone-dsds': {
    path: '/phone',
    options: { phone: { shape: 'dsds', liveSlots: [1, 2], switchesLeft: 12 } },
    act: (page) => putBehindSwitch(page),
  },
  'phone-dsds-en': {
    path: '/phone',
    options: { phone: { shape: 'dsds', liveSlots: [1, 2], switchesLeft: 12 }, settings: { locale: 'en' } },
    act: (page) => putBehindSwitch(page),
  },
  'phone-dsds-detail': {
    path: '/leads',
    options: { phone: { shape: 'dsds', liveSlots: [1, 2], switchesLeft: 12 } },
    async act(page) {
      await putBehindSwitch(page);
      await testId(page, 'sim-4').click();
      await testId(page, 'use-sim-4').waitFor();
    },
  },
  'self-test-en': {
    path: '/phone',
    options: { settings: { locale: 'en' } },
    async act(page) {
      await testId(page, 'self-test-start').click();
      await testId(page, 'self-test-skip-cut-in-key').waitFor();
    },
  },
  'phone-scrolled': {
    path: '/phone',
    async act(page) {
      await testId(page, 'phone-log-lines').focus();
      for (let n = 0; n < 8; n += 1) await page.keyboard.press('ArrowUp');
      await page.waitForTimeout(1600);
    },
  },
  'phone-page-lost': {
    path: '/phone',
    options: {
      phone: {
        connection: 'lost',
        device: null,
        problem: { code: 'phone.port-missing', details: { port: '/dev/ttyUSB2' } },
      },
    },
  },
  'phone-in-call': {
    path: '/phone',
    async act(page) {
      await testId(page, 'phone-log-lines').waitFor();
      await page.evaluate(() => {
        const { fakeWorld } = globalThis as unknown as { fakeWorld: { dial(n: string, id: string | null): void } };
        fakeWorld.dial('+8615400000137', null);
      });
      await page.waitForTimeout(3500);
    },
  },
  ...{ ...accountShots, ...companyShots, ...placeShots },
  'settings-about': { path: '/settings/about' },
};

export interface Look {
  readonly theme: 'light' | 'dark' | 'system';
  readonly width: number;
  readonly height: number;
}

/**
 * A window that shows it, over the fake desk at that address; also where something went wrong on the way there.
 * @param complain is told of that, and of what the page complains about
 */
export async function openShot(
  browser: Browser,
  url: string,
  shot: Shot,
  { theme, ...viewport }: Look,
  complain: (what: string) => void,
): Promise<Page> {
  const page = await browser.newPage({ viewport, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  page.setDefaultTimeout(12_000);
  page.on('pageerror', (error) => complain(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complain(message.text().slice(0, 300));
  });
  const given = shot.options as { settings?: object } | undefined;
  const options = JSON.stringify({ ...given, settings: { ...given?.settings, theme } });
  try {
    await page.goto(`${url}?options=${encodeURIComponent(options)}#${shot.path ?? '/'}`, { timeout: 60_000 });
    // A page comes by an import of its own: on a busy machine the frame is there long before it.
    await page.waitForFunction(() => document.querySelector('main')?.innerText.trim(), undefined, { timeout: 60_000 });
    await shot.act?.(page);
    await page.waitForTimeout(350);
  } catch (error) {
    complain(String(error).slice(0, 300));
  }
  return page;
}
