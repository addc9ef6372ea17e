import { strToU8, zipSync } from 'fflate';

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** What a workbook is made of; what is not said is as usual. */
export interface WorkbookText {
  /** What is in `sheetData`, by sheet. */
  readonly sheets?: readonly string[];
  /** What is in `sst`; null = the part is not there. */
  readonly strings?: string | null;
  /** What is in `styleSheet`; null = the part is not there. */
  readonly styles?: string | null;
  readonly from1904?: boolean;
  /** Parts as they are, in place of those that would be; null = not there. */
  readonly parts?: { readonly [path: string]: string | Uint8Array | null };
}

const sheetXml = (rows: string): string => `<worksheet xmlns="${main}"><sheetData>${rows}</sheetData></worksheet>`;

/** The bytes of a workbook that is written by hand, so that it can be odd. */
export function workbookFile({
  sheets = [''],
  strings = null,
  styles = null,
  from1904 = false,
  parts = {},
}: WorkbookText): Buffer {
  const relation = (id: string, type: string, target: string): string => `<Relationship Id="${id}" Type="${relations}/${type}" Target="${target}"/>`; // prettier-ignore
  const all: Record<string, string | Uint8Array | null> = {
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relations}"><workbookPr${from1904 ? ' date1904="1"' : ''}/><sheets>${sheets.map((_, at) => `<sheet name="表${at + 1}" sheetId="${at + 1}" r:id="r${at + 1}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${relation('rs', 'sharedStrings', 'sharedStrings.xml')}${relation('rt', 'styles', '/xl/styles.xml')}${sheets.map((_, at) => relation(`r${at + 1}`, 'worksheet', `worksheets/sheet${at + 1}.xml`)).join('')}</Relationships>`,
    'xl/sharedStrings.xml': strings === null ? null : `<sst xmlns="${main}">${strings}</sst>`,
    'xl/styles.xml': styles === null ? null : `<styleSheet xmlns="${main}">${styles}</styleSheet>`,
    ...Object.fromEntries(sheets.map((rows, at) => [`xl/worksheets/sheet${at + 1}.xml`, sheetXml(rows)])),
    ...parts,
  }; // prettier-ignore
  const files = Object.entries(all).flatMap(([path, text]) => text === null ? [] : [[path, typeof text === 'string' ? strToU8(text) : text] as const]); // prettier-ignore
  return Buffer.from(zipSync(Object.fromEntries(files)));
}

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
