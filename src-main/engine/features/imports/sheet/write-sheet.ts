import writeXlsx from 'write-excel-file/node';

/**
 * Writes texts as an .xlsx file; numbers and codes stay texts, which a spreadsheet leaves as they are.
 * @param widths of columns, in characters
 */
export async function writeSheetFile(
  path: string,
  [heads = [], ...rows]: readonly (readonly string[])[],
  widths: readonly number[],
): Promise<void> {
  const head = heads.map((value) => ({ value, type: String, fontWeight: 'bold' as const }));
  const text = (row: readonly string[]) =>
    row.map((value) => (value === '' ? null : { value, type: String, format: '@' }));
  await writeXlsx([head, ...rows.map(text)], {
    columns: widths.map((width) => ({ width })),
    stickyRowsCount: 1,
  }).toFile(path);
}
