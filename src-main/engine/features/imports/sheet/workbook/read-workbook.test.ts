import fc from 'fast-check';
import { Zip, ZipDeflate } from 'fflate';
import readXlsx from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { importBounds } from '#shared/domain/lead-import.ts';
import { escaped, workbookFile } from '../../testing/workbook-file.ts';
import { readSheetFile } from '../read-sheet.ts';

/** Rows without what is empty at their ends, and without empty ones at the end. */
function bare(rows: Iterable<readonly string[]>): string[][] {
  const cut = Array.from(rows, (row) => row.slice(0, row.findLastIndex((cell) => cell !== '') + 1));
  return cut.slice(0, cut.findLastIndex((row) => row.length > 0) + 1);
}

async function ours(bytes: Buffer): Promise<string[][][]> {
  const { sheets } = await readSheetFile(bytes, null);
  return sheets.map(({ rows }) => bare(rows));
}

/** Numbers as spreadsheets show them at their 15 digits; dates by day. */
function shown(cell: unknown): string {
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  return (typeof cell === 'string' ? cell : '').replace(/^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/g, '');
}
function fifteenDigits(raw: string): string {
  const value = Number(raw);
  return Math.abs(value) >= 1e15 ? value.toExponential().toUpperCase() : String(Number(value.toPrecision(15)));
}
/** The same file, read by a library that holds all of it. */
async function theirs(bytes: Buffer): Promise<string[][][]> {
  const sheets = await readXlsx<string>(bytes, { parseNumber: fifteenDigits, trim: false });
  return sheets.map(({ data }) => bare(data.map((row) => row.slice(0, importBounds.columns).map(shown))));
}

const codes = [
  'yyyy\\-mm\\-dd', '[$-804]yyyy"年"m"月"d"日";@', 'h:mm:ss.000', '[h]:mm', 'm/d/yy h:mm AM/PM', '0.00_ ', '#,##0.00;[Red]-#,##0.00', '"日期"0', 'General', '@', '0.00E+00', 'd\\.m', '[Red][<5]0;yyyy', 'aaaa', '[$-409]mmm\\-yy;@', 'yyy', '',
]; // prettier-ignore
const builtIn = [0, 1, 2, 9, 11, 14, 22, 27, 36, 37, 45, 49, 50, 58, 59, 71, 81, 82];
const xfs = [...builtIn, ...codes.map((_, at) => 164 + at)].map((id) => `<xf numFmtId="${id}" xfId="0"/>`).join('');
const styles = `<numFmts>${codes.map((code, at) => `<numFmt numFmtId="${164 + at}" formatCode="${escaped(code)}"/>`).join('')}</numFmts><cellStyleXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellStyleXfs><cellXfs>${xfs}<xf xfId="1"/><xf/></cellXfs>`;
const styleCount = builtIn.length + codes.length + 2;

const text = fc.string({ unit: fc.constantFrom('甲', 'a', ' ', '\n', '&', '<', '"', "'", '😀', '\u200b', '_x000D_', '_x005F_x0041_', '0', '1', 'E'), maxLength: 12 }); // prettier-ignore
const item = fc.oneof(
  text.map((one) => `<t xml:space="preserve">${escaped(one)}</t>`),
  fc.array(text, { minLength: 1, maxLength: 3 }).map((runs) => runs.map((one) => `<r><rPr><b/></rPr><t>${escaped(one)}</t></r>`).join('')),
  text.map((one) => `<t>${escaped(one)}</t><rPh sb="0" eb="1"><t>ジャ</t></rPh><phoneticPr fontId="1"/>`),
  fc.constant('<t/>'),
); // prettier-ignore
const number = fc.oneof(
  fc.integer({ min: -10, max: 60_000 }).map(String),
  fc.double({ min: 0, max: 80_000, noNaN: true }).map(String),
);
const anyNumber = fc.oneof(
  number,
  fc.constantFrom('15400000001', '1.54E+10', '1.5400000001E10', '911101066976941872', '0.30000000000000004', '1e-7', '-0', '123456789012345', '1234567890123456'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
); // prettier-ignore
/** Attributes and inside of a cell. Styles beside numbers are numbers’, so that no number is a date beyond all calendars. */
const cell = fc.oneof(
  fc.nat({ max: 9 }).map((at) => [` t="s"`, `<v>${at}</v>`]),
  item.map((one) => [` t="inlineStr"`, `<is>${one}</is>`]),
  text.map((one) => [` t="str"`, `<f>A1&amp;"x"</f><v>${escaped(one)}</v>`]),
  fc.constantFrom([' t="str"', '<f>A1</f>'], [' t="str"', '<f>A1</f><v></v>'], [' t="e"', '<v>#N/A</v>'], [' t="b"', '<v>1</v>'], [' t="b"', '<v>0</v>'], [' t="b"', ''], [' s="3"', ''], ['', '<v/>']),
  anyNumber.map((one) => ['', `<f>1+1</f><v>${one}</v>`]),
  anyNumber.map((one) => [' t="n" s="1"', `<v>${one}</v>`]),
  fc.tuple(number, fc.nat({ max: styleCount - 1 })).map(([one, style]) => [` s="${style}"`, `<v>${one}</v>`]),
  fc.constantFrom('2026-01-31', '2026-01-31T23:30:00Z').map((one) => [' t="d"', `<v>${one}</v>`]),
); // prettier-ignore
const letters = (column: number): string => {
  const rest = Math.floor((column - 1) / 26);
  return (rest === 0 ? '' : letters(rest)) + String.fromCharCode(65 + ((column - 1) % 26));
};
const places = fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constantFrom(30, 99, 100, 101, 800)), { maxLength: 6 }).map((all) => all.sort((a, b) => a - b)); // prettier-ignore
const row = places.chain((columns) => fc.tuple(fc.constant(columns), fc.array(cell, { minLength: columns.length, maxLength: columns.length }))); // prettier-ignore
const sheet = fc.array(fc.tuple(fc.constantFrom(1, 1, 1, 2, 7), row, fc.boolean()), { maxLength: 8 }).map((rows) => {
  let at = 0;
  return rows.map(([gap, [columns, cells], isNamed]) => {
    at += gap;
    const inside = cells.map(([attributes, value], n) => `<c r="${letters(columns[n] ?? 1)}${at}"${attributes}>${value}</c>`).join('');
    // A row that does not say its number has it from its cells.
    return `<row${isNamed || columns.length === 0 ? ` r="${at}" spans="1:9"` : ''}>\n  ${inside}</row>`;
  }).join('<!-- x -->');
}); // prettier-ignore

/** As programs write it that do not know the sizes beforehand: sizes stand behind each part. */
function streamed(bytes: Record<string, string>): Buffer {
  const pieces: Uint8Array[] = [];
  const zip = new Zip((_, piece) => pieces.push(piece));
  for (const [path, content] of Object.entries(bytes)) {
    const part = new ZipDeflate(path);
    zip.add(part);
    part.push(Buffer.from(content), true);
  }
  zip.end();
  return Buffer.concat(pieces);
}

describe('a workbook', () => {
  it('says what a library reads in it that holds all of it', async () => {
    const strings = fc.array(item, { minLength: 10, maxLength: 10 });
    const file = fc.record({ sheets: fc.array(sheet, { minLength: 1, maxLength: 3 }), strings, from1904: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(file, async ({ sheets, strings: items, from1904 }) => {
        const bytes = workbookFile({ sheets, strings: items.map((one) => `<si>${one}</si>`).join(''), styles, from1904 });
        expect(await ours(bytes)).toEqual(await theirs(bytes));
      }),
      { numRuns: 100 },
    );
  }); // prettier-ignore

  it('is the same with prefixes, in the strict form, and with sizes behind its parts', async () => {
    const base = 'http://purl.oclc.org/ooxml/officeDocument/relationships';
    const bytes = streamed({
      'xl/worksheets/a.xml': '<?xml version="1.0"?><x:worksheet xmlns:x="x"><x:sheetData><x:row r="2"><x:c r="B2" t="s"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>',
      'xl/texts.xml': '\ufeff<x:sst xmlns:x="x"><x:si><x:t>甲</x:t></x:si></x:sst>',
      'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="a" Type="${base}/worksheet" Target="/xl/worksheets/a.xml"/><Relationship Id="b" Type="${base}/sharedStrings" Target="texts.xml"/></Relationships>`,
      'xl/workbook.xml': '<x:workbook xmlns:x="x" xmlns:rel="y"><x:sheets><x:sheet name="a" sheetId="1" rel:id="a"/></x:sheets></x:workbook>',
    });
    expect(await ours(bytes)).toEqual([[[], ['', '甲']]]);
    expect(await theirs(bytes)).toEqual([[[], ['', '甲']]]);
  }); // prettier-ignore

  it.each([
    ['a text that is not there', { sheets: ['<row r="1"><c r="A1" t="s"><v>9</v></c></row>'] }],
    ['a style that is not there', { sheets: ['<row r="1"><c r="A1" s="9"><v>1</v></c></row>'] }],
    ['a kind that there is not', { sheets: ['<row r="1"><c r="A1" t="q"><v>1</v></c></row>'] }],
    ['a truth that is none', { sheets: ['<row r="1"><c r="A1" t="b"><v>2</v></c></row>'] }],
    ['a row that comes twice', { sheets: ['<row r="2"/><row r="2"/>'] }],
    ['a cell behind the next', { sheets: ['<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>'] }],
    ['no sheet where it says', { parts: { 'xl/worksheets/sheet1.xml': null } }],
    ['no list of sheets', { parts: { 'xl/workbook.xml': null } }],
    ['no list of parts', { parts: { 'xl/_rels/workbook.xml.rels': null } }],
  ])('with %s is refused by both', async (_what, odd) => {
    const bytes = workbookFile(odd);
    await expect(ours(bytes)).rejects.toMatchObject({ code: 'import.not-a-sheet' });
    await expect(theirs(bytes)).rejects.toThrow();
  });

  it.each([
    ['a number of a phone in a column of dates', { styles, sheets: [`<row r="1"><c r="A1" s="5"><v>15400000001</v></c></row>`] }, [['15400000001']]],
    ['cells and rows that do not say where they stand', { sheets: ['<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c r="C3"><v>3</v></c></row>'] }, [['1', '2'], [], ['', '', '3']]],
    ['signs that are none', { sheets: ['<row r="1"><c r="A1" t="inlineStr"><is><t>甲_x0000_乙_xD83D_</t></is></c></row>'] }, [['甲乙\ufffd']]],
    ['a text in CDATA', { sheets: ['<row r="1"><c r="A1" t="inlineStr"><is><t>甲<![CDATA[&<乙>]]></t></is></c></row>'] }, [['甲&<乙>']]],
    ['a sheet without rows', { parts: { 'xl/worksheets/sheet1.xml': '<worksheet/>' } }, []],
    ['merged cells', { sheets: ['<row r="1"><c r="A1" t="str"><v>甲</v></c><c r="B1"/></row></sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells><sheetData>'] }, [['甲']]],
  ])('with %s is read', async (_what, odd, rows) => {
    expect(await ours(workbookFile(odd))).toEqual([rows]);
  }); // prettier-ignore

  it('with a chart for a sheet has the others', async () => {
    const book = '<workbook><sheets><sheet name="图" r:id="c"/><sheet name="表" r:id="r1"/></sheets></workbook>';
    const { sheets } = await readSheetFile(workbookFile({ sheets: ['<row><c><v>1</v></c></row>'], parts: { 'xl/workbook.xml': book } }), null); // prettier-ignore
    expect(sheets.map(({ name, rows }) => [name, ...rows])).toEqual([['表', ['1']]]);
  });
});
