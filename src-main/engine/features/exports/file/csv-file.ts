import { byteOrderMark, withoutFormula, writeCsv } from '#shared/base/csv.ts';
import { beijingMs } from '#shared/domain/sim-governor.ts';
import type { Cell, Head, SheetFile } from './column.ts';

/** What Excel makes a number of, and shows as 1.54E+10 or without its zero. */
const longOrZero = /^(?:0\d+|\d{11,})$/;

/**
 * Comma-separated text (RFC 4180), UTF-8 with its mark. A text is never a formula; digits that a spreadsheet would take for an
 * amount have a tab behind them, which keeps them a text and is trimmed by whoever reads them again.
 */
export class CsvFile implements SheetFile {
  private readonly heads: readonly Head[];
  private readonly write: (text: string) => void;

  constructor(heads: readonly Head[], write: (text: string) => void) {
    [this.heads, this.write] = [heads, write];
    write(byteOrderMark + writeCsv([heads.map(({ title }) => title)]));
  }

  row(cells: readonly Cell[]): void {
    this.write(writeCsv([cells.map((cell, at) => this.written(cell, at))]));
  }

  end(): void {
    // A line is whole by itself.
  }

  private written(cell: Cell, at: number): string {
    if (cell === null) return '';
    if (typeof cell === 'string') return longOrZero.test(cell) ? `${cell}\t` : withoutFormula(cell);
    return this.heads[at]?.kind === 'time' ? momentText(cell) : String(cell);
  }
}

/** 2026-01-05 14:05:09 in Beijing. */
const momentText = (at: number): string => new Date(at + beijingMs).toISOString().slice(0, 19).replace('T', ' ');
