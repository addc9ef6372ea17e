import type { Page } from 'playwright-core';

/** What has to stand there before a list counts as shown. */
export interface ListWanted {
  /** Test id of the field that was typed into, and its text: the answer to that. Null = the list has to come itself. */
  readonly question: { readonly field: string; readonly text: string } | null;
  /** Text that every row in view has; null = whichever rows. */
  readonly each: string | null;
}

/** Frames of a stretch of time, all in ms. */
export interface Frames {
  readonly intervals: number[];
  /** How long rows in view stood without their content, each time. */
  readonly blanks: number[];
}

export interface ListProbe {
  /** Looks for such rows from the next press on. */
  expect(wanted: ListWanted): void;
  /** From the person's last press (as the browser stamped it) until they were painted, ms. */
  shown(): Promise<number>;
  startFrames(): void;
  endFrames(): Frames;
}

declare global {
  interface Window {
    listProbe: ListProbe;
  }
}

/** Puts `window.listProbe` into every document of the page. */
export const installListProbe = (page: Page): Promise<unknown> => page.addInitScript(probeList);

/** Runs in the page: nothing from outside can be used. */
function probeList(): void {
  let pressedAt = 0;
  let keyAt = 0;
  const note = (event: Event): void => {
    if (!event.isTrusted) return;
    // Text that a key brought is as old as the key; text of an input method has no key.
    if (event.type === 'input' && event.timeStamp - keyAt < 100) return;
    if (event.type === 'keydown') keyAt = event.timeStamp;
    pressedAt = event.timeStamp;
  };
  for (const type of ['click', 'keydown', 'input']) addEventListener(type, note, { capture: true });

  const gridNow = (): HTMLElement | null => document.querySelector<HTMLElement>('main [role=grid]');
  /** The rows that stand in view, whole or in part; undefined where one is not there. */
  function inView(): (HTMLElement | undefined)[] {
    const grid = gridNow();
    const group = grid?.querySelector<HTMLElement>('[role=rowgroup]');
    if (!grid || !group) return [];
    const rows = new Map([...group.children].map((row) => [Number(row.getAttribute('aria-rowindex')) - 2, row as HTMLElement])); // prettier-ignore
    const height = group.firstElementChild?.getBoundingClientRect().height ?? 0;
    const total = Number(grid.getAttribute('aria-rowcount')) - 1;
    if (height === 0 || total <= 0) return [];
    const first = Math.floor(grid.scrollTop / height);
    const last = Math.min(total - 1, Math.ceil((grid.scrollTop + grid.clientHeight) / height) - 2);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => rows.get(first + n));
  }
  const isFilled = (row: HTMLElement | undefined): boolean => row?.getAttribute('aria-busy') === 'false';

  /** When the list last had the answer to what it was asked. */
  let answeredAt = 0;
  const answers = new MutationObserver(() => {
    if (gridNow()?.ariaBusy === 'false') answeredAt = performance.now();
  });
  function isAnswered({ field, text }: NonNullable<ListWanted['question']>): boolean {
    const typed = document.querySelector<HTMLInputElement>(`[data-testid="${field}"]`)?.value;
    return typed === text && answeredAt > pressedAt && gridNow()?.ariaBusy === 'false';
  }
  function isShown({ each, question }: ListWanted): boolean {
    const rows = inView();
    if (rows.length === 0 || (question && !isAnswered(question))) return false;
    return rows.every(
      (row) => isFilled(row) && (each === null || row?.textContent?.replaceAll(' ', '').includes(each)),
    );
  }

  let expected = Promise.resolve(0);
  const expect = (wanted: ListWanted): Promise<number> =>
    new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`never shown: ${JSON.stringify(wanted)}`)), 30_000);
      const askedAt = performance.now();
      const grid = gridNow();
      answers.disconnect();
      if (grid) answers.observe(grid, { attributeFilter: ['aria-busy'] });
      const { port1, port2 } = new MessageChannel();
      // Its turn comes behind style, layout and paint of the frame that had the rows.
      port1.onmessage = () => resolve(performance.now() - pressedAt);
      requestAnimationFrame(function look() {
        if (pressedAt > askedAt && isShown(wanted)) port2.postMessage(null);
        else requestAnimationFrame(look);
      });
    });

  let frames: { last: number; blankSince: number | null; intervals: number[]; blanks: number[] } | null = null;
  function onFrame(at: number): void {
    if (!frames) return;
    if (frames.last > 0) frames.intervals.push(at - frames.last);
    frames.last = at;
    const rows = inView();
    const blank = rows.length > 0 && !rows.every(isFilled);
    if (blank) frames.blankSince ??= at;
    else if (frames.blankSince !== null) {
      frames.blanks.push(at - frames.blankSince);
      frames.blankSince = null;
    }
    requestAnimationFrame(onFrame);
  }

  window.listProbe = {
    expect(wanted) {
      expected = expect(wanted);
      // Whoever asks for it hears of a refusal; until then it is no error of the page.
      expected.catch(() => undefined);
    },
    shown: () => expected,
    startFrames() {
      frames = { last: 0, blankSince: null, intervals: [], blanks: [] };
      requestAnimationFrame(onFrame);
    },
    endFrames() {
      const { intervals = [], blanks = [], blankSince = null, last = 0 } = frames ?? {};
      frames = null;
      return { intervals, blanks: blankSince === null ? blanks : [...blanks, last - blankSince] };
    },
  };
}
