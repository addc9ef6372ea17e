import { disposable, type Disposable } from '#shared/base/dispose.ts';
import type { TableList } from './windowed-list.ts';

export interface KeysetPage<Row> {
  readonly rows: readonly Row[];
  /** Where the next page begins; null = that is all. */
  readonly next: string | null;
  /** Of a page that ended before it was full: how far it looked, ms. */
  readonly searchedTo: number | null;
}
/** @param before `next` of the page before; undefined = the first one */
export type FetchKeysetPage<Row> = (before: string | undefined, limit: number) => Promise<KeysetPage<Row>>;

/** As many as the desk contract allows: of a list that is read from its beginning none are skipped. */
const pageSize = 100;
/** So many pages without a row in a row are looked through by themselves; then the person says whether to go on. */
const emptyPagesAtOnce = 10;

/**
 * A list too long to be counted, read from its beginning: the next page comes as its rows come near. One row more than there
 * are stands at its end while there are more.
 */
export class KeysetList<Row> implements TableList<Row> {
  failure: unknown = null;
  private readonly fetch: FetchKeysetPage<Row>;
  private rows: Row[] = [];
  /** Undefined = nothing was asked yet. */
  private next: string | null | undefined;
  private reached: number | null = null;
  private emptyPages = 0;
  private last = 0;
  private epoch = 0;
  private running = false;
  private listeners: (() => void)[] = [];

  constructor(fetch: FetchKeysetPage<Row>) {
    this.fetch = fetch;
  }

  get loading(): boolean {
    return this.running;
  }

  get total(): number | null {
    if (this.next === undefined) return null;
    return this.rows.length + (this.goesOn ? 1 : 0);
  }

  /** How many rows are here. */
  get count(): number {
    return this.rows.length;
  }

  /** Are there more than are here? */
  get more(): boolean {
    return this.next !== null;
  }

  /** A long search has paused: how far it came, ms. */
  get pausedAt(): number | null {
    return this.emptyPages >= emptyPagesAtOnce ? this.reached : null;
  }

  onChange(listener: () => void): Disposable {
    this.listeners = [...this.listeners, listener];
    return disposable(() => {
      this.listeners = this.listeners.filter((other) => other !== listener);
    });
  }

  at(index: number): Row | undefined {
    return this.rows[index];
  }

  *fresh(first: number, last: number): Iterable<readonly [number, Row]> {
    const from = Math.max(0, first);
    for (const [n, row] of this.rows.slice(from, last + 1).entries()) yield [from + n, row];
  }

  need(_first: number, last: number): void {
    this.last = last;
    this.load();
  }

  /** The question changed, or is asked again from the beginning. */
  reset(): void {
    this.epoch += 1;
    this.rows = [];
    this.next = undefined;
    this.reached = null;
    this.emptyPages = 0;
    this.last = 0;
    this.running = false;
    this.failure = null;
    this.changed();
    this.load();
  }

  /** After a refusal, or a search that has paused. */
  goOn(): void {
    this.emptyPages = 0;
    this.failure = null;
    this.load();
  }

  /** Does the next page come by itself? */
  private get goesOn(): boolean {
    return this.next !== null && this.failure === null && this.emptyPages < emptyPagesAtOnce;
  }

  private load(): void {
    if (this.running || !this.goesOn) return;
    // Half a page ahead of what is shown.
    if (this.next !== undefined && this.last < this.rows.length - pageSize / 2) return;
    void this.loadPage();
  }

  private async loadPage(): Promise<void> {
    const { epoch } = this;
    this.running = true;
    this.changed();
    try {
      const { rows, next, searchedTo } = await this.fetch(this.next ?? undefined, pageSize);
      if (epoch !== this.epoch) return;
      this.rows = [...this.rows, ...rows];
      this.next = next;
      this.reached = searchedTo;
      this.emptyPages = rows.length === 0 && next !== null ? this.emptyPages + 1 : 0;
      this.failure = null;
    } catch (failure) {
      if (epoch !== this.epoch) return;
      this.failure = failure;
    }
    this.running = false;
    this.changed();
    this.load();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
