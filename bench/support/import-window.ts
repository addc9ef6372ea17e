import type { Page } from 'playwright-core';
import { launchChromium, openPage } from '#tests/support/chromium.ts';
import { makeBigDesk } from './big-desk.ts';
import { startStationProcess } from './station-process.ts';

/** What a person does, as the browser times it: from the key or the click to the frame that shows it. */
interface Interaction {
  readonly id: number;
  readonly ms: number;
  readonly what: string;
}
type Timing = PerformanceEntry & { readonly interactionId?: number };

/**
 * Imports a sheet in the window as it is built (by whoever calls this), on a desk with 100,000 leads and without a cloud, and works in the list all the while:
 * searches, opens customers, scrolls. What the same work takes without an import goes to stderr: that is the machine.
 *
 * @returns INP, ms: the slowest interaction, of each 50 of which one is left out (web.dev/articles/inp); and the most memory
 *   of the engine, its threads and its database with it, MB
 */
export async function workWhileImporting(sheet: string): Promise<{ inp: number; memory: number }> {
  const desk = await makeBigDesk('admin');
  const station = await startStationProcess(desk.dataDir);
  const browser = await launchChromium();
  try {
    const { page, complaints } = await openPage(browser, station.url);
    page.setDefaultTimeout(60_000);
    await page.getByTestId('nav-leads').click();
    await firstRow(page).waitFor();
    await page.evaluate(observe);
    let left = calmRounds;
    const calm = await work(page, 'without an import', () => Promise.resolve(left-- > 0));
    await page.getByTestId('open-import').click();
    await page.getByTestId('sheet-file').setInputFiles(sheet);
    await page.getByTestId('import-row').first().waitFor();
    await page.getByTestId('import-start').click();
    const isRunning = page.getByTestId('open-import').filter({ hasText: '%' });
    await isRunning.waitFor();
    await page.keyboard.press('Escape');
    const before = station.mostMemory();
    const inp = await work(page, 'with it', () => isRunning.isVisible());
    const memory = station.mostMemory();
    console.error(`import: ${before.toFixed(0)} MB when it was begun, ${memory.toFixed(0)} at most`);
    if (complaints.length > 0 || calm === 0) throw new Error(complaints.join('\n') || 'nothing was timed');
    return { inp, memory };
  } finally {
    await browser.close();
    await station.stop();
    desk.remove();
  }
}

const calmRounds = 8;

/** @returns INP of as many rounds as there are */
async function work(page: Page, when: string, goesOn: () => Promise<boolean>): Promise<number> {
  let rounds = 0;
  for (; await goesOn(); rounds += 1) await workOnce(page);
  const slowest = new Map<number, Interaction>();
  for (const one of await page.evaluate(taken)) if (one.ms > (slowest.get(one.id)?.ms ?? 0)) slowest.set(one.id, one);
  const all = [...slowest.values()].sort((a, b) => b.ms - a.ms);
  const inp = all[Math.floor((rounds * interactions) / 50)]?.ms ?? 0;
  const top = all.slice(0, 5).map(({ ms, what }) => `${what} ${ms}`).join(', '); // prettier-ignore
  console.error(`import: ${when} INP ${inp} ms, median ${all[all.length >> 1]?.ms ?? 0} of ${all.length} in ${rounds} rounds, slowest ${top}`); // prettier-ignore
  return inp;
}

const firstRow = (page: Page) => page.locator('[role=row][aria-rowindex="2"] [role=gridcell]').nth(1);

/** Of one round, as below. */
const interactions = 10;
async function workOnce(page: Page): Promise<void> {
  await page.keyboard.press('/');
  await page.keyboard.type('slsh', { delay: 80 });
  await page.waitForTimeout(200);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Backspace');
  await page.waitForTimeout(200);
  await firstRow(page).click();
  await page.getByTestId('lead-drawer').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('lead-drawer').waitFor({ state: 'detached' });
  await page.mouse.wheel(0, 600);
  await page.waitForTimeout(100);
  await page.mouse.wheel(0, -600);
}

/** In the page. */
function observe(): void {
  const timed: Interaction[] = [];
  (globalThis as unknown as { timed: Interaction[] }).timed = timed;
  const observer = new PerformanceObserver((list) => {
    for (const { name, duration, interactionId = 0 } of list.getEntries() as Timing[])
      if (interactionId > 0) timed.push({ id: interactionId, ms: duration, what: name });
  });
  observer.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
}

/** In the page: what was timed since the last time. */
function taken(): Interaction[] {
  return (globalThis as unknown as { timed: Interaction[] }).timed.splice(0);
}
