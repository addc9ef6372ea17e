import { placeName, type NumberPlace } from '#shared/domain/number-place.ts';
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
  /** Where it was given out, and to whom; null = not known. */
  place(number: string): NumberPlace | null;
  /** What people wrote: numbers in it are numbers too. */
  text(text: string | null): string | null;
}

export interface Column<Row> {
  readonly kind: CellKind;
  /** In characters. */
  readonly width: number;
  of(row: Row, say: Say): Cell;
}

/** 归属地 of a number: where it was given out, and (携号转网) to whom. */
export const placeCell = (number: string, say: Say): Cell => {
  const place = say.place(number);
  return place && placeName(place);
};
export const operatorCell = (number: string, { place, words }: Say): Cell => {
  const { operator, virtual } = place(number) ?? { operator: null, virtual: false };
  if (!operator) return null;
  return virtual ? words.virtualOperator(words.operator[operator]) : words.operator[operator];
};

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
