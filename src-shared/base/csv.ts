/**
 * Cells of a CSV text (RFC 4180): quotes, doubled quotes, line breaks in cells, any line end. A quote that is never closed ends
 * with the text.
 *
 * @param separator what stands between two cells: one character
 */
export function parseCsv(text: string, separator = ','): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = (): void => {
    row.push(cell);
    cell = '';
  };
  const endRow = (): void => {
    endCell();
    rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') [cell, at] = [`${cell}"`, at + 1];
      else quoted = false;
    } else if (character === '"' && cell === '') quoted = true;
    else if (character === separator) endCell();
    else if (character === '\n') endRow();
    else if (character !== '\r') cell += character;
    else if (text[at + 1] !== '\n') endRow();
  }
  if (cell !== '' || row.length > 0) endRow();
  return rows;
}

/** What a spreadsheet would take for a formula (OWASP, CSV injection; some take the full-width signs for one as well). */
const formula = /^'*[\s\u00A0]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^'*[\t\r\n]/;

/** A text that a spreadsheet shows and does not run: an apostrophe stands before what it would take for a formula. */
export const withoutFormula = (text: string): string => (formula.test(text) ? `'${text}` : text);

/** The text that `withoutFormula` was given. */
export const asBefore = (text: string): string => (text.startsWith("'") && formula.test(text.slice(1)) ? text.slice(1) : text); // prettier-ignore

/** The mark of UTF-8, without which spreadsheets take a file for something else. */
export const byteOrderMark = '\uFEFF';

/** With CRLF, as spreadsheets write it. */
export const writeCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(written).join(',')}\r\n`).join('');

const written = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
