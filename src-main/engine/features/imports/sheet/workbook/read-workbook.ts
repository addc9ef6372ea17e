import { AppError } from '#shared/base/errors.ts';
import type { Room } from '../packed-texts.ts';
import { SheetRows } from '../sheet-rows.ts';
import type { CellFacts } from './cell-text.ts';
import { SharedStrings } from './shared-strings.ts';
import { SheetPart } from './sheet-part.ts';
import { RelationsPart, StylesPart, WorkbookPart } from './workbook-parts.ts';
import { XmlPart, type XmlHandler } from './xml-part.ts';
import { ZipParts } from './zip-parts.ts';

/**
 * Reads all sheets of a workbook (ECMA-376, .xlsx) as it is inflated, in three looks: what there is, what cells are read by, and
 * the sheets. Of the file nothing is held but the texts of its cells, packed.
 *
 * Rejects with AppError `import.not-a-sheet`, `import.too-many-rows` { max, rows }, `import.too-much-inside`.
 */
export async function readWorkbook(bytes: Uint8Array, room: Room): Promise<{ name: string; rows: SheetRows }[]> {
  const zip = new ZipParts(bytes);
  const [workbook, relations] = [new WorkbookPart(), new RelationsPart()];
  await readAll(zip, { 'xl/workbook.xml': workbook, 'xl/_rels/workbook.xml.rels': relations });
  const facts = await readFacts(zip, workbook, relations, room);
  const handlers: Record<string, XmlHandler> = {};
  const sheets = workbook.sheets.flatMap(({ name, relation }) => {
    const path = relations.sheets.get(relation);
    // A sheet that is a chart.
    if (path === undefined) return [];
    const rows = new SheetRows(room, true);
    handlers[path] = new SheetPart(rows, facts);
    return [{ name, rows }];
  });
  await readAll(zip, handlers);
  for (const { rows } of sheets) rows.end();
  return sheets;
}

/** Texts and styles may be missing: a workbook of numbers needs neither. */
async function readFacts(
  zip: ZipParts,
  { from1904 }: WorkbookPart,
  relations: RelationsPart,
  room: Room,
): Promise<CellFacts> {
  const [strings, styles] = [new SharedStrings(room), new StylesPart()];
  await read(zip, { [relations.strings]: strings, [relations.styles]: styles });
  return { texts: strings.texts, dates: styles.dates(), from1904 };
}

const read = (zip: ZipParts, handlers: Readonly<Record<string, XmlHandler>>): Promise<ReadonlySet<string>> =>
  zip.read((name) => {
    const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
    return handler ? new XmlPart(handler) : null;
  });

async function readAll(zip: ZipParts, handlers: Readonly<Record<string, XmlHandler>>): Promise<void> {
  const found = await read(zip, handlers);
  if (Object.keys(handlers).some((name) => !found.has(name))) throw new AppError('import.not-a-sheet', { reason: 'part' }); // prettier-ignore
}
