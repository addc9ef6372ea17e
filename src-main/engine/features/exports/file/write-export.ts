import { closeSync, openSync, writeSync } from 'node:fs';
import { AppError } from '#shared/base/errors.ts';
import type { ExportAsk } from '#shared/desk-contract/areas/exports.ts';
import { callExportColumns, leadExportColumns } from '#shared/domain/exports.ts';
import { exportWords } from '#shared/domain/export-words.ts';
import type { ReadableDb } from '../../../database/handles.ts';
import { CallListing, type CallScope } from '../../calls/index.ts';
import { LeadListing } from '../../leads/index.ts';
import { barring } from '../../number-lists/index.ts';
import { openPlaces } from '../../number-places/index.ts';
import { outcomesIn } from '../../outcomes/index.ts';
import { callColumns } from './call-columns.ts';
import { CsvFile } from './csv-file.ts';
import { leadColumns } from './lead-columns.ts';
import { FileSay } from './say.ts';
import type { Column, Head, SheetFile } from './column.ts';
import { XlsxFile } from './xlsx-file.ts';

/** One export, as a thread carries it out. */
export interface ExportJob {
  readonly ask: ExportAsk;
  /** Whose desk it is. */
  readonly me: string;
  /** Whose calls: one person's, or (null) everybody's. */
  readonly scope: CallScope;
  /** All numbers are; else those on the blacklist are. */
  readonly masked: boolean;
  /** Path of the file. It must not be there. */
  readonly target: string;
  /** Where tables of number heads lie (`openPlaces`). */
  readonly heads: string | null;
  /** Wall clock, ms. */
  readonly now: number;
}

export interface ExportCount {
  readonly rows: number;
  /** Of these with a number that is on the blacklist. */
  readonly listed: number;
}

export interface Progress {
  readonly done: number;
  readonly rows: number;
}

const atOnce = 500;

/** What a file is made of. */
interface Source<Row> {
  readonly rows: Uint32Array;
  at(rows: Uint32Array): readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly heads: readonly Head[];
}

/**
 * Writes the file, row by row: the memory that it takes does not grow with them. What is in it is of one moment if `db` is inside a transaction.
 *
 * @param moved asked between two parts; throws to give it up
 * @throws AppError `disk.full`; what was written stays there
 */
export function writeExport(db: ReadableDb, job: ExportJob, moved: (progress: Progress) => void): ExportCount {
  const { ask, me, scope, now } = job;
  if (ask.what.list === 'calls') {
    const list = new CallListing(db);
    const rows = list.rows(ask.what.query, scope);
    return writeRows(db, job, moved, { rows, at: (some) => list.at(some), ...chosen(callExportColumns, callColumns(outcomesIn(db)), ask, exportWords[ask.locale].calls) }); // prettier-ignore
  }
  const list = new LeadListing(db, me, () => now);
  const rows = list.rows(ask.what.query, ask.what.ids);
  return writeRows(db, job, moved, { rows, at: (some) => list.at(some), ...chosen(leadExportColumns, leadColumns, ask, exportWords[ask.locale].leads) }); // prettier-ignore
}

/** The columns that were asked for, in the order of the catalogue. */
function chosen<K extends string, Row>(
  order: readonly K[],
  columns: Readonly<Record<K, Column<Row>>>,
  { columns: wanted }: ExportAsk,
  titles: Readonly<Record<K, string>>,
): Pick<Source<Row>, 'columns' | 'heads'> {
  const keys = order.filter((key) => (wanted as readonly string[]).includes(key));
  if (keys.length === 0) throw new AppError('input.invalid', { reason: 'columns' });
  return {
    columns: keys.map((key) => columns[key]),
    heads: keys.map((key) => ({ title: titles[key], kind: columns[key].kind, width: columns[key].width })),
  };
}

function writeRows<Row>(
  db: ReadableDb,
  job: ExportJob,
  moved: (progress: Progress) => void,
  { rows, at, columns, heads }: Source<Row>,
): ExportCount {
  const { ask, now, masked } = job;
  const say = new FileSay(
    ask.locale,
    openPlaces(job.heads),
    (e164) => masked || barring(db, e164, now)?.list === 'blacklist',
  );
  const file = new OpenFile(job.target);
  let listed = 0;
  try {
    const sheet: SheetFile = ask.format === 'csv' ? new CsvFile(heads, (text) => file.text(text)) : new XlsxFile(heads, (bytes) => file.bytes(bytes)); // prettier-ignore
    for (let done = 0; done < rows.length; done += atOnce) {
      moved({ done, rows: rows.length });
      for (const row of at(rows.subarray(done, done + atOnce))) {
        say.hasHidden = false;
        sheet.row(columns.map((column) => column.of(row, say)));
        if (say.hasHidden && !masked) listed += 1;
      }
    }
    moved({ done: rows.length, rows: rows.length });
    sheet.end();
    file.flush();
  } finally {
    file.close();
  }
  return { rows: rows.length, listed };
}

const bufferBytes = 256 * 1024;

/** Collects what is written into few calls of the system. */
class OpenFile {
  private readonly file: number;
  private parts: Uint8Array[] = [];
  private held = 0;

  constructor(path: string) {
    this.file = guarded(() => openSync(path, 'wx', 0o600));
  }

  text(text: string): void {
    this.bytes(Buffer.from(text));
  }

  bytes(bytes: Uint8Array): void {
    this.parts.push(bytes);
    this.held += bytes.length;
    if (this.held >= bufferBytes) this.write();
  }

  /** Nobody waits for the disk: what lies here is handed on, and gone with the next start. */
  flush(): void {
    this.write();
  }

  close(): void {
    closeSync(this.file);
  }

  private write(): void {
    const all = Buffer.concat(this.parts);
    [this.parts, this.held] = [[], 0];
    for (let at = 0; at < all.length;) at += guarded(() => writeSync(this.file, all, at));
  }
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError(code === 'ENOSPC' || code === 'EDQUOT' ? 'disk.full' : 'internal', { reason: code ?? 'write' }, error); // prettier-ignore
  }
}
