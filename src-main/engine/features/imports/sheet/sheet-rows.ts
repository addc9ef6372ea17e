import { importBounds } from '#shared/domain/lead-import.ts';
import { AppError } from '#shared/base/errors.ts';
import { PackedTexts, type Room } from './packed-texts.ts';

/** The headings, and some titles above them. */
const mostRows = importBounds.rows + 10;
/** The rows of one sheet as trimmed texts, by their place from 0. Those without anything in them take no memory. */
export class SheetRows implements Iterable<readonly string[]> {
  /** Places of the rows that have something in them, ascending. */
  readonly filled: number[] = [];
  private readonly packed: PackedTexts;
  private readonly even: boolean;
  private excess = 0;
  private width = 0;

  /** @param even rows are filled up to the longest one, as a workbook has them */
  constructor(room: Room, even: boolean) {
    [this.packed, this.even] = [new PackedTexts(room), even];
  }

  /** Up to the last row that has something in it. */
  get length(): number {
    return (this.filled.at(-1) ?? -1) + 1;
  }

  /** Takes the next row. @param at its place, behind all before @throws AppError `import.too-much-inside` */
  add(at: number, cells: readonly string[]): void {
    const row = cells.slice(0, importBounds.columns).map(trimmed);
    while (row.at(-1) === '') row.pop();
    if (row.length === 0) return;
    // How many there are is told; what is in them is not asked for.
    if (this.filled.length === mostRows) return void (this.excess += 1);
    this.width = Math.max(this.width, row.length);
    this.packed.add(JSON.stringify(row));
    this.filled.push(at);
  }

  /** @throws AppError `import.too-many-rows` { max, rows } */
  end(): void {
    const { max, rows } = { max: importBounds.rows, rows: mostRows + this.excess };
    if (this.excess > 0) throw new AppError('import.too-many-rows', { max, rows });
  }

  at(place: number): readonly string[] {
    const text = this.packed.at(this.find(place));
    const cells = text === undefined ? [] : (JSON.parse(text) as string[]);
    while (this.even && cells.length < this.width) cells.push('');
    return cells;
  }

  /** From a place up to another, which is not among them. */
  slice(from: number, to: number): (readonly string[])[] {
    return Array.from({ length: Math.max(0, Math.min(to, this.length) - from) }, (_, at) => this.at(from + at));
  }

  *[Symbol.iterator](): Generator<readonly string[]> {
    for (let at = 0; at < this.length; at += 1) yield this.at(at);
  }

  /** Among those that are filled; -1 = it is not. */
  private find(place: number): number {
    let [low, high] = [0, this.filled.length - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = this.filled[middle] ?? 0;
      if (found === place) return middle;
      if (found < place) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}

/** What a cell may hold is far below this; the rest would only fill the memory. */
const trimmed = (text: string): string =>
  storable(text.replace(/^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/g, '').slice(0, importBounds.cell));

/** Workbooks may name signs that are none, U+0000 and halves of a pair: the cloud keeps no row with one. */
const storable = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '') : text).toWellFormed();
