import { AppError } from '#shared/base/errors.ts';
import { importBounds } from '#shared/domain/lead-import.ts';
import type { SheetRows } from '../sheet-rows.ts';
import { cellText, type CellFacts } from './cell-text.ts';
import { joined, StringText } from './string-text.ts';
import { withSigns, type Attributes, type XmlHandler } from './xml-part.ts';

/** Of a sheet in any spreadsheet. */
const most = { rows: 1_048_576, columns: 16_384 } as const;

/** A cell that is being read. */
interface OpenCell {
  readonly column: number;
  readonly type: string;
  readonly style: string;
  value: string | null;
  inline: StringText | null;
}

/**
 * One sheet (worksheets/sheet1.xml), a row at a time. Rows and cells say where they stand, or stand behind the one before.
 * @throws AppError `import.not-a-sheet`, and as `SheetRows`
 */
export class SheetPart implements XmlHandler {
  private readonly rows: SheetRows;
  private readonly facts: CellFacts;
  private inData = false;
  private inValue = false;
  /** Number of the row before, from 1. */
  private row = 0;
  /** Of this row, where it is known. */
  private ownRow = 0;
  /** Number of the cell before, from 1. */
  private column = 0;
  private cells: string[] = [];
  private cell: OpenCell | null = null;

  constructor(rows: SheetRows, facts: CellFacts) {
    [this.rows, this.facts] = [rows, facts];
  }

  open(name: string, attributes: () => Attributes): void {
    if (name === 'sheetData') this.inData = true;
    else if (!this.inData) return;
    else if (name === 'row') this.openRow(attributes());
    else if (name === 'c') this.openCell(attributes());
    else if (name === 'v') this.inValue = true;
    else if (!this.cell) return;
    else if (name === 'is') this.cell.inline = new StringText();
    else this.cell.inline?.open(name);
  }

  close(name: string): void {
    if (name === 'sheetData') this.inData = false;
    else if (!this.inData) return;
    else if (name === 'row') this.closeRow();
    else if (name === 'c') this.closeCell();
    else if (name === 'v') this.closeValue();
    else this.cell?.inline?.close(name);
  }

  text(text: string): void {
    if (!this.cell) return;
    if (this.inValue) this.cell.value = joined(this.cell.value ?? '', text);
    else this.cell.inline?.add(text);
  }

  private openRow({ r }: Attributes): void {
    this.ownRow = r === undefined ? 0 : numberOf(r);
    this.column = 0;
    this.cells = [];
  }

  private openCell({ r, t = '', s = '' }: Attributes): void {
    const place = r === undefined ? null : placeOf(r);
    if (this.ownRow === 0 && place) this.ownRow = place.row;
    const column = place?.column ?? this.column + 1;
    if (column <= this.column || column > most.columns) throw new AppError('import.not-a-sheet', { reason: 'order' });
    this.column = column;
    this.cell = { column, type: t, style: s, value: null, inline: null };
  }

  private closeValue(): void {
    this.inValue = false;
    if (this.cell) this.cell.value ??= '';
  }

  private closeCell(): void {
    const { cell } = this;
    this.cell = null;
    if (!cell) return;
    const { column, type, style } = cell;
    const value = type === 'str' && cell.value !== null ? withSigns(cell.value) : cell.value;
    const text = cellText({ type, style, value, inline: withSigns(cell.inline?.text ?? '') }, this.facts);
    if (text === '' || column > importBounds.columns) return;
    while (this.cells.length < column - 1) this.cells.push('');
    this.cells.push(text);
  }

  private closeRow(): void {
    const row = this.ownRow || this.row + 1;
    if (row <= this.row || row > most.rows) throw new AppError('import.not-a-sheet', { reason: 'order' });
    this.row = row;
    this.rows.add(row - 1, this.cells);
  }
}

function numberOf(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new AppError('import.not-a-sheet', { reason: 'place' });
  return number;
}

/** B12 → column 2, row 12. */
function placeOf(reference: string): { readonly column: number; readonly row: number } {
  const [, letters, digits] = /^([A-Z]{1,3})(\d+)$/.exec(reference) ?? [];
  if (!letters || !digits) throw new AppError('import.not-a-sheet', { reason: 'place' });
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return { column, row: numberOf(digits) };
}
