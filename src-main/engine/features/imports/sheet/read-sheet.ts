import { AppError } from '#shared/base/errors.ts';
import { asBefore, parseCsv } from '#shared/base/csv.ts';
import { importBounds } from '#shared/domain/lead-import.ts';
import { sureDigits } from '#shared/domain/lead-import-row.ts';
import readXlsx, { InvalidInputError, InvalidSpreadsheetError } from 'read-excel-file/node';

/** How a text file may be written. */
export const encodings = ['utf-8', 'gb18030', 'utf-16le'] as const;
export type Encoding = (typeof encodings)[number];

export interface ReadFile {
  readonly kind: 'xlsx' | 'csv';
  /** One of a text file has no name. */
  readonly sheets: readonly Sheet[];
  /** Of a text file: found, or as it was asked for. */
  readonly encoding: Encoding | null;
  /** It has signs that this encoding does not know: it is another one, or damaged. */
  readonly garbled: boolean;
}

export interface Sheet {
  readonly name: string;
  /** Trimmed texts; row 0 is the first row of the sheet, empty ones included. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads a sheet as texts: .xlsx, or text with commas, semicolons or tabs. Formulas are what they came to; rows and columns that
 * are hidden are read like others; of merged cells the first has what they say.
 *
 * Rejects with AppError `import.old-excel` (.xls, or locked with a password), `import.not-a-sheet`, `import.too-many-rows`
 * { max, rows }.
 * @param encoding null = found out
 */
export async function readSheetFile(bytes: Buffer, encoding: Encoding | null): Promise<ReadFile> {
  const read = startsWith(bytes, zipMark) ? await readWorkbook(bytes) : readText(bytes, encoding);
  for (const { rows } of read.sheets) {
    const filled = rows.filter((row) => row.some((cell) => cell !== '')).length;
    // The headings, and some titles above them.
    if (filled > importBounds.rows + 10) throw new AppError('import.too-many-rows', { max: importBounds.rows, rows: filled }); // prettier-ignore
  }
  return read;
}

const zipMark = [0x50, 0x4b, 0x03, 0x04];
/** Of the container that .xls files are, and .xlsx files that are locked with a password. */
const oldMark = [0xd0, 0xcf, 0x11, 0xe0];
const startsWith = (bytes: Uint8Array, mark: readonly number[]): boolean =>
  mark.every((byte, at) => bytes[at] === byte);

async function readWorkbook(bytes: Buffer): Promise<ReadFile> {
  try {
    const sheets = await readXlsx<string>(bytes, { parseNumber: numberText, trim: false });
    return {
      kind: 'xlsx',
      sheets: sheets.map(({ sheet, data }) => ({ name: sheet, rows: data.map((row) => cutRow(row.map(cellText))) })),
      encoding: null,
      garbled: false,
    };
  } catch (error) {
    if (error instanceof InvalidInputError || error instanceof InvalidSpreadsheetError)
      throw new AppError('import.not-a-sheet', {}, error);
    throw error;
  }
}

/** A number as a person reads it: never with an exponent, unless it has lost digits, which is to be seen. */
function numberText(raw: string): string {
  const value = Number(raw);
  if (!Number.isFinite(value)) return raw;
  if (Math.abs(value) >= 10 ** sureDigits) return value.toExponential().toUpperCase();
  // 0.1 + 0.2 is stored as 0.30000000000000004, and shown as 0.3.
  return String(Number(value.toPrecision(sureDigits)));
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  return trimmed(String(cell as string));
}

/** What a cell may hold is far below this; the rest would only fill the memory. */
const trimmed = (text: string): string => text.replace(/^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/g, '').slice(0, importBounds.cell); // prettier-ignore
const cutRow = (row: string[]): string[] => row.slice(0, importBounds.columns);

function readText(bytes: Buffer, wanted: Encoding | null): ReadFile {
  if (startsWith(bytes, oldMark)) throw new AppError('import.old-excel');
  const encoding = wanted ?? encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  if (text.includes('\0')) throw new AppError('import.not-a-sheet');
  const rows = parseCsv(text, separatorOf(text)).map((row) => cutRow(row.map((cell) => trimmed(asBefore(cell)))));
  return { kind: 'csv', sheets: [{ name: '', rows }], encoding, garbled: text.includes('\ufffd') };
}

/** UTF-16 by its mark, which spreadsheets write; UTF-8 with or without its own; else GB18030, as Chinese spreadsheets write. */
function encodingOf(bytes: Uint8Array): Encoding {
  if (startsWith(bytes, [0xff, 0xfe])) return 'utf-16le';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    return 'gb18030';
  }
}

/** What stands most often in the first line that has any. */
function separatorOf(text: string): string {
  const line = text.split(/[\r\n]+/, 20).find((one) => /[,;\t]/.test(one)) ?? '';
  const count = (separator: string): number => line.split(separator).length;
  return ['\t', ';'].reduce((best, one) => (count(one) > count(best) ? one : best), ',');
}
