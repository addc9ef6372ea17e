/**
 * From the navigation to the station's address until the lead list, which is one click from there, answers: the first row is there, and a click on it
 * has opened the lead. Chromium with an empty cache each time, engine running (built station), 100,000 leads and 50,000
 * calls, person signed in. Each start needs a launch address of its own, and so a station of its own. OPENS=3 for a
 * shorter run.
 */
import type { Browser } from 'playwright-core';
import { build } from '#tests/support/build.ts';
import { launchChromium, openPage } from '#tests/support/chromium.ts';
import { median, type Figure } from './figure.ts';
import { makeBigDesk } from './support/big-desk.ts';
import { startStationProcess } from './support/station-process.ts';

export async function run(): Promise<Figure[]> {
  build('renderer', 'main');
  const desk = await makeBigDesk();
  const browser = await launchChromium();
  const times: number[] = [];
  try {
    // The first page pays for the browser's own start, which is not ours.
    await openOnce(browser, desk.dataDir);
    for (let n = 0; n < Number(process.env['OPENS'] ?? 7); n += 1) times.push(await openOnce(browser, desk.dataDir));
  } finally {
    await browser.close();
    desk.remove();
  }
  console.error(`ui-start: ${times.map(Math.round).join(', ')} ms`);
  return [{ name: 'ui-start', value: median(times), unit: 'ms', bar: 1500 }];
}

async function openOnce(browser: Browser, dataDir: string): Promise<number> {
  const station = await startStationProcess(dataDir);
  const { page, context, complaints } = await openPage(browser, 'about:blank');
  try {
    const started = performance.now();
    await page.goto(station.url, { waitUntil: 'commit' });
    await page.getByTestId('nav-leads').click();
    await page.locator('[role=row][aria-rowindex="2"] [role=gridcell]').nth(1).click();
    await page.getByTestId('lead-drawer').waitFor();
    const took = performance.now() - started;
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
    return took;
  } finally {
    await context.close();
    await station.stop();
  }
}
