import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { importBounds } from '#shared/domain/lead-import.ts';
import { escaped, workbookFile } from '../../testing/workbook-file.ts';
import { PackedTexts, Room } from '../packed-texts.ts';
import { readSheetFile } from '../read-sheet.ts';
import { readWorkbook } from './read-workbook.ts';
import { ZipParts } from './zip-parts.ts';

const cell = (text: string): string => `<row><c t="inlineStr"><is><t>${text}</t></is></c></row>`;
const read = (bytes: Buffer) => readSheetFile(bytes, null);

describe('a file that is made to do harm', () => {
  it('is refused where it becomes too much, without having been inflated further', async () => {
    const bytes = workbookFile({ sheets: [cell('0'.repeat(200_000)).repeat(40)] });
    expect(bytes.length).toBeLessThan(200_000);
    let taken = 0;
    const reading = new ZipParts(bytes, 2_000_000).read(() => ({ write: (piece) => void (taken += piece.length), end: () => undefined })); // prettier-ignore
    await expect(reading).rejects.toMatchObject({ code: 'import.too-much-inside' });
    expect(taken).toBeLessThanOrEqual(2_000_000);
  });

  it.each([
    ['one text without an end', cell('0'.repeat(1_000_000))],
    ['one tag without an end', `<row a="${'0'.repeat(1_000_000)}"/>`],
    ['tags in tags', '<a>'.repeat(100_000)],
  ])('with %s is refused', async (_what, sheet) => {
    await expect(read(workbookFile({ sheets: [sheet] }))).rejects.toMatchObject({ code: 'import.too-much-inside' });
  });

  it('with more text than an import has room for is refused, wherever the text stands', async () => {
    const long = 'x'.repeat(4000);
    const sheets = workbookFile({ sheets: [cell(long).repeat(40), cell(long).repeat(40)] });
    const strings = workbookFile({ strings: `<si><t>${long}</t></si>`.repeat(80) });
    for (const bytes of [sheets, strings]) {
      await expect(readWorkbook(bytes, new Room(200_000))).rejects.toMatchObject({ code: 'import.too-much-inside' });
      await expect(readWorkbook(bytes, new Room(400_000))).resolves.toHaveLength(bytes === sheets ? 2 : 1);
    }
    expect(() => new PackedTexts(new Room(8)).add('')).toThrow(AppError);
  });

  it('with entities that grow is read without them', async () => {
    const bomb = '<!DOCTYPE w [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;">]>';
    const sheet = `${bomb}<worksheet><sheetData>${cell('&b;&amp;')}</sheetData></worksheet>`;
    const bytes = workbookFile({ parts: { 'xl/worksheets/sheet1.xml': sheet } });
    const [one] = (await read(bytes).catch(() => null))?.sheets ?? [];
    expect([...(one?.rows ?? [])].flat().join('')).not.toContain('xx');
  });

  it('with rows and columns that no sheet has is refused, and does not fill the memory with empty ones', async () => {
    const rows = ['<row r="99999999999"/>', '<row r="1048577"><c><v>1</v></c></row>', '<row r="1"><c r="XFE1"><v>1</v></c></row>', '<row r="x"/>', '<row r="1"><c r="1A"><v>1</v></c></row>']; // prettier-ignore
    for (const row of rows) await expect(read(workbookFile({ sheets: [row] }))).rejects.toMatchObject({ code: 'import.not-a-sheet' }); // prettier-ignore
    const { sheets } = await read(workbookFile({ sheets: ['<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'] })); // prettier-ignore
    expect(sheets[0]?.rows.length).toBe(0);
  });

  it('with more rows than an import has is told how many they are', async () => {
    const rows = importBounds.rows + 500;
    const bytes = workbookFile({ sheets: ['<row><c><v>1</v></c></row>'.repeat(rows)] });
    await expect(read(bytes)).rejects.toMatchObject({ code: 'import.too-many-rows', details: { max: importBounds.rows, rows } }); // prettier-ignore
  });

  it('or locked with a password of the ZIP itself is no sheet', async () => {
    const bytes = workbookFile({ sheets: [cell('甲')] });
    // The mark of encryption, and what it does to the bytes.
    for (let at = bytes.indexOf('PK\u0003\u0004'); at >= 0; at = bytes.indexOf('PK\u0003\u0004', at + 30)) {
      const from = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
      bytes.writeUInt16LE(bytes.readUInt16LE(at + 6) | 1, at + 6);
      for (let n = from; n < from + bytes.readUInt32LE(at + 18); n += 1) bytes[n] = (bytes[n] ?? 0) ^ 0x5a;
    }
    await expect(read(bytes)).rejects.toMatchObject({ code: 'import.not-a-sheet' });
  });

  it('cut off anywhere, or with bytes that are others, is read or refused by its name: nothing else happens', async () => {
    const whole = workbookFile({ sheets: [cell(escaped('甲 & 乙')).repeat(20)], strings: '<si><t>a</t></si>', styles: '<cellXfs><xf/></cellXfs>' }); // prettier-ignore
    const refusal = async (bytes: Buffer): Promise<string> => read(bytes).then(() => 'read', (error: unknown) => error instanceof AppError ? error.code : String(error)); // prettier-ignore
    const known = expect.stringMatching(
      /^(read|import\.(not-a-sheet|old-excel|too-much-inside|too-many-rows))$/,
    ) as string;
    const cut = fc.integer({ min: 4, max: whole.length - 1 });
    await fc.assert(
      fc.asyncProperty(cut, async (at) => void expect(await refusal(whole.subarray(0, at))).toEqual(known)),
    );
    const changes = fc.array(fc.tuple(fc.integer({ min: 4, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(changes, async (all) => {
        const bytes = Buffer.from(whole);
        for (const [at, byte] of all) bytes[at] = byte;
        expect(await refusal(bytes)).toEqual(known);
      }),
      { numRuns: 300 },
    );
  });
});
