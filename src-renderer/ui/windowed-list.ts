import { disposable, type Disposable } from '#shared/base/dispose.ts';
import { browserClock } from './clock.ts';

/** More than a screen holds; half of what the desk contract allows (`listWindow`), as the first answer of a search is waited for. */
const pageSize = 50;

export interface ListPage<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}
export type FetchPage<Row> = (offset: number, limit: number) => Promise<ListPage<Row>>;

/** What a table reads its rows from. */
export interface TableList<Row> {
  /** Null until the first answer. */
  readonly total: number | null;
  /** The last refusal. */
  readonly failure: unknown;
  readonly loading: boolean;
  at(index: number): Row | undefined;
  /** Of first…last (inclusive) what is here as the last answers have it (whole pages), with its index; what is to be asked for anew is not. */
  fresh(first: number, last: number): Iterable<readonly [number, Row]>;
  /** The screen shows rows first…last (inclusive). */
  need(first: number, last: number): void;
  onChange(listener: () => void): Disposable;
}

/**
 * What is in view lies on two pages, of a very high screen on three. Whoever drags through the whole list passes hundreds: were each of them asked for, those
 * that are looked at in the end would come last.
 */
const mostAtOnce = 3;
/** So many rows beyond those in view are fetched before they are reached, when nothing else is asked: at once while the view moves, */
const ahead = 50;
/** and behind an answer when that has been drawn: somebody waits for it, and the engine may have the same processor. */
const drawnMs = 100;
/** Of questions that were replaced so many may still be unanswered: each key of a search is one, and the engine may be slower than a hand. */
const mostReplaced = 1;

interface Page<Row> {
  rows: readonly Row[];
  /** Set by `refresh`: shown until the new rows are here, so that a list never blinks. */
  stale: boolean;
}

/**
 * A long list that is read by index: the screen says which rows it shows, pages are fetched as needed and answers to
 * questions nobody asks any more are dropped. `total` is null until the first answer.
 */
export class WindowedList<Row> implements TableList<Row> {
  total: number | null = null;
  /** The last refusal; cleared by the next good answer. */
  failure: unknown = null;
  private readonly fetch: FetchPage<Row>;
  private readonly pages = new Map<number, Page<Row>>();
  private readonly running = new Set<number>();
  /** Fetches of earlier questions that have not come back. */
  private replaced = 0;
  /** The question waits for those. */
  private waits = false;
  private listeners: (() => void)[] = [];
  private shown: readonly [number, number] = [0, 0];
  private epoch = 0;
  private refreshAgain = false;
  private later: Disposable | undefined;

  constructor(fetch: FetchPage<Row>) {
    this.fetch = fetch;
  }

  get loading(): boolean {
    return this.running.size > 0 || this.waits;
  }

  onChange(listener: () => void): Disposable {
    this.listeners = [...this.listeners, listener];
    return disposable(() => {
      this.listeners = this.listeners.filter((other) => other !== listener);
    });
  }

  at(index: number): Row | undefined {
    return this.pages.get(Math.floor(index / pageSize))?.rows[index % pageSize];
  }

  *fresh(first: number, last: number): Iterable<readonly [number, Row]> {
    for (const number of this.pagesOf(first, last)) {
      const page = this.pages.get(number);
      if (page && !page.stale) for (const [n, row] of page.rows.entries()) yield [number * pageSize + n, row];
    }
  }

  /** The screen shows rows first…last (inclusive): what is missing or stale there is fetched. */
  need(first: number, last: number): void {
    this.shown = [Math.max(0, first), Math.max(0, first, last)];
    this.load();
  }

  /** The question changed: nothing of the old answer may stay on the screen. */
  reset(): void {
    this.epoch += 1;
    this.pages.clear();
    this.replaced += this.running.size;
    this.running.clear();
    this.refreshAgain = false;
    this.later?.dispose();
    this.total = null;
    this.failure = null;
    this.shown = [0, 0];
    this.changed();
    this.load();
  }

  /** The data changed behind the same question. Bursts of changes become one fetch behind the running one. */
  refresh(): void {
    if (this.loading) {
      this.refreshAgain = true;
      return;
    }
    for (const page of this.pages.values()) page.stale = true;
    this.load();
  }

  private load(): void {
    this.loadShown();
    if (this.running.size > 0 || this.waits) return;
    const [first, last] = this.shown;
    const next = this.pagesOf(first - ahead, last + ahead).find((page) => !this.pages.has(page));
    if (next !== undefined) void this.loadPage(next);
  }

  private loadShown(): void {
    this.waits = this.replaced > mostReplaced;
    if (this.waits) return;
    const [first, last] = this.shown;
    for (const page of this.pagesOf(first, last)) {
      if (this.running.size >= mostAtOnce) return;
      if (this.pages.get(page)?.stale !== false && !this.running.has(page)) void this.loadPage(page);
    }
  }

  /** The pages of rows first…last; of rows beyond the end the last page. */
  private pagesOf(first: number, last: number): number[] {
    const lastRow = Math.max(0, (this.total ?? 0) - 1);
    const [from, to] = [first, last].map((row) => Math.floor(Math.max(0, Math.min(row, lastRow)) / pageSize)) as [number, number]; // prettier-ignore
    return Array.from({ length: to - from + 1 }, (_, n) => from + n);
  }

  private async loadPage(page: number): Promise<void> {
    const { epoch } = this;
    this.running.add(page);
    this.changed();
    const answer = await this.fetch(page * pageSize, pageSize).then(
      (value) => ({ value }),
      (failure: unknown) => ({ failure }),
    );
    if (epoch === this.epoch) {
      this.running.delete(page);
      if ('value' in answer) this.take(page, answer.value);
      else this.failure = answer.failure;
      this.changed();
    } else {
      this.replaced -= 1;
    }
    this.goOn();
  }

  private take(page: number, { rows, total }: ListPage<Row>): void {
    this.pages.set(page, { rows, stale: false });
    this.total = total;
    this.failure = null;
    this.dropBeyond(total);
  }

  /** After an answer: rows that came into view meanwhile, or a refresh that had to wait. A failure is not tried again by itself. */
  private goOn(): void {
    if (this.failure !== null) return;
    if (this.refreshAgain && !this.loading) {
      this.refreshAgain = false;
      this.refresh();
    } else {
      this.loadShown();
      this.later?.dispose();
      this.later = browserClock.after(drawnMs, () => this.listeners.length > 0 && this.load());
    }
  }

  private dropBeyond(total: number): void {
    for (const page of this.pages.keys()) if (page > 0 && page * pageSize >= total) this.pages.delete(page);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
