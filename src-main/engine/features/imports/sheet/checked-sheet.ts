import { type DuplicateKey, type DuplicateRule, type ImportMapping } from '#shared/domain/lead-import.ts';
import { isTaken, readImportRow, SeenLeads, type ImportedLead, type ReadRow } from '#shared/domain/lead-import-row.ts';
import type { RowReason } from '#shared/domain/lead-import-words.ts';
import type { SheetRows } from './sheet-rows.ts';

/** How the rows of a sheet become leads. */
export interface SheetPlan {
  /** Number of the row with the headings, from 0; all below are rows. */
  readonly headRow: number;
  readonly mapping: ImportMapping;
  readonly keys: readonly DuplicateKey[];
  readonly rule: DuplicateRule;
}

export interface CheckedRow {
  /** Of the sheet, from 1, as spreadsheets count. */
  readonly line: number;
  readonly row: ReadRow;
  /** Null = it is imported. */
  readonly left: RowReason | null;
  /** The desk has such a lead: the row goes into that one, and is no lead of its own here. */
  readonly here: boolean;
}

/** A lead that is on this desk. */
export type LeadHere = Pick<ImportedLead, 'companyName' | 'phone' | 'creditCode'>;

/**
 * A sheet with what becomes of its rows. Of rows of one sheet that say the same the first counts; what the desk knows of other
 * leads is not all that there is, so the cloud looks again.
 */
export class CheckedSheet {
  readonly heads: readonly string[];
  /** Numbers of rows that have something in them, below the headings. */
  readonly rows: readonly number[];
  private readonly cells: SheetRows;
  private readonly plan: SheetPlan;
  /** By place in `rows`; absent = it is imported. */
  private readonly left = new Map<number, RowReason>();
  private readonly here = new Set<number>();

  constructor(cells: SheetRows, plan: SheetPlan, known: Iterable<LeadHere>) {
    [this.cells, this.plan] = [cells, plan];
    this.heads = cells.at(plan.headRow);
    this.rows = cells.filled.filter((at) => at > plan.headRow);
    const { keys, rule } = plan;
    const compares = rule !== 'keep' && keys.length > 0;
    const inFile = new SeenLeads<number>(keys);
    const onDesk = new SeenLeads<string>(keys);
    if (compares) for (const lead of known) onDesk.add(lead, lead.companyName);
    for (let at = 0; at < this.rows.length; at += 1) {
      const read = this.read(at);
      if (!isTaken(read)) {
        const fault = read.findings.find((finding) => !isTaken({ findings: [finding] }));
        this.left.set(at, { what: fault?.what ?? 'no-name' });
      } else if (compares) this.compare(at, read, inFile, onDesk);
    }
  }

  private compare(at: number, { lead }: ReadRow, inFile: SeenLeads<number>, onDesk: SeenLeads<string>): void {
    const twin = inFile.find(lead);
    if (twin) return void this.left.set(at, { what: 'same-in-file', by: twin.by, line: twin.which });
    inFile.add(lead, this.lineOf(at));
    const known = onDesk.find(lead);
    if (!known) return;
    if (this.plan.rule === 'skip') this.left.set(at, { what: 'duplicate', by: known.by, name: known.which });
    else this.here.add(at);
  }

  /** How many columns a row may have: the mapping goes by the widest, whose last ones may have no heading. */
  get width(): number {
    return Math.max(this.heads.length, this.plan.mapping.length);
  }

  /** How many rows there are, how many are imported, and how many are left out because something like them is there. */
  counts(): { readonly rows: number; readonly good: number; readonly inFile: number; readonly known: number } {
    const reasons = [...this.left.values()];
    const known = reasons.filter(({ what }) => what === 'duplicate').length + this.here.size;
    const inFile = reasons.filter(({ what }) => what === 'same-in-file').length;
    return { rows: this.rows.length, good: this.rows.length - this.left.size, inFile, known };
  }

  /** Rows by their place among `rows`. */
  part(from: number, limit: number): CheckedRow[] {
    const below = Math.min(this.rows.length, from + limit);
    return Array.from({ length: Math.max(0, below - from) }, (_, n) => {
      const at = from + n;
      return { line: this.lineOf(at), row: this.read(at), left: this.left.get(at) ?? null, here: this.here.has(at) };
    });
  }

  /** The cells of a row, by its line. */
  cellsOf(line: number): readonly string[] {
    return this.cells.at(line - 1);
  }

  private read(at: number): ReadRow {
    return readImportRow(this.cells.at(this.rows[at] ?? 0), this.plan.mapping, this.heads);
  }

  private lineOf(at: number): number {
    return (this.rows[at] ?? 0) + 1;
  }
}
