import { disposable, type Disposable } from '#shared/base/dispose.ts';

/** Pages hold at most 100 rows because larger ones stall the bridge (desk contract, `listWindow`). */
export const pageSize = 100;

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
  /** The screen shows rows first…last (inclusive). */
  need(first: number, last: number): void;
  onChange(listener: () => void): Disposable;
}

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
  private listeners: (() => void)[] = [];
  private shown: readonly [number, number] = [0, 0];
  private epoch = 0;
  private refreshAgain = false;

  constructor(fetch: FetchPage<Row>) {
    this.fetch = fetch;
  }

  get loading(): boolean {
    return this.running.size > 0;
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

  /** The screen shows rows first…last (inclusive): what is missing or stale there is fetched. */
  need(first: number, last: number): void {
    this.shown = [Math.max(0, first), Math.max(0, first, last)];
    this.load();
  }

  /** The question changed: nothing of the old answer may stay on the screen. */
  reset(): void {
    this.epoch += 1;
    this.pages.clear();
    this.running.clear();
    this.refreshAgain = false;
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
    const [first, last] = this.shown;
    const end = this.total === null ? 0 : Math.max(0, Math.min(last, this.total - 1));
    const lastPage = Math.floor(end / pageSize);
    for (let page = Math.min(Math.floor(first / pageSize), lastPage); page <= lastPage; page += 1) {
      const known = this.pages.get(page);
      if ((!known || known.stale) && !this.running.has(page)) void this.loadPage(page);
    }
  }

  private async loadPage(page: number): Promise<void> {
    const { epoch } = this;
    this.running.add(page);
    this.changed();
    try {
      const { rows, total } = await this.fetch(page * pageSize, pageSize);
      if (epoch !== this.epoch) return;
      this.pages.set(page, { rows, stale: false });
      this.total = total;
      this.failure = null;
      this.dropBeyond(total);
    } catch (failure) {
      if (epoch !== this.epoch) return;
      this.failure = failure;
    }
    this.running.delete(page);
    this.changed();
    this.goOn();
  }

  /** After an answer: rows that came into view meanwhile, or a refresh that had to wait. A failure is not tried again by itself. */
  private goOn(): void {
    if (this.loading || this.failure !== null) return;
    if (this.refreshAgain) {
      this.refreshAgain = false;
      this.refresh();
    } else {
      this.load();
    }
  }

  private dropBeyond(total: number): void {
    for (const page of this.pages.keys()) if (page > 0 && page * pageSize >= total) this.pages.delete(page);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
