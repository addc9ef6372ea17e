import type { LeadLists } from './lead-lists.ts';

/**
 * Which leads were written since lists were told. Noted inside of transactions, told behind them: a transaction that is undone
 * makes lists read a few rows for nothing.
 */
export class LeadTouches {
  private readonly lists: Pick<LeadLists, 'refresh'>;
  private readonly ids = new Set<string>();
  private readonly rows = new Set<number>();

  constructor(lists: Pick<LeadLists, 'refresh'>) {
    this.lists = lists;
  }

  /** This lead, what calls did to it, or its notes. */
  changed(id: string): void {
    this.ids.add(id);
  }

  /** @param row number that it had; null = it was not there */
  gone(row: number | null): void {
    if (row !== null) this.rows.add(row);
  }

  /** What was noted is committed. */
  tell(): void {
    if (this.ids.size > 0 || this.rows.size > 0) this.lists.refresh([...this.ids], [...this.rows]);
    this.ids.clear();
    this.rows.clear();
  }
}
