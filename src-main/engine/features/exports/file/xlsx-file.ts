import { Zip, ZipDeflate, strToU8 } from 'fflate';
import { beijingMs } from '#shared/domain/sim-governor.ts';
import type { Cell, CellKind, Head, SheetFile } from './column.ts';

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';

/** Places in `cellXfs` of the styles. */
const styles = { head: 1, text: 2, time: 3, count: 0, money: 4 } as const satisfies Record<CellKind | 'head', number>;

/** What every workbook of one sheet has (ECMA-376 part 1: OPC package, workbook, styles). */
const parts: { readonly [path: string]: string } = {
  '[Content_Types].xml': `${xml}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
  '_rels/.rels': `${xml}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `${xml}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `${xml}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
  'xl/styles.xml': `${xml}<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`,
};

/** So much of a sheet is packed at once, in characters. */
const packedAtOnce = 64 * 1024;
/** Excel refuses more in one cell. */
const longestCell = 32_767;

/**
 * A workbook with one sheet, packed as it is written: rows of any number take the memory of one piece. Texts stand in their
 * cells as texts (`inlineStr`), which no spreadsheet takes for a formula or a number.
 */
export class XlsxFile implements SheetFile {
  private readonly kinds: readonly CellKind[];
  private readonly letters: readonly string[];
  private readonly zip: Zip;
  private readonly sheet: ZipDeflate;
  private waiting = '';
  private line = 1;

  constructor(heads: readonly Head[], write: (bytes: Uint8Array) => void) {
    this.kinds = heads.map(({ kind }) => kind);
    this.letters = heads.map((_, at) => letterOf(at));
    this.zip = new Zip((error, bytes) => {
      if (error) throw error;
      write(bytes);
    });
    for (const [path, text] of Object.entries(parts)) this.part(path, true).push(strToU8(text), true);
    this.sheet = this.part('xl/worksheets/sheet1.xml', false);
    const widths = heads.map(({ width }, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`).join(''); // prettier-ignore
    this.add(`${xml}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths}</cols><sheetData>`); // prettier-ignore
    this.put(heads.map(({ title }, at) => this.textCell(title, at, styles.head)).join(''));
  }

  row(cells: readonly Cell[]): void {
    let written = '';
    for (let at = 0; at < cells.length; at += 1) written += this.cell(cells[at] ?? null, at);
    this.put(written);
  }

  end(): void {
    this.add('</sheetData></worksheet>');
    this.sheet.push(strToU8(this.waiting), true);
    this.waiting = '';
    this.zip.end();
  }

  private cell(cell: Cell, at: number): string {
    if (cell === null || cell === '') return '';
    if (typeof cell === 'string') return this.textCell(cell, at, styles.text);
    const kind = this.kinds[at] ?? 'text';
    const value = kind === 'time' ? dateNumber(cell) : cell;
    return `<c r="${this.letters[at]}${this.line}" s="${styles[kind]}"><v>${value}</v></c>`;
  }

  private textCell(text: string, at: number, style: number): string {
    return `<c r="${this.letters[at]}${this.line}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
  }

  private put(cells: string): void {
    this.add(`<row r="${this.line}">${cells}</row>`);
    this.line += 1;
  }

  private add(text: string): void {
    this.waiting += text;
    if (this.waiting.length < packedAtOnce) return;
    this.sheet.push(strToU8(this.waiting));
    this.waiting = '';
  }

  private part(path: string, isSmall: boolean): ZipDeflate {
    const part = new ZipDeflate(path, { level: isSmall ? 0 : 4 });
    this.zip.add(part);
    return part;
  }
}

/** A, B, … Z, AA. */
function letterOf(column: number): string {
  const last = String.fromCharCode(65 + (column % 26));
  return column < 26 ? last : letterOf(Math.floor(column / 26) - 1) + last;
}

/** Days since 1899-12-30 (the 1900 date system), of a clock in Beijing. */
const dateNumber = (at: number): number => (at + beijingMs) / 86_400_000 + 25_569;

const signs: { readonly [sign: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** XML 1.0 (2.2) knows neither most control characters nor halves of a pair. */
const noXml = /[^\t\n\u0020-\uFFFD]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

const escaped = (text: string): string =>
  text
    .slice(0, longestCell)
    // Of a line break only this is left by who reads XML.
    .replace(/\r\n?/g, '\n')
    .replace(noXml, '')
    .replace(/[&<>]/g, (sign) => signs[sign] ?? sign);
