/**
 * Which rows were written since lists were told. Noted inside of transactions, told behind them: a transaction that is undone
 * makes lists read a few rows for nothing.
 */
export class RowTouches {
  private readonly refresh: (ids: readonly string[], gone: readonly number[]) => void;
  private readonly ids = new Set<string>();
  private readonly rows = new Set<number>();

  /** @param refresh of the lists: these ids have changed, the rows with these numbers were deleted */
  constructor(refresh: (ids: readonly string[], gone: readonly number[]) => void) {
    this.refresh = refresh;
  }

  /** Something of this row, or beside it, that lists go by. */
  changed(id: string): void {
    this.ids.add(id);
  }

  /** @param row number that it had; null = it was not there */
  gone(row: number | null): void {
    if (row !== null) this.rows.add(row);
  }

  /** What was noted is committed. */
  tell(): void {
    if (this.ids.size > 0 || this.rows.size > 0) this.refresh([...this.ids], [...this.rows]);
    this.ids.clear();
    this.rows.clear();
  }
}
