import type { Browser, CDPSession, Page } from 'playwright-core';
import { openPage } from '#tests/support/chromium.ts';
import { installListProbe, type Frames, type ListWanted } from './list-probe.ts';

/** What is typed, and what every row that it finds has in its text. */
export interface SearchAsked {
  readonly typed: string;
  readonly finds: string;
  /** Characters of an input method come as one word, not key by key. */
  readonly atOnce?: boolean;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const whichever = { question: null, each: null };
/** A person's, between what is measured: nothing of the last deed is under way any more. */
const restMs = 250;
const notchPx = 120;
/** Between keys: 150 words a minute. */
const keyMs = 80;

/** A page of the window with one long list, used as a person uses it: by mouse and keys of the browser. */
export class ListWindow {
  private readonly page: Page;
  private readonly session: CDPSession;
  private readonly nav: string;
  private before = { task: 0, script: 0, layout: 0, style: 0 };
  private after = this.before;

  private constructor(page: Page, session: CDPSession, nav: string) {
    this.page = page;
    this.session = session;
    this.nav = nav;
  }

  /** @param nav test id of its place in the navigation */
  static async open(page: Page, url: string, nav: string): Promise<ListWindow> {
    await installListProbe(page);
    await page.goto(url);
    await page.getByTestId(nav).waitFor();
    const session = await page.context().newCDPSession(page);
    // Of the page's main thread alone, while it has a processor: what others take from it is not in there.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    return new ListWindow(page, session, nav);
  }

  /** From the click in the navigation until rows are painted, ms. @param from test id of where the person was */
  async mount(from: string): Promise<number> {
    await this.page.getByTestId(from).click();
    await this.page.locator('main [role=grid]').waitFor({ state: 'detached' });
    await pause(restMs);
    await this.begin();
    await this.expect(whichever);
    await this.page.getByTestId(this.nav).click();
    const took = await this.shown();
    await this.end();
    return took;
  }

  /** A notch at a time as one reads, then as a wheel spins that turns freely (some 600 rows a second), and back. */
  async wheel(): Promise<Frames> {
    await this.overRows();
    return this.frames(async () => {
      for (let n = 0; n < 80; n += 1) await this.turn(notchPx, 40);
      for (let n = 0; n < 120; n += 1) await this.turn(3 * notchPx, 16);
      for (let n = 0; n < 80; n += 1) await this.turn(-5 * notchPx, 16);
    });
  }

  /** The thumb of the scrollbar from the first row to the last in about four seconds, and back to the middle. */
  async drag(): Promise<Frames> {
    const { x, top, bottom } = await this.scrollbar();
    await this.page.evaluate(() => document.querySelector('main [role=grid]')?.scrollTo(0, 0));
    await pause(restMs);
    const { mouse } = this.page;
    const steps = 240;
    const frames = await this.frames(async () => {
      await mouse.move(x, top);
      await mouse.down();
      for (let n = 1; n <= steps; n += 1) {
        await mouse.move(x, top + ((bottom - top) * n) / steps);
        await pause(8);
      }
      const reached = await this.page.evaluate(() => {
        const grid = document.querySelector('main [role=grid]');
        return grid ? (grid.scrollTop + grid.clientHeight) / grid.scrollHeight : 0;
      });
      if (reached < 0.999) throw new Error(`the scrollbar was dragged to ${reached} of the list`);
      for (let n = 1; n <= steps / 4; n += 1) {
        await mouse.move(x, bottom - ((bottom - top) * n * 2) / steps);
        await pause(8);
      }
      await mouse.up();
    });
    await this.overRows();
    await this.page.keyboard.press('Home');
    return frames;
  }

  /** From the last key (of an input method: from the word) until the rows that it finds are painted, ms. @param field test id */
  async search(field: string, { typed, finds, atOnce = false }: SearchAsked): Promise<number> {
    const { keyboard } = this.page;
    const input = this.page.getByTestId(field);
    await input.click();
    if ((await input.inputValue()) !== '') {
      await keyboard.press('ControlOrMeta+A');
      await this.expect({ question: { field, text: '' }, each: null });
      await keyboard.press('Backspace');
      await this.shown();
    }
    await pause(restMs);
    await this.begin();
    await this.expect({ question: { field, text: typed }, each: finds });
    await (atOnce ? keyboard.insertText(typed) : keyboard.type(typed, { delay: keyMs }));
    const took = await this.shown();
    await this.end();
    return took;
  }

  /** The page's main thread since the last deed began, ms of a processor. */
  work(): string {
    const part = (key: keyof typeof this.before): string => (this.after[key] - this.before[key]).toFixed(0);
    return `main thread ${part('task')} (script ${part('script')}, layout ${part('layout')}, styles ${part('style')})`;
  }

  private expect(wanted: ListWanted): Promise<void> {
    return this.page.evaluate((rows) => window.listProbe.expect(rows), wanted);
  }
  private shown(): Promise<number> {
    return this.page.evaluate(() => window.listProbe.shown());
  }

  private async frames(deed: () => Promise<void>): Promise<Frames> {
    await pause(restMs);
    await this.begin();
    await this.page.evaluate(() => window.listProbe.startFrames());
    await deed();
    // Rows that are still blank then are counted until they come.
    await pause(4 * restMs);
    const frames = await this.page.evaluate(() => window.listProbe.endFrames());
    await this.end();
    return frames;
  }

  private async turn(byPx: number, restMs: number): Promise<void> {
    await this.page.mouse.wheel(0, byPx);
    await pause(restMs);
  }

  private async overRows(): Promise<void> {
    const box = await this.gridBox();
    await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  }

  /** Where the thumb is while the list is at its top, and where it is when it is at its end. */
  private async scrollbar(): Promise<{ x: number; top: number; bottom: number }> {
    const box = await this.gridBox();
    return { x: box.x + box.width - 7, top: box.y + 20, bottom: box.y + box.height + 10 };
  }

  private async gridBox(): Promise<{ x: number; y: number; width: number; height: number }> {
    const box = await this.page.locator('main [role=grid]').boundingBox();
    if (!box) throw new Error('no list is shown');
    return box;
  }

  private async begin(): Promise<void> {
    this.before = await this.thread();
  }
  private async end(): Promise<void> {
    this.after = await this.thread();
  }
  private async thread(): Promise<typeof this.before> {
    const { metrics } = await this.session.send('Performance.getMetrics');
    const ms = (name: string): number => 1000 * (metrics.find((metric) => metric.name === name)?.value ?? 0);
    return { task: ms('TaskDuration'), script: ms('ScriptDuration'), layout: ms('LayoutDuration'), style: ms('RecalcStyleDuration') }; // prettier-ignore
  }
}

/** Intervals between frames, ms, of a page with nothing to do, while the wheel turns over it. */
export async function emptyPageFrames(browser: Browser, size: { width: number; height: number }): Promise<number[]> {
  const { page, context } = await openPage(browser, 'about:blank', size);
  await installListProbe(page);
  await page.goto('data:text/html,<p style="height:3600000px">');
  await page.mouse.move(300, 300);
  await page.evaluate(() => window.listProbe.startFrames());
  for (let n = 0; n < 60; n += 1) {
    await page.mouse.wheel(0, notchPx);
    await pause(16);
  }
  const { intervals } = await page.evaluate(() => window.listProbe.endFrames());
  await context.close();
  return intervals;
}
