import { setImmediate as pause } from 'node:timers/promises';
import { AppError } from '#shared/base/errors.ts';
import { asBefore, CsvReader } from '#shared/base/csv.ts';
import { Room } from './packed-texts.ts';
import { SheetRows } from './sheet-rows.ts';
import { readWorkbook } from './workbook/read-workbook.ts';

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
  readonly rows: SheetRows;
}

/**
 * Reads a sheet as texts: .xlsx, or text with commas, semicolons or tabs. Formulas are what they came to; rows and columns that
 * are hidden are read like others; of merged cells the first has what they say. The thread can do something else between pieces.
 *
 * Rejects with AppError `import.old-excel` (.xls, or locked with a password), `import.not-a-sheet`, `import.too-many-rows`
 * { max, rows }, `import.too-much-inside` (made to fill the memory, or of no use to anybody).
 * @param encoding null = found out
 */
export async function readSheetFile(bytes: Buffer, encoding: Encoding | null): Promise<ReadFile> {
  if (startsWith(bytes, oldMark)) throw new AppError('import.old-excel');
  if (!startsWith(bytes, zipMark)) return readText(bytes, encoding ?? (await encodingOf(bytes)));
  return { kind: 'xlsx', sheets: await readWorkbook(bytes, new Room()), encoding: null, garbled: false };
}

const zipMark = [0x50, 0x4b, 0x03, 0x04];
/** Of the container that .xls files are, and .xlsx files that are locked with a password. */
const oldMark = [0xd0, 0xcf, 0x11, 0xe0];
const startsWith = (bytes: Uint8Array, mark: readonly number[]): boolean =>
  mark.every((byte, at) => bytes[at] === byte);

/** Of the file, in bytes. */
const piece = 64 * 1024;
/** Of the file’s beginning, in which the separator is looked for. */
const headBytes = 256 * 1024;

async function readText(bytes: Buffer, encoding: Encoding): Promise<ReadFile> {
  const rows = new SheetRows(new Room(), false);
  let place = 0;
  const separator = separatorOf(new TextDecoder(encoding).decode(bytes.subarray(0, headBytes)));
  const reader = new CsvReader(separator, (row) => rows.add(place++, row.map(asBefore)));
  let garbled = false;
  await decode(bytes, encoding, (text) => {
    if (text.includes('\0')) throw new AppError('import.not-a-sheet');
    garbled ||= text.includes('\ufffd');
    reader.write(text);
  });
  reader.end();
  rows.end();
  return { kind: 'csv', sheets: [{ name: '', rows }], encoding, garbled };
}

/** Piece by piece. @param fatal rejects at the first sign that the encoding does not know */
async function decode(bytes: Buffer, encoding: Encoding, take: (text: string) => void, fatal = false): Promise<void> {
  const decoder = new TextDecoder(encoding, { fatal });
  for (let at = 0; at < bytes.length; at += piece) {
    take(decoder.decode(bytes.subarray(at, at + piece), { stream: true }));
    await pause();
  }
  take(decoder.decode());
}

/** UTF-16 by its mark, which spreadsheets write; UTF-8 with or without its own; else GB18030, as Chinese spreadsheets write. */
async function encodingOf(bytes: Buffer): Promise<Encoding> {
  if (startsWith(bytes, [0xff, 0xfe])) return 'utf-16le';
  const isUtf8 = await decode(bytes, 'utf-8', () => undefined, true).then(() => true, () => false); // prettier-ignore
  return isUtf8 ? 'utf-8' : 'gb18030';
}

/** What stands most often in the first line that has any. */
function separatorOf(text: string): string {
  const line = text.split(/[\r\n]+/, 20).find((one) => /[,;\t]/.test(one)) ?? '';
  const count = (separator: string): number => line.split(separator).length;
  return ['\t', ';'].reduce((best, one) => (count(one) > count(best) ? one : best), ',');
}
