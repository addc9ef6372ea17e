import type { Page } from 'playwright-core';

type Dial = (page: Page) => Promise<void>;

/** A call that is spoken over SIP, with its badge open where it is good. */
async function overSip(page: Page, dial: Dial, heard: object): Promise<void> {
  await dial(page);
  await page.waitForTimeout(4500);
  const quality = {
    level: 'good',
    warn: false,
    silent: false,
    quietMs: 0,
    mos: 4.34,
    lossPercent: 0.2,
    jitterMs: 4,
    roundTripMs: 38,
  };
  await page.evaluate(
    (line) => {
      const { fakeWorld } = globalThis as unknown as {
        fakeWorld: { lineQuality: { set(line: object): void }; call: { patch(part: object): void } };
      };
      fakeWorld.lineQuality.set(line);
      fakeWorld.call.patch({ channel: 'sip', slot: null, operator: null, slotReason: null });
    },
    { ...quality, ...heard },
  );
  await page.getByTestId('quality').waitFor();
  if (!('silent' in heard) && !('warn' in heard)) await page.getByTestId('quality').click();
}

/** 通话质量 in the dock, good and bad, and in the record. @param dial a call to the third lead */
export const qualityShots = (dial: Dial): Record<string, { path: string; act: Dial }> => ({
  'call-quality': { path: '/leads', act: (page) => overSip(page, dial, { level: 'good' }) },
  'call-quality-poor': {
    path: '/leads',
    act: (page) =>
      overSip(page, dial, {
        level: 'poor',
        warn: true,
        mos: 2.9,
        lossPercent: 14.2,
        jitterMs: 46,
        roundTripMs: 310,
      }),
  },
  'call-quality-silent': {
    path: '/leads',
    act: (page) => overSip(page, dial, { level: null, silent: true, quietMs: 7000 }),
  },
  'call-record-quality': {
    path: '/calls',
    async act(page) {
      await page.locator('[role=row][aria-rowindex="3"]').click();
      await page.keyboard.press('Enter');
      await page.getByTestId('call-quality').scrollIntoViewIfNeeded();
    },
  },
});
