import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeXlsx, { type SheetData } from 'write-excel-file/node';
import { describe, expect, it } from 'vitest';
import { importBounds } from '#shared/domain/lead-import.ts';
import { tempFolder } from '../../../testing/temp-folder.ts';
import { readSheetFile, type ReadFile } from './read-sheet.ts';
import { writeSheetFile } from './write-sheet.ts';

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
/** 企业名称,电话 \n 甲,15400000001 as Chinese spreadsheets write it. */
const gb18030 = Buffer.concat([
  Buffer.from([0xc6, 0xf3, 0xd2, 0xb5, 0xc3, 0xfb, 0xb3, 0xc6, 0x2c, 0xb5, 0xe7, 0xbb, 0xb0]),
  Buffer.from('\n'),
  Buffer.from([0xbc, 0xd7]),
  Buffer.from(',15400000001\n'),
]);
const rowsOf = ({ sheets: [sheet] }: ReadFile): (readonly string[])[] => [...(sheet?.rows ?? [])];
const wanted = [
  ['企业名称', '电话'],
  ['甲', '15400000001'],
];

async function workbook(rows: SheetData): Promise<Buffer> {
  const path = join(tempFolder(), 'a.xlsx');
  await writeXlsx(rows).toFile(path);
  return readFileSync(path);
}

describe('a text file', () => {
  it.each([
    ['UTF-8', utf8('企业名称,电话\n甲,15400000001\n'), 'utf-8'],
    ['UTF-8 with its mark', utf8('\ufeff企业名称,电话\r\n甲,15400000001'), 'utf-8'],
    ['GB18030', gb18030, 'gb18030'],
    ['UTF-16 with tabs', Buffer.from('\ufeff企业名称\t电话\n甲\t15400000001', 'utf16le'), 'utf-16le'],
    ['UTF-8 with semicolons', utf8('企业名称;电话\n甲;15400000001'), 'utf-8'],
  ])('in %s is read', async (_what, bytes, encoding) => {
    const read = await readSheetFile(bytes, null);
    expect(read).toMatchObject({ kind: 'csv', encoding, garbled: false });
    expect(rowsOf(read)).toEqual(wanted);
  });

  it('is read in another encoding when somebody says so, and signs that it does not know are told', async () => {
    expect(await readSheetFile(gb18030, 'utf-8')).toMatchObject({ encoding: 'utf-8', garbled: true });
  });

  it.each([
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0, 0]), 'import.old-excel'],
    ['something else', Buffer.from([0x25, 0x50, 0x44, 0x46, 0, 1, 2]), 'import.not-a-sheet'],
    ['a damaged workbook', Buffer.from([0x50, 0x4b, 3, 4, 1, 2]), 'import.not-a-sheet'],
    ['too long a sheet', utf8('a\n'.repeat(importBounds.rows + 11)), 'import.too-many-rows'],
  ])('%s is refused', async (_what, bytes, code) => {
    await expect(readSheetFile(bytes, null)).rejects.toMatchObject({ code });
  });
});

describe('a workbook', () => {
  it('is read as a person sees it', async () => {
    const text = (value: string) => ({ value, type: String });
    const number = (value: number) => ({ value, type: Number });
    const bytes = await workbook([
      [{ value: '客户名单', type: String, columnSpan: 2 }, null],
      [text('企业名称'), text('电话')],
      [text('  甲 公司 '), number(15400000001)],
      [],
      [text('乙'), text("'15400000002")],
      [
        { value: true, type: Boolean },
        { value: new Date(Date.UTC(2026, 0, 31)), type: Date, format: 'yyyy-mm-dd' },
      ],
      [number(0.1 + 0.2), number(Number('911101066976941872'))],
    ]);
    const read = await readSheetFile(bytes, null);
    expect(read.kind).toBe('xlsx');
    expect(rowsOf(read)).toEqual([
      ['客户名单', ''],
      ['企业名称', '电话'],
      ['甲 公司', '15400000001'],
      ['', ''],
      ['乙', "'15400000002"],
      ['TRUE', '2026-01-31'],
      // Its last digits are none: it must not look like a code.
      ['0.3', '9.111010669769418E+17'],
    ]);
  });

  it('that was written here is read as it was: numbers stay texts', async () => {
    const path = join(tempFolder(), 'out.xlsx');
    const rows = [['企业名称', '电话', '未导入原因'], ['甲,"乙"\n丙', '15400000001', ''], ['=1+1', '91110000101623741K', '原因']]; // prettier-ignore
    await writeSheetFile(path, rows, [10, 10, 10]);
    expect(rowsOf(await readSheetFile(readFileSync(path), null))).toEqual(rows);
  });
});
