import { readFile } from 'node:fs/promises';
import { AppError } from '#shared/base/errors.ts';
import type { ImportChoices, ImportedRow, ImportLook, ImportPlan } from '#shared/desk-contract/areas/imports.ts';
import {
  findHeadRow,
  guessMapping,
  headingsKey,
  reasonHeading,
  type DuplicateKey,
  type DuplicateRule,
  type ImportMapping,
} from '#shared/domain/lead-import.ts';
import { reasonText, type ImportLocale } from '#shared/domain/lead-import-words.ts';
import { CheckedSheet, type CheckedRow, type LeadHere } from './checked-sheet.ts';
import { readSheetFile, type Encoding, type ReadFile } from './read-sheet.ts';
import { writeSheetFile } from './write-sheet.ts';

/** What a plan is found out from. */
export interface PlanHints {
  /** Mappings of sheets that were imported before, by `headingsKey`. */
  readonly mappings: { readonly [key: string]: ImportMapping };
  readonly keys: readonly DuplicateKey[];
  readonly rule: DuplicateRule;
}

export type SheetLook = Omit<ImportLook, 'id' | 'fileName'>;

export interface ReportAsk {
  readonly target: string;
  /** Lines of the sheet with why they were left, in words. */
  readonly left: readonly { readonly line: number; readonly text: string }[];
  /** From this place among the rows on nothing was gone through; null = all of it was. */
  readonly restFrom: number | null;
  readonly locale: ImportLocale;
}

/** What is asked about the file of an import. All reading is done where it does not hold up the loop (import-worker.ts). */
export interface Sheets {
  /** Opens the file; what is not chosen of the plan is found out. Rejects as `readSheetFile`, and with `import.empty`. */
  open(path: string, choices: ImportChoices, hints: PlanHints, locale: ImportLocale): Promise<SheetLook>;
  /** Rows of the opened sheet, by their place. */
  part(from: number, limit: number): Promise<readonly CheckedRow[]>;
  /** Writes the rows of the opened sheet that were left. */
  report(ask: ReportAsk): Promise<void>;
  write(path: string, rows: readonly (readonly string[])[]): Promise<void>;
  /** The database is copied out of its journal, so that no commit of the loop has to. */
  checkpoint(): Promise<void>;
}

const previewRows = 20;
const sampleCells = 3;
/** Among so many rows they are looked for. */
const sampleRows = 200;
/** Of columns, in characters. */
const widths = { narrow: 10, wide: 36, reason: 40 } as const;

export class SheetDesk implements Sheets {
  private readonly known: () => Iterable<LeadHere>;
  private readonly copy: () => void;
  private file: { readonly path: string; readonly asked: Encoding | null; readonly read: ReadFile } | null = null;
  private checked: CheckedSheet | null = null;

  /** @param known leads of this desk @param copy the database's checkpoint */
  constructor(known: () => Iterable<LeadHere>, copy: () => void = () => undefined) {
    [this.known, this.copy] = [known, copy];
  }

  async open(path: string, choices: ImportChoices, hints: PlanHints, locale: ImportLocale): Promise<SheetLook> {
    const read = await this.read(path, choices.encoding ?? null);
    const found = planFor(read, hints, choices);
    const sheet = read.sheets[found.sheet];
    if (!sheet) throw new AppError('import.empty');
    const heads = sheet.rows.at(found.headRow);
    const width = Math.max(0, ...sheet.rows.slice(0, 1000).map((row) => row.length));
    const mapping = Array.from({ length: width }, (_, column) => found.mapping[column] ?? null);
    const top = sheet.rows.slice(found.headRow + 1, found.headRow + sampleRows);
    const whole: ImportPlan = { ...found, mapping, encoding: read.encoding };
    const checked = new CheckedSheet(sheet.rows, whole, this.known());
    if (checked.rows.length === 0) throw new AppError('import.empty');
    this.checked = checked;
    return {
      kind: read.kind,
      sheets: read.sheets.map(({ name }) => name),
      plan: whole,
      garbled: read.garbled,
      remembered: choices.mapping === undefined && Object.hasOwn(hints.mappings, headingsKey(heads)),
      heads: mapping.map((_, column) => heads[column] ?? ''),
      samples: mapping.map((_, column) => samplesOf(top, column)),
      counts: checked.counts(),
      preview: checked.part(0, previewRows).map((row) => previewOf(row, locale)),
    };
  }

  part(from: number, limit: number): Promise<readonly CheckedRow[]> {
    return Promise.resolve(this.opened().part(from, limit));
  }

  async report({ target, left, restFrom, locale }: ReportAsk): Promise<void> {
    const checked = this.opened();
    const rest = restFrom === null ? [] : checked.rows.slice(restFrom).map((row) => ({ line: row + 1, text: reasonText({ what: 'cancelled' }, locale) })); // prettier-ignore
    const all = [...left, ...rest].sort((a, b) => a.line - b.line);
    // A sheet that was mended once has its column of reasons already: the new ones take its place.
    const reasons: readonly string[] = Object.values(reasonHeading);
    const columns = Array.from({ length: checked.width }, (_, column) => column).filter((column) => !reasons.includes(checked.heads[column] ?? '')); // prettier-ignore
    const row = (cells: readonly string[], reason: string): string[] => [...columns.map((column) => cells[column] ?? ''), reason]; // prettier-ignore
    await writeSheetFile(
      target,
      [row(checked.heads, reasonHeading[locale]), ...all.map(({ line, text }) => row(checked.cellsOf(line), text))],
      [...columns.map((column) => widthOf(checked.heads[column] ?? '')), widths.reason],
    );
  }

  write(path: string, rows: readonly (readonly string[])[]): Promise<void> {
    return writeSheetFile(path, rows, (rows[0] ?? []).map(widthOf));
  }

  checkpoint(): Promise<void> {
    this.copy();
    return Promise.resolve();
  }

  private opened(): CheckedSheet {
    if (!this.checked) throw new AppError('upload.gone');
    return this.checked;
  }

  /** Once for all looks at it. */
  private async read(path: string, asked: Encoding | null): Promise<ReadFile> {
    const { file } = this;
    if (file?.path === path && (asked === null || asked === file.read.encoding || file.read.kind === 'xlsx'))
      return file.read;
    this.checked = null;
    const bytes = await readFile(path).catch((error: unknown) => {
      throw new AppError('upload.gone', {}, error);
    });
    const read = await readSheetFile(bytes, asked);
    this.file = { path, asked, read };
    return read;
  }
}

const widthOf = (head: string): number => (/名称|地址|备注|name|address|note/i.test(head) ? widths.wide : widths.narrow + head.length); // prettier-ignore

function planFor(read: ReadFile, hints: PlanHints, choices: ImportChoices): ImportPlan {
  const filled = read.sheets.findIndex(({ rows }) => rows.length > 0);
  const sheet = choices.sheet ?? Math.max(0, filled);
  const rows = read.sheets[sheet]?.rows;
  const headRow = choices.headRow ?? findHeadRow(rows ?? []);
  const heads = rows?.at(headRow) ?? [];
  const key = headingsKey(heads);
  const remembered = Object.hasOwn(hints.mappings, key) ? hints.mappings[key] : undefined;
  const mapping = choices.mapping ?? remembered ?? guessMapping(heads);
  const { keys = hints.keys, rule = hints.rule } = choices;
  return { sheet, encoding: read.encoding, headRow, mapping: [...mapping], keys: [...keys], rule };
}

const samplesOf = (rows: readonly (readonly string[])[], column: number): string[] =>
  rows.flatMap((row) => row[column]?.slice(0, 40) || []).slice(0, sampleCells);

const previewOf = ({ line, row, left }: CheckedRow, locale: ImportLocale): ImportedRow => ({
  line,
  ...row.lead,
  tags: [...row.lead.tags],
  contacts: [...row.lead.contacts],
  note: row.note,
  findings: [...row.findings],
  left: left && reasonText(left, locale),
});
