import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TellingWindow } from './telling-window.ts';

/** The Web Locks of the platform itself: what they do is what this rests on. */
const { locks } = navigator;
let lockName = '';
let tests = 0;
let open: Page[] = [];

class Page {
  readonly telling: TellingWindow;
  /** What it was told of itself. */
  readonly said: boolean[] = [];
  closed = false;
  private front: boolean;

  constructor(front: boolean) {
    this.front = front;
    this.telling = new TellingWindow({
      locks,
      lockName,
      inFront: () => this.front,
    });
    this.telling.changed.on(() => this.said.push(this.telling.tells));
    open.push(this);
  }

  comes(): void {
    this.front = true;
    this.telling.update();
  }

  leaves(): void {
    this.front = false;
    this.telling.update();
  }

  closes(): void {
    this.closed = true;
    this.telling.dispose();
  }
}

beforeEach(() => {
  tests += 1;
  lockName = `telling-window-${tests}`;
  open = [];
});
afterEach(() => {
  for (const page of open) page.closes();
});

const tellers = (): number[] => open.flatMap(({ closed, telling }, n) => (telling.tells && !closed ? [n] : []));
/** What was asked of the locks is decided in a while: then these tell. */
const tell = (...pages: number[]): Promise<void> =>
  vi.waitFor(() => expect(tellers()).toEqual(pages), { timeout: 10_000, interval: 2 });

it('the one that opens first tells, while none is in front', async () => {
  new Page(false);
  new Page(false);
  new Page(false);
  await tell(0);
});

it('the one that comes to the front does, and still does when it has left', async () => {
  const [first, second] = [new Page(false), new Page(false)];
  await tell(0);
  second.comes();
  await tell(1);
  second.leaves();
  first.comes();
  await tell(0);
  expect([first.said, second.said]).toEqual([
    [true, false, true],
    [true, false],
  ]);
});

it('one that opens in front takes it from the one before', async () => {
  const first = new Page(true);
  await tell(0);
  first.leaves();
  new Page(true);
  await tell(1);
});

it('is the one that came last, however fast they come and go', async () => {
  const pages = [new Page(false), new Page(false), new Page(false)];
  const order = [0, 1, 0, 2, 2, 1, 0, 1, 2, 0, 1, 0];
  for (const [round, n] of order.entries()) {
    const page = pages[n];
    page?.comes();
    // A browser tells of focus and of visibility.
    page?.telling.update();
    if (round % 4 === 3) await tell(n);
    page?.leaves();
  }
  await tell(0);
});

it('is another one when it closes, whether it tells or waits', async () => {
  const [first, second] = [new Page(true), new Page(false)];
  new Page(false);
  await tell(0);
  second.closes();
  first.closes();
  await tell(2);
});
