import { firstOwnFormat, isDateFormat } from './date-format.ts';
import { withSigns, type Attributes, type XmlHandler } from './xml-part.ts';

/** Which sheets there are (workbook.xml). */
export class WorkbookPart implements XmlHandler {
  readonly sheets: { readonly name: string; readonly relation: string }[] = [];
  from1904 = false;

  open(name: string, attributes: () => Attributes): void {
    if (name === 'workbookPr') this.from1904 = ['1', 'true'].includes(attributes()['date1904'] ?? '');
    if (name !== 'sheet') return;
    const { name: title, id } = attributes();
    if (title !== undefined && id !== undefined) this.sheets.push({ name: withSigns(title), relation: id });
  }
}

/** Kinds of parts; the strict form of the standard has another address for each. */
const kindOf =
  /^http:\/\/(?:schemas\.openxmlformats\.org\/officeDocument\/2006|purl\.oclc\.org\/ooxml\/officeDocument)\/relationships\/(styles|sharedStrings|worksheet)$/;

/** Where the parts are (workbook.xml.rels). */
export class RelationsPart implements XmlHandler {
  /** Paths by relation. */
  readonly sheets = new Map<string, string>();
  strings = 'xl/sharedStrings.xml';
  styles = 'xl/styles.xml';

  open(name: string, attributes: () => Attributes): void {
    if (name !== 'Relationship') return;
    const { Id = '', Type = '', Target = '' } = attributes();
    const path = Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`;
    const kind = kindOf.exec(Type)?.[1];
    if (kind === 'worksheet') this.sheets.set(Id, path);
    else if (kind === 'styles') this.styles = path;
    else if (kind === 'sharedStrings') this.strings = path;
  }
}

/** Which styles of cells are dates (styles.xml). */
export class StylesPart implements XmlHandler {
  private readonly codes = new Map<number, string>();
  private readonly base: (number | null)[] = [];
  private readonly cells: { readonly format: number | null; readonly base: number }[] = [];
  private list: 'base' | 'cells' | null = null;

  open(name: string, attributes: () => Attributes): void {
    if (name === 'numFmt') this.addFormat(attributes());
    else if (name === 'cellStyleXfs') this.list = 'base';
    else if (name === 'cellXfs') this.list = 'cells';
    else if (name === 'xf') this.addStyle(attributes());
  }

  close(name: string): void {
    if (name === 'cellStyleXfs' || name === 'cellXfs') this.list = null;
  }

  /** By number of the style: a cell’s own format, or the one of the style that it is made from. */
  dates(): boolean[] {
    return this.cells.map(({ format, base }) => {
      const id = format ?? this.base[base] ?? null;
      return id !== null && isDateFormat(id, format === null ? undefined : this.codes.get(id));
    });
  }

  private addFormat({ numFmtId, formatCode }: Attributes): void {
    const id = Number(numFmtId);
    if (id >= firstOwnFormat && formatCode !== undefined) this.codes.set(id, formatCode);
  }

  private addStyle({ numFmtId, xfId }: Attributes): void {
    const format = numFmtId === undefined || numFmtId === '' ? null : Number(numFmtId);
    if (this.list === 'base') this.base.push(format);
    else if (this.list === 'cells') this.cells.push({ format, base: Number(xfId ?? -1) });
  }
}
