/**
 * Reads a CSV text (RFC 4180) piece by piece: quotes, doubled quotes, line breaks in cells, any line end. A quote that is never
 * closed ends with the text.
 */
export class CsvReader {
  private readonly separator: string;
  private readonly onRow: (cells: string[]) => void;
  /** What ends a run of characters outside quotes. */
  private readonly ends: RegExp;
  private row: string[] = [];
  private cell = '';
  /** `closing`: behind a quote in quotes, which ends them unless another follows. `returned`: behind a CR, whose LF is skipped. */
  private state: 'plain' | 'quoted' | 'closing' | 'returned' = 'plain';

  /** @param separator what stands between two cells: one character @param onRow gets each row when its end is seen */
  constructor(separator: string, onRow: (cells: string[]) => void) {
    [this.separator, this.onRow] = [separator, onRow];
    this.ends = new RegExp(`[\\n\\r\\u{${separator.codePointAt(0)?.toString(16) ?? ''}}]`, 'gu');
  }

  /** Takes the next piece, which may end anywhere. */
  write(piece: string): void {
    for (let at = 0; at < piece.length;) at = this.step(piece, at);
  }

  /** There is no more. */
  end(): void {
    if (this.cell !== '' || this.row.length > 0) this.endRow();
  }

  /** @returns where to go on */
  private step(piece: string, at: number): number {
    if (this.state === 'quoted') return this.readQuoted(piece, at);
    const { state } = this;
    this.state = 'plain';
    if (state === 'closing' && piece[at] === '"') {
      this.cell += '"';
      this.state = 'quoted';
      return at + 1;
    }
    return state === 'returned' && piece[at] === '\n' ? at + 1 : this.readPlain(piece, at);
  }

  private readQuoted(piece: string, at: number): number {
    const quote = piece.indexOf('"', at);
    const end = quote < 0 ? piece.length : quote;
    this.cell += piece.slice(at, end);
    if (quote >= 0) this.state = 'closing';
    return end + 1;
  }

  private readPlain(piece: string, at: number): number {
    if (piece[at] === '"' && this.cell === '') {
      this.state = 'quoted';
      return at + 1;
    }
    this.ends.lastIndex = at;
    const end = this.ends.exec(piece)?.index ?? piece.length;
    this.cell += piece.slice(at, end);
    if (piece[end] === this.separator) this.endCell();
    else if (end < piece.length) this.endRow();
    if (piece[end] === '\r') this.state = 'returned';
    return end + 1;
  }

  private endCell(): void {
    this.row.push(this.cell);
    this.cell = '';
  }

  private endRow(): void {
    this.endCell();
    const { row } = this;
    this.row = [];
    this.onRow(row);
  }
}

/** All cells of a CSV text, read as `CsvReader` does. */
export function parseCsv(text: string, separator = ','): string[][] {
  const rows: string[][] = [];
  const reader = new CsvReader(separator, (row) => rows.push(row));
  reader.write(text);
  reader.end();
  return rows;
}

/** What a spreadsheet would take for a formula (OWASP, CSV injection; some take the full-width signs for one as well). */
const formula = /^'*[\s\u00A0]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^'*[\t\r\n]/;

/** A text that a spreadsheet shows and does not run: an apostrophe stands before what it would take for a formula. */
export const withoutFormula = (text: string): string => (formula.test(text) ? `'${text}` : text);

/** The text that `withoutFormula` was given. */
export const asBefore = (text: string): string => (text.startsWith("'") && formula.test(text.slice(1)) ? text.slice(1) : text); // prettier-ignore

/** The mark of UTF-8, without which spreadsheets take a file for something else. */
export const byteOrderMark = '\uFEFF';

/** With CRLF, as spreadsheets write it. */
export const writeCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(written).join(',')}\r\n`).join('');

const written = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
