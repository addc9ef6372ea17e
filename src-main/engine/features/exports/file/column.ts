import type { ExportWords } from '#shared/domain/export-words.ts';

/** `time`: ms UTC, written as a moment in Beijing; `money`: yuan. */
export type CellKind = 'text' | 'time' | 'count' | 'money';
/** By its column's kind; null = empty. */
export type Cell = string | number | null;

/** How a file says things. */
export interface Say {
  readonly words: ExportWords;
  /** @param number as it is stored */
  number(number: string): string;
  /** What people wrote: numbers in it are numbers too. */
  text(text: string | null): string | null;
}

export interface Column<Row> {
  readonly kind: CellKind;
  /** In characters. */
  readonly width: number;
  of(row: Row, say: Say): Cell;
}

/** A column of a file. */
export interface Head {
  readonly title: string;
  readonly kind: CellKind;
  readonly width: number;
}

/** A file that is written row by row, into what was opened for it. */
export interface SheetFile {
  row(cells: readonly Cell[]): void;
  /** Nothing follows. */
  end(): void;
}
