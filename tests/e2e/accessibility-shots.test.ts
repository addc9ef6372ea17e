import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '#tests/support/chromium.ts';
import { openShot, shots } from '#tests/support/shots.ts';
import { serveUiFake, type ServedUi } from '#tests/support/ui-fake/serve.ts';
import { axeFaults } from './axe-faults.ts';

/**
 * Screens that accessibility.test.ts does not come by, over the page's own fake desk, in both themes: those where something was
 * found, and one of each kind. SHOTS=all looks at every one that there is a picture of (half an hour), SHOTS=a,b at these.
 */
const looked = [
  'leads-public', 'leads-release', 'leads-spread', 'leads-columns', 'leads-refused-open', 'import-look', 'numbers-review', 'numbers-decide',
  'queue-preview', 'company-pools', 'company-outcomes', 'company-quotas', 'phone-en',
]; // prettier-ignore
const asked = process.env['SHOTS'];
const names = asked === 'all' ? Object.keys(shots) : (asked?.split(',') ?? looked);

let browser: Browser;
let served: ServedUi;
beforeAll(async () => {
  [browser, served] = await Promise.all([launchChromium(), serveUiFake()]);
});
afterAll(async () => {
  await browser.close();
  await served.close();
});

it.each(names)('%s has nothing serious for people who see or hear or move otherwise', async (name) => {
  const shot = shots[name];
  if (!shot) throw new Error(`no such screen: ${name}`);
  const complaints: string[] = [];
  const look = { theme: 'system', width: 1280, height: 800 } as const;
  const page = await openShot(browser, served.url, shot, look, (what) => complaints.push(what));
  expect.soft(await axeFaults(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.close();
});
