import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { NumberHeads } from '#shared/domain/number-heads.ts';
import { placeOf, placeWhileTyping, type HeadBook, type NumberPlace } from '#shared/domain/number-place.ts';

/** What this desk knows of where numbers are from. */
export class NumberPlaces {
  private readonly sample: HeadBook;
  private readonly changed = new Emitter<void>();
  private table: NumberHeads | null = null;
  private books: readonly HeadBook[];
  private rev = 1;

  constructor(sample: HeadBook) {
    this.sample = sample;
    this.books = [sample];
  }

  /** @param table the operator's; null = there is none */
  use(table: NumberHeads | null): void {
    if (table === this.table) return;
    this.table = table;
    this.books = table ? [table, this.sample] : [this.sample];
    this.rev += 1;
    this.changed.emit();
  }

  get state(): { rev: number; table: { version: string; rows: number } | null } {
    const { rev, table } = this;
    return { rev, table: table && { version: table.version, rows: table.rows } };
  }

  of(number: string): NumberPlace | null {
    return placeOf(number, this.books);
  }

  whileTyping(typed: string): NumberPlace | null {
    return placeWhileTyping(typed, this.books);
  }

  onChange(listener: () => void): Disposable {
    return this.changed.on(listener);
  }
}
